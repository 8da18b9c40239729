/// What happens where a crash point fires.
package enum CrashAction: Sendable, Hashable, CustomStringConvertible {
    /// The process kills itself with SIGKILL, which nothing in it can notice.
    case kill
    /// The place throws an error of its own kind, as if what it had just tried had failed.
    case error
    /// The thread waits for so many milliseconds while everything around it goes on.
    case delay(milliseconds: Int)
    /// The process stops with SIGSTOP, until somebody lets it go on.
    case stop

    /// An action by its name; nil when there is none of that name.
    package init?(_ text: some StringProtocol) {
        switch text {
        case "kill": self = .kill
        case "error": self = .error
        case "stop": self = .stop
        default:
            guard text.hasPrefix("delay:"), let milliseconds = Int(text.dropFirst(6)), milliseconds > 0 else {
                return nil
            }
            self = .delay(milliseconds: milliseconds)
        }
    }

    /// The name that `init` takes.
    package var description: String {
        switch self {
        case .kill: "kill"
        case .error: "error"
        case .delay(let milliseconds): "delay:\(milliseconds)"
        case .stop: "stop"
        }
    }
}
