/// Where a source's own log stands: the position of a commit.
///
/// Positions of one source are totally ordered by commit. Many rows share one position, so a change is never
/// identified by its position alone: see `ChangeID`.
public struct Position: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The source's own number: a journal row, an LSN.
    public var value: UInt64

    /// Before everything.
    public static let start = Position(0)

    /// Wraps the source's own number.
    @inlinable
    public init(_ value: UInt64) {
        self.value = value
    }

    /// Whether the left commit came first.
    @inlinable
    public static func < (left: Position, right: Position) -> Bool {
        left.value < right.value
    }

    /// The number in decimal.
    public var description: String { String(value) }
}

/// The identity of one change: the commit it belongs to and its place in that transaction.
public struct ChangeID: Hashable, Comparable, Sendable, Codable {
    /// Where the transaction committed.
    public var position: Position
    /// The change's place among the changes of its transaction, from 0.
    public var ordinal: UInt32

    /// Names one change.
    public init(position: Position, ordinal: UInt32) {
        self.position = position
        self.ordinal = ordinal
    }

    /// Commit order, then the order inside the transaction.
    public static func < (left: ChangeID, right: ChangeID) -> Bool {
        (left.position, left.ordinal) < (right.position, right.ordinal)
    }
}

/// A number that grows by one with each change of authority or ownership; every fence and ledger checks it.
public struct Epoch: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// The number, from 1.
    public var value: UInt64

    /// Wraps the number.
    public init(_ value: UInt64) {
        self.value = value
    }

    /// Whether the left epoch is older.
    public static func < (left: Epoch, right: Epoch) -> Bool {
        left.value < right.value
    }

    /// The number in decimal.
    public var description: String { String(value) }
}

/// Who wrote a change at its source.
public enum Origin: UInt8, Sendable, Codable {
    /// An application.
    case application = 0
    /// Banyan itself, on its way back; never sent forward again.
    case banyan = 1
}

/// What a change did to its row.
public enum Operation: UInt8, Sendable, Codable {
    /// A row came to be.
    case insert = 1
    /// A row changed; the key may have changed too.
    case update = 2
    /// A row went away.
    case delete = 3
    /// A row as a backfill or a replay read it: it stands for the state, not for a change.
    case read = 4
    /// Every row of the table went away.
    case truncate = 5
    /// A key that may have been changed without a trace; the source is asked for its present state.
    case touch = 6
    /// Rows of the table may have come, changed or gone of which the source says nothing, or nothing that can
    /// be understood; the image after says why: see `UnknownChanges`.
    case unknown = 7
}
