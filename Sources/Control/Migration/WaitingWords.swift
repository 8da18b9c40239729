/// Says why a run waits, or what it does without, once each.
final class WaitingWords {
    private let tell: (String?) -> Void
    /// What was said last; nil for nothing, or that the wait is over.
    private(set) var said: String?

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
    ///
    /// - Returns: Whether it was done.
    @discardableResult
    func whenReachable(_ body: () throws -> Void) throws -> Bool {
        do {
            try body()
            return true
        } catch let error as MigrationError where error.code == .unreachable {
            say(error.description)
            return false
        }
    }
}
