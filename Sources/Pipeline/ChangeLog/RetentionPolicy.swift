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
}
