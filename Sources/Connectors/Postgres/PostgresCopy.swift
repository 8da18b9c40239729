import Model
import PostgreSQL

/// Rows in the binary format in which the server copies them into a table: each value in the column's own
/// binary form.
///
/// Only for values that need no conversion on the way; all others go as arrays (`PostgresArrays`), whose
/// texts the server converts.
struct PostgresCopy {
    /// A value that has no such form.
    struct Unfit: Error {}

    private let names: [String]
    private let columns: [ColumnKeeping]
    private var buffer: [UInt8] = []

    /// How many bytes are sent at a time.
    private static let piece = 64 << 10
    /// The signature, no flags, and no header that goes on.
    private static let header: [UInt8] =
        [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00] + [UInt8](repeating: 0, count: 8)

    /// Nil where a column's values have no binary form that is known here.
    init?(_ columns: [PostgresTargetColumn]) {
        guard columns.allSatisfy(Self.isKnown) else { return nil }
        names = columns.map(\.name)
        self.columns = columns.map(\.keeps)
    }

    /// Whether a column's binary form holds what its text does. That of XML obeys the encoding which a
    /// document declares, though it comes in another one.
    private static func isKnown(_ column: PostgresTargetColumn) -> Bool {
        if column.isCell { return true }
        let isXML = column.cast == PostgresName.quote(schema: "pg_catalog", "xml")
        return column.form != .spelled && column.form != .character && !isXML
    }

    /// The statement that takes the rows.
    func statement(into table: String) -> String {
        "COPY \(table) (\(names.joined(separator: ", "))) FROM STDIN (FORMAT binary)"
    }

    /// Sends some rows of a buffer.
    ///
    /// - Throws: `Unfit` at the first value that has to be converted; what `send` throws.
    mutating func write(_ rows: ScannedRows, _ wanted: [Int], to send: ([UInt8]) throws -> Void) throws {
        buffer = Self.header
        try unsafe rows.rows.bytes.withUnsafeBytes { arena in
            for row in wanted {
                if rows.isDamaged(row) { throw Unfit() }
                PostgresBytes.append(Int16(columns.count), to: &buffer)
                for (index, column) in columns.enumerated() {
                    // A value stands at each place that was found.
                    guard unsafe append(arena, rows.place(row, index), column) else { throw Unfit() }
                }
                guard buffer.count >= Self.piece else { continue }
                try send(buffer)
                buffer.removeAll(keepingCapacity: true)
            }
        }
        PostgresBytes.append(Int16(-1), to: &buffer)
        try send(buffer)
    }

    private mutating func append(
        _ arena: UnsafeRawBufferPointer, _ place: Range<Int>, _ column: ColumnKeeping
    ) -> Bool {
        if column.isCell {
            PostgresBytes.append(Int32(place.count), to: &buffer)
            unsafe buffer.append(contentsOf: arena[place])
            return true
        }
        guard let (cell, _) = unsafe CellView.read(arena, at: place.lowerBound) else { return false }
        let start = buffer.count
        PostgresBytes.append(Int32(-1), to: &buffer)
        if cell.kind == .null { return true }
        guard append(cell, column.form) else { return false }
        PostgresBytes.put(Int32(buffer.count - start - 4), at: start, in: &buffer)
        return true
    }

    private mutating func append(_ cell: CellView, _ form: PostgresForm) -> Bool {
        switch (form, cell.kind) {
        case (.int2, .int64): return append(Int16(exactly: cell.integer))
        case (.int4, .int64): return append(Int32(exactly: cell.integer))
        case (.oid, .int64): return append(UInt32(exactly: cell.integer))
        case (.float4, .double): PostgresBytes.append(Float(cell.double).bitPattern, to: &buffer)
        case (.text, .text), (.json, .json), (.json, .text):
            unsafe buffer.append(contentsOf: cell.payload)
        case (.jsonb, .json), (.jsonb, .text):
            // The version of the format, in which the rest is the text.
            buffer.append(1)
            unsafe buffer.append(contentsOf: cell.payload)
        default: return PostgresEncoder.append(cell, as: form, to: &buffer)
        }
        return true
    }

    private mutating func append<Number: FixedWidthInteger>(_ number: Number?) -> Bool {
        guard let number else { return false }
        PostgresBytes.append(number, to: &buffer)
        return true
    }
}
