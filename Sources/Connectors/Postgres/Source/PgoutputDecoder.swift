/// Reads the plugin's messages: numbers, names and where values lie, but no value.
///
/// Every length is checked before it is used, so that no bytes whatever end the process; the rows' places are
/// kept in buffers that are used again.
struct PgoutputDecoder {
    /// The row before the change that was read last.
    private(set) var before = PgoutputTuple()
    /// The row after it.
    private(set) var after = PgoutputTuple()

    /// Reads one message.
    mutating func read(_ bytes: UnsafeRawBufferPointer) throws(PgoutputFault) -> PgoutputMessage {
        var cursor = unsafe PgoutputCursor(bytes)
        let kind = try cursor.byte()
        let message = try read(kind, &cursor)
        if message != .other { try cursor.finish() }
        return message
    }

    private mutating func read(
        _ kind: UInt8, _ cursor: inout PgoutputCursor
    ) throws(PgoutputFault) -> PgoutputMessage {
        switch kind {
        case UInt8(ascii: "B"):
            return .begin(
                commit: try cursor.integer(UInt64.self), time: try cursor.integer(Int64.self),
                id: try cursor.integer(UInt32.self))
        case UInt8(ascii: "C"):
            // A byte of flags, of which there are none, and at the end the time once more.
            try cursor.skip(1)
            let position = try cursor.integer(UInt64.self)
            let end = try cursor.integer(UInt64.self)
            try cursor.skip(8)
            return .commit(position: position, end: end)
        case UInt8(ascii: "O"):
            // Where the transaction committed at its origin.
            try cursor.skip(8)
            return .origin(try cursor.text())
        case UInt8(ascii: "R"): return .relation(try PgoutputRelation(&cursor))
        case UInt8(ascii: "I"):
            let relation = try cursor.integer(UInt32.self)
            guard try cursor.byte() == UInt8(ascii: "N") else { throw Self.rowExpected }
            try after.read(&cursor)
            return .insert(relation: relation)
        case UInt8(ascii: "U"): return try update(&cursor)
        case UInt8(ascii: "D"):
            let relation = try cursor.integer(UInt32.self)
            guard let tag = Self.before(try cursor.byte()) else { throw Self.rowExpected }
            try before.read(&cursor)
            return .delete(relation: relation, before: tag)
        case UInt8(ascii: "T"):
            let count = try cursor.count(Int32.self)
            // CASCADE and RESTART IDENTITY: the tables that follow are all that were emptied.
            try cursor.skip(1)
            guard cursor.left == 4 * count else { throw PgoutputFault("a TRUNCATE has another length") }
            var relations: [UInt32] = []
            for _ in 0..<count { relations.append(try cursor.integer(UInt32.self)) }
            return .truncate(relations: relations)
        case UInt8(ascii: "M"): return try message(&cursor)
        case UInt8(ascii: "Y"): return .other
        case UInt8(ascii: "S"), UInt8(ascii: "E"), UInt8(ascii: "c"), UInt8(ascii: "A"):
            return try piece(kind, &cursor)
        default: throw PgoutputFault("a message is of a kind that is not known")
        }
    }

    /// Messages of others may hold anything, and are not looked into.
    private func message(_ cursor: inout PgoutputCursor) throws(PgoutputFault) -> PgoutputMessage {
        let isTransactional = try cursor.byte() & 1 == 1
        try cursor.skip(8)
        let name = try cursor.terminated()
        guard isTransactional, name.starts(with: PostgresCapture.prefix.utf8) else { return .other }
        guard let prefix = String(validating: name, as: UTF8.self) else { return .other }
        let count = try cursor.count(Int32.self)
        return .message(prefix: prefix, content: try cursor.bytes(count))
    }

    /// What is said of transactions that are sent before they end.
    private func piece(
        _ kind: UInt8, _ cursor: inout PgoutputCursor
    ) throws(PgoutputFault) -> PgoutputMessage {
        if kind == UInt8(ascii: "E") { return .pieceEnds }
        let id = try cursor.integer(UInt32.self)
        switch kind {
        case UInt8(ascii: "S"):
            // Whether it is the first piece, which is known.
            try cursor.skip(1)
            return .pieceBegins(id: id)
        case UInt8(ascii: "A"): return .piecesAbort(id: id, part: try cursor.integer(UInt32.self))
        default:
            // A byte of flags, of which there are none.
            try cursor.skip(1)
            return .piecesCommit(
                id: id, position: try cursor.integer(UInt64.self), end: try cursor.integer(UInt64.self),
                time: try cursor.integer(Int64.self))
        }
    }

    private mutating func update(_ cursor: inout PgoutputCursor) throws(PgoutputFault) -> PgoutputMessage {
        let relation = try cursor.integer(UInt32.self)
        var kind = try cursor.byte()
        var carried = PgoutputMessage.Before.nothing
        if let tag = Self.before(kind) {
            carried = tag
            try before.read(&cursor)
            kind = try cursor.byte()
        }
        guard kind == UInt8(ascii: "N") else { throw Self.rowExpected }
        try after.read(&cursor)
        return .update(relation: relation, before: carried)
    }

    private static func before(_ tag: UInt8) -> PgoutputMessage.Before? {
        switch tag {
        case UInt8(ascii: "K"): .key
        case UInt8(ascii: "O"): .row
        default: nil
        }
    }

    private static let rowExpected = PgoutputFault("a change has no row where one is expected")
}
