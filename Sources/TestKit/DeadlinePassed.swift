/// A condition that did not come true in time.
public struct DeadlinePassed: Error, CustomStringConvertible {
    /// What was waited for.
    public var what: String
    /// How long.
    public var limit: Duration

    /// Says that something did not happen in time.
    public init(what: String, limit: Duration) {
        self.what = what
        self.limit = limit
    }

    /// What was waited for and how long.
    public var description: String { "\(what) did not happen within \(limit)" }
}
