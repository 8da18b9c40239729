public import ChangeLog
public import Model

/// How far a stream was applied: written in the same transaction as what was applied.
public struct LedgerEntry: Sendable, Hashable, Codable {
    /// Grows by one with each worker that takes the stream over.
    public var epoch: Epoch
    /// The last log record whose effects are in the target.
    public var offset: LogOffset
    /// The source position those effects reach.
    public var position: Position
    /// The version of the mapping that produced them.
    public var mapping: String

    /// Records how far a stream was applied.
    public init(epoch: Epoch, offset: LogOffset, position: Position, mapping: String) {
        self.epoch = epoch
        self.offset = offset
        self.position = position
        self.mapping = mapping
    }
}
