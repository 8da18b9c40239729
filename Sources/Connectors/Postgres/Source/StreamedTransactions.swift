import Capture

/// Transactions that the server sends before they have ended: what has come of each is kept in a file until
/// it commits.
///
/// The server sends a large transaction in pieces, between which others stand, and says of each change which
/// subtransaction made it; one that is rolled back is named later. Nothing of this is read before the commit,
/// so an open transaction costs disk and no memory. A connection that breaks forgets all of it, and the
/// server sends it again.
struct StreamedTransactions {
    /// What is known of one transaction.
    private struct Streamed {
        var spool: Spool
        /// Subtransactions that were rolled back.
        var aborted: Set<UInt32> = []
    }

    private var all: [UInt32: Streamed] = [:]
    /// The transaction whose piece is being sent.
    private(set) var current: UInt32?

    /// Whether nothing is kept.
    var isEmpty: Bool { all.isEmpty }

    /// A piece of a transaction begins.
    mutating func begin(_ id: UInt32) throws {
        guard current == nil else {
            throw PgoutputFault("a piece of a transaction begins inside another one")
        }
        if all[id] == nil { all[id] = Streamed(spool: try Spool()) }
        current = id
    }

    /// The piece ends.
    mutating func end() throws {
        guard current != nil else { throw PgoutputFault("a piece of a transaction ends that has not begun") }
        current = nil
    }

    /// Keeps a message of the current piece.
    mutating func keep(_ message: UnsafeRawBufferPointer) throws {
        guard let current, let kind = unsafe message.first else {
            throw PgoutputFault("a message stands outside of every piece")
        }
        // Where a transaction comes from is said of the whole; everything else names its subtransaction.
        if kind == UInt8(ascii: "O") {
            unsafe try all[current]?.spool.append(id: current, head: [kind], message.dropFirst())
            return
        }
        var cursor = unsafe PgoutputCursor(message)
        try cursor.skip(1)
        let id = try cursor.integer(UInt32.self)
        unsafe try all[current]?.spool.append(id: id, head: [kind], message.dropFirst(cursor.offset))
    }

    /// A transaction, or a part of it, was rolled back.
    mutating func abort(_ id: UInt32, part: UInt32) {
        if id == part { all[id] = nil } else { all[id]?.aborted.insert(part) }
    }

    /// A transaction has committed: hands over what was kept of it.
    mutating func commit(_ id: UInt32) throws -> Replay {
        guard let streamed = all.removeValue(forKey: id) else {
            throw PgoutputFault("a transaction commits of which nothing was sent")
        }
        return Replay(try streamed.spool.reader(), aborted: streamed.aborted)
    }

    /// The messages of a transaction that has committed, in order, as if it were sent now.
    struct Replay {
        private var reader: Spool.Reader
        private let aborted: Set<UInt32>

        init(_ reader: Spool.Reader, aborted: Set<UInt32>) {
            self.reader = reader
            self.aborted = aborted
        }

        /// Hands the next message to `body`; false when there is none left.
        mutating func next(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
            while let (id, message) = try reader.next() {
                // The shape of a table is said once, be it by a part that is rolled back.
                let isShape = message.first == UInt8(ascii: "R")
                if aborted.contains(id), !isShape { continue }
                // The bytes are read before the call returns.
                try unsafe message.withUnsafeBytes { unsafe try body($0) }
                return true
            }
            return false
        }
    }
}
