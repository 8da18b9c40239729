/// Says why a run waits, or what it does without, once each.
final class WaitingWords {
    private let tell: (String?) -> Void
    private var said: String?

    init(_ tell: @escaping (String?) -> Void) {
        self.tell = tell
    }

    /// Says so unless it was said already; nil for no longer.
    func say(_ words: String?) {
        if words == said { return }
        said = words
        tell(words)
    }

    /// Does what needs the control store, unless that is out of reach: then the run goes on without.
    func whenReachable(_ body: () throws -> Void) throws {
        do {
            try body()
            if isOutOfReach { say(nil) }
            isOutOfReach = false
        } catch let error as MigrationError where error.code == .unreachable {
            isOutOfReach = true
            say(error.description)
        }
    }

    private var isOutOfReach = false
}
