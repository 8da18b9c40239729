import CSQLite
import Crypto
import Model
import SQLite

/// A digest of one journal row, as it was stored: what a restored or replaced database shows differently.
enum SQLiteJournalEvidence {
    /// The first 16 bytes of a SHA-256 over the row's values, in hex; empty when there is no such row.
    static func digest(of seq: Int64, _ connection: SQLiteConnection) throws -> String {
        let row = try connection.cached("SELECT * FROM banyan_journal WHERE seq = ?")
        row.bind(seq, at: 1)
        defer { row.reset() }
        guard try row.step() else { return "" }
        var image: [UInt8] = []
        // Columns that were added later hold NULL in earlier rows; leaving NULLs at the end out keeps old
        // digests true.
        var lastValue = 0
        for column in 0..<row.columnCount {
            append(row, column, &image)
            if !row.isNull(column) { lastValue = image.count }
        }
        return Hex.encode(SHA256.hash(data: image.prefix(lastValue)).prefix(16))
    }

    private static func append(_ row: SQLiteStatement, _ column: Int, _ image: inout [UInt8]) {
        switch row.type(of: column) {
        case SQLITE_INTEGER: RowWriter.integer(row.integer(column), &image)
        case SQLITE_FLOAT: RowWriter.double(row.double(column), &image)
        // The bytes are copied before the statement moves on.
        case SQLITE_TEXT: unsafe RowWriter.bytes(row.textBytes(column), kind: .text, &image)
        case SQLITE_BLOB: unsafe RowWriter.bytes(row.blobBytes(column), kind: .bytes, &image)
        default: RowWriter.null(&image)
        }
    }
}
