import Guards

/// How long records are kept after every reader has passed them: until one of the limits is reached.
public struct RetentionPolicy: Sendable, Equatable {
    /// Records older than this may go.
    public var age: Duration
    /// When the log holds more than this many bytes of records, the oldest may go whatever their age; nil for
    /// no limit by size.
    public var bytes: Int?

    /// A policy by age and size.
    public init(age: Duration, bytes: Int? = nil) {
        self.age = age
        self.bytes = bytes
    }

    /// Whether the oldest record may go.
    ///
    /// - Parameters:
    ///   - offset: The record.
    ///   - age: Since it was appended.
    ///   - liveBytes: Bytes of all records, this one's included.
    ///   - floor: What the slowest reader has passed; nil while no reader is registered, when nothing goes.
    package func lets(_ offset: LogOffset, age: Duration, liveBytes: Int, beneath floor: LogOffset?) -> Bool {
        guard let floor, offset <= floor || !Guard.retentionWaitsForReaders.holds else { return false }
        return age > self.age || bytes.map { liveBytes > $0 } ?? false
    }
}
