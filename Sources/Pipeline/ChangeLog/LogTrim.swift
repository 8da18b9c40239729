/// What one call of `trim` removed.
public struct LogTrim: Sendable, Equatable {
    /// Records removed.
    public var records: Int
    /// Bytes of records removed.
    public var bytes: Int
    /// Whether nothing more is to be removed at present; when false, another call goes on.
    public var isComplete: Bool

    /// Reports a trim.
    public init(records: Int, bytes: Int, isComplete: Bool) {
        self.records = records
        self.bytes = bytes
        self.isComplete = isComplete
    }
}
