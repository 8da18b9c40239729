/// One record as it stands on the disk: its checksum has been verified, its batch has not been decoded.
public struct LogFrame: Sendable, Equatable {
    /// Where it stands.
    public var offset: LogOffset
    /// When it was appended, in microseconds since 1970.
    public var appendedAt: Int64
    /// The encoded batch.
    public var bytes: [UInt8]

    /// Makes a frame.
    public init(offset: LogOffset, appendedAt: Int64, bytes: [UInt8]) {
        self.offset = offset
        self.appendedAt = appendedAt
        self.bytes = bytes
    }
}
