/// The form in which rows of two systems are compared and digested: typed by the column, so that one value
/// has one spelling.
///
/// A column of kind decimal is an exact decimal without trailing zeros, whatever the system stored; a bool is
/// a bool; an integer in a column of texts is the text that spells it; a double without a fraction in any
/// other column is the integer it equals. Everything else is compared byte for byte.
public enum CanonicalRow {
    /// Appends the canonical form of a row to `bytes`.
    ///
    /// - Parameters:
    ///   - row: The encoded row.
    ///   - columns: The columns that it holds, in order.
    public static func append(_ row: ArraySlice<UInt8>, columns: [ColumnSchema], to bytes: inout [UInt8]) {
        unsafe row.withUnsafeBytes { arena in
            var offset = 0
            for column in columns {
                // Each read checks its bounds; the walk ends where one fails.
                guard let (cell, end) = unsafe CellView.read(arena, at: offset) else { return }
                if isCanonical(cell.kind, in: column.kind) {
                    unsafe bytes.append(contentsOf: arena[offset..<end])
                } else if let owned = unsafe OwnedCell.read(Array(arena[offset..<end])).first {
                    append(owned, column, to: &bytes)
                }
                offset = end
            }
        }
    }

    /// Whether a value stands in its canonical form as it was written.
    private static func isCanonical(_ kind: Kind, in column: Kind) -> Bool {
        switch kind {
        case .null, .absent, .bytes: true
        case .text: column != .decimal
        case .int64: column != .decimal && column != .bool && column != .text
        default: false
        }
    }

    private static func append(_ cell: OwnedCell, _ column: ColumnSchema, to bytes: inout [UInt8]) {
        switch (column.kind, cell.kind) {
        case (_, .null): RowWriter.null(&bytes)
        case (_, .absent): RowWriter.absent(&bytes)
        case (.decimal, .int64), (.decimal, .text), (.decimal, .decimal): appendDecimal(cell.display, &bytes)
        case (.decimal, .double): appendDecimal(double(of: cell), &bytes)
        case (.bool, .int64): RowWriter.bool(cell.integer != 0, &bytes)
        case (.bool, .bool): RowWriter.bool(cell.display == "true", &bytes)
        // A system that takes a text's type for a number's keeps digits as an integer.
        case (.text, .int64): RowWriter.text(cell.display, &bytes)
        case (_, .int64): RowWriter.integer(cell.integer, &bytes)
        case (_, .double): appendNumber(double(of: cell), &bytes)
        case (_, .bytes): RowWriter.bytes(cell.bytes, kind: .bytes, &bytes)
        default: RowWriter.text(cell.display, &bytes)
        }
    }

    private static func appendDecimal(_ text: String, _ bytes: inout [UInt8]) {
        do {
            RowWriter.text(try Decimal128(text).normalized.description, &bytes)
        } catch {
            // What is no decimal is compared as the text it is, one of too many digits by its value.
            RowWriter.text(withoutZeros(text), &bytes)
        }
    }

    /// Digits without zeros behind the point that say nothing: a column may keep more of them than another.
    private static func withoutZeros(_ text: String) -> String {
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E }
        guard isNumber, text.utf8.contains(0x2E) else { return text }
        var digits = text[...]
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
        return String(digits)
    }

    private static func appendDecimal(_ double: Double, _ bytes: inout [UInt8]) {
        do {
            RowWriter.text(try Decimal128(shortest: double).normalized.description, &bytes)
        } catch {
            // NaN and the infinities are no decimals: they are compared bit for bit.
            RowWriter.double(double, &bytes)
        }
    }

    private static func appendNumber(_ double: Double, _ bytes: inout [UInt8]) {
        if let whole = Int64(exactly: double) {
            RowWriter.integer(whole, &bytes)
        } else {
            RowWriter.double(double, &bytes)
        }
    }

    private static func double(of cell: OwnedCell) -> Double {
        Double(bitPattern: UInt64(bitPattern: cell.integer))
    }
}
