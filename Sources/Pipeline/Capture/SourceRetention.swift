/// What a source keeps for a capture, and cannot forget before it was read and confirmed.
public struct SourceRetention: Sendable, Hashable, Codable {
    /// Bytes of the source's log that it keeps because of the capture.
    public var bytes: Int
    /// Bytes that the source's log may still grow by before it gives up what was not read; nil when it never
    /// gives anything up, and fills its disk instead.
    public var room: Int?

    /// What a source keeps.
    public init(bytes: Int, room: Int?) {
        self.bytes = bytes
        self.room = room
    }
}
