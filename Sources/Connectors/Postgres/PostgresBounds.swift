import Apply
import Model
import PostgreSQL

/// The ends of a key range, as a condition and its parameters.
struct PostgresBounds {
    /// The values.
    var parameters = PostgresParameters()
    private let key: [PostgresTargetColumn]
    private var conditions: [String] = []

    /// A range over these columns, without ends.
    init(key: [PostgresTargetColumn]) {
        self.key = key
    }

    /// ` WHERE …`; empty without ends.
    var condition: String {
        conditions.isEmpty ? "" : " WHERE \(conditions.joined(separator: " AND "))"
    }

    /// Adds an end.
    ///
    /// - Throws: `TargetError` when the key does not have the columns' number of values.
    mutating func add(_ bound: Key, _ comparison: String) throws {
        var marks: [String] = []
        let isWhole = unsafe bound.bytes.withUnsafeBytes { arena in
            var offset = 0
            for column in key {
                // The bytes were written by `RowWriter`; a damaged end stops the walk.
                guard let (cell, end) = unsafe CellView.read(arena, at: offset) else { return false }
                marks.append(append(cell, column))
                offset = end
            }
            return true
        }
        guard isWhole else {
            throw TargetError(.failed, "a key is damaged", hint: "this is a defect of Banyan's")
        }
        let tuple = PostgresTargetSQL.tuple(key)
        conditions.append("\(tuple) \(comparison) (\(marks.joined(separator: ", ")))")
    }

    /// Appends a value and returns its mark.
    private mutating func append(_ cell: CellView, _ column: PostgresTargetColumn) -> String {
        let mark = "$\(parameters.count + 1)"
        if let parameter = column.parameter, column.fits(cell), cell.kind != .null {
            parameters.begin(parameter)
            if PostgresEncoder.append(cell, as: column.form, to: &parameters.bytes) { return mark }
        }
        parameters.begin(PostgresOID.text)
        PostgresEncoder.append(text: cell, to: &parameters.bytes)
        return "\(mark)::\(column.cast)"
    }
}
