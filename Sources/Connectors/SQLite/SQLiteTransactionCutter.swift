import Capture
import Model

/// Where a commit's journal rows end.
package struct SQLiteCommitEnd: Equatable {
    /// The commit's last journal row.
    package var seq: Int64
    /// Whether the rows since the end before are one commit; otherwise they may be several.
    package var isExact: Bool

    /// Notes where a commit ends.
    package init(seq: Int64, isExact: Bool) {
        self.seq = seq
        self.isExact = isExact
    }
}

/// Knows where commits end, as far as it can.
package protocol SQLiteBoundaries {
    /// Starts to look after the journal row `seq`.
    ///
    /// - Parameters:
    ///   - seq: The last row already known.
    ///   - nonce: The installation's number in the marks of the journal's rows.
    ///   - movesPages: Whether the database moves pages by itself (auto-vacuum).
    mutating func start(after seq: Int64, nonce: Int64, movesPages: Bool)

    /// Looks at what was committed since the last call, up to the journal row `end`, which an open snapshot
    /// shows as the last.
    ///
    /// - Parameter mark: The mark of a journal row in that snapshot; nil when it holds no such row.
    mutating func refresh(through end: Int64, mark: (Int64) throws -> Int64?) throws

    /// The known ends in `(start, end]`, ascending; forgets those before.
    mutating func ends(after start: Int64, through end: Int64) -> [SQLiteCommitEnd]
}

/// Cuts a run of journal rows into transactions and batches; a value, fed row by row.
struct SQLiteTransactionCutter {
    /// What to do after a row.
    enum Step: Equatable {
        /// Take the next row.
        case goOn
        /// The batch is full at a transaction's end.
        case stop
        /// The batch is full inside a transaction that ends at this row or before.
        case cut(Int64)
    }

    /// The batch being filled; the caller appends changes and images.
    var batch: ChangeBatch
    /// The last row taken.
    private(set) var last: Int64
    /// The end of the last whole transaction; nil when the batch holds none.
    private(set) var lastWhole: Int64?
    /// Where the unfinished transaction will end.
    private(set) var unfinishedEnd: SQLiteCommitEnd?
    /// Transactions closed.
    private(set) var fidelity = TransactionFidelity()

    private let isUnfinished: Bool
    private let ends: [SQLiteCommitEnd]
    private let byteLimit: Int
    private var segment = 0
    private var firstChange = 0
    private var firstByte = 0
    private var origin: Origin?
    private var time: Int64?

    /// - Parameter isUnfinished: Whether the first row goes on with a transaction of which a part was
    ///   returned: then the batch ends with it.
    init(
        tables: [TableSchema], after start: Int64, ends: [SQLiteCommitEnd], byteLimit: Int, isUnfinished: Bool
    ) {
        self.isUnfinished = isUnfinished
        batch = ChangeBatch(tables: tables)
        last = start
        self.ends = ends
        self.byteLimit = byteLimit
    }

    /// Before a row's changes are appended: a change of origin ends the transaction, because Banyan flags all
    /// of its own.
    mutating func begins(_ seq: Int64, origin found: Origin) -> Step {
        if let origin, origin != found {
            close(at: last, isExact: false)
            lastWhole = last
            if isFull { return .stop }
        }
        origin = found
        return .goOn
    }

    /// After a row's changes were appended.
    mutating func accept(_ seq: Int64, at rowTime: Int64) -> Step {
        last = seq
        time = rowTime
        guard segment < ends.count else { return .stop }
        if seq == ends[segment].seq {
            close(at: seq, isExact: ends[segment].isExact)
            lastWhole = seq
            segment += 1
            return isFull || isUnfinished || segment == ends.count ? .stop : .goOn
        }
        return batch.bytes.count - firstByte >= byteLimit ? .cut(ends[segment].seq) : .goOn
    }

    /// Whether whole transactions stand before the one that is too large: then it goes to the next batch,
    /// from its start.
    mutating func dropsUnfinished() -> Bool {
        guard let lastWhole else { return false }
        batch.changes.removeSubrange(firstChange...)
        batch.bytes.removeSubrange(firstByte...)
        last = lastWhole
        return true
    }

    /// Ends the batch inside a transaction, of which the rest follows.
    mutating func cut(endingAt end: Int64) {
        if end == last {
            close(at: end, isExact: false)
            lastWhole = end
        } else {
            append(position: end)
            batch.continues = true
            // An end that only the origin shows says nothing of commits before it.
            unfinishedEnd = ends[segment].seq == end ? ends[segment] : .init(seq: end, isExact: false)
        }
    }

    private var isFull: Bool { batch.bytes.count >= byteLimit }

    private mutating func close(at seq: Int64, isExact: Bool) {
        append(position: seq)
        if isExact { fidelity.exact += 1 } else { fidelity.merged += 1 }
    }

    private mutating func append(position: Int64) {
        batch.transactions.append(
            ChangeBatch.Transaction(
                position: Position(UInt64(position)), committedAt: time, origin: origin ?? .application,
                changes: firstChange..<batch.changes.count))
        firstChange = batch.changes.count
        firstByte = batch.bytes.count
        origin = nil
        time = nil
    }
}
