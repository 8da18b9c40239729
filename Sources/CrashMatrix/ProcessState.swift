import Foundation

/// What the system says a process is doing.
enum ProcessState: Equatable {
    /// It runs, or waits for something.
    case alive
    /// A signal has stopped it.
    case stopped
    /// It has ended.
    case gone

    /// Asks about a process.
    init(_ id: Int32) throws {
        guard let data = FileManager.default.contents(atPath: "/proc/\(id)/stat") else {
            self = .gone
            return
        }
        // The state follows the name, which stands in brackets and may hold anything.
        let text = String(decoding: data, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { throw TrialFailure("/proc/\(id)/stat says nothing") }
        switch text[end...].dropFirst(2).first {
        case "T", "t": self = .stopped
        case "Z", "X", nil: self = .gone
        default: self = .alive
        }
    }
}
