import Guards
import Model

extension BackfillMachine {
    /// The transaction that last changed a key.
    struct Mark: Sendable {
        var position: Position
        var id: UInt64?

        /// Whether a chunk surely shows what the transaction wrote.
        func isShown(by chunk: RangeChunk) -> Bool {
            if !Guard.windowDropsRows.holds { return true }
            let isUnseen = id.map(chunk.unseen.contains) ?? false
            return position <= chunk.frontier && !(isUnseen && Guard.visibilityIsAsked.holds)
        }
    }

    /// What the stream said of a table while its chunks are read.
    struct Window: Sendable {
        /// Where each key was last changed.
        var changed: [Key: Mark] = [:]
        /// Where each key last changed with an image that lacks columns: the row must be read again.
        var incomplete: [Key: Mark] = [:]
        /// Where the table was last emptied.
        var truncated: Position = .start
    }
}
