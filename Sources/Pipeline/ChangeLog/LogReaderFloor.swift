/// How far a registered reader has declared that it needs nothing any more.
public struct LogReaderFloor: Sendable, Equatable {
    /// The reader's name.
    public var name: String
    /// The last record that it does not need.
    public var floor: LogOffset
    /// When it was registered, in microseconds since 1970.
    public var registeredAt: Int64
}
