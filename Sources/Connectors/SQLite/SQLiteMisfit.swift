import Apply
import Model

/// Finds values that SQLite would store as something else without a word: such a row is refused instead.
///
/// SQLite keeps what is written to a numeric column as a 64-bit integer or as a double, so a decimal of more
/// digits than a double carries loses some; it stores NaN as NULL; and a value that the source did not send
/// has nothing to be stored as.
enum SQLiteMisfit {
    /// A decimal of at most fifteen digits comes back from a double as it was.
    static let digitsThatAlwaysFit: UInt128 = 1_000_000_000_000_000

    /// Why a row cannot be written as it is; nil when it can.
    static func refusal(of row: Int, in rows: RowBuffer, _ access: TableAccess) -> RowRefusal? {
        let cells = rows.cells(of: row)
        guard cells.count == access.columns.count else {
            return RowRefusal(
                row: row, reason: "damaged_row",
                message: "a row for \(access.table.name) has fewer values than columns")
        }
        for (cell, place) in zip(cells, access.columns) {
            let column = access.table.columns[place]
            guard let (reason, words) = misfit(cell, column) else { continue }
            return RowRefusal(
                row: row, reason: reason, message: "\(access.table.name).\(column.name) \(words)")
        }
        return nil
    }

    /// Whether texts written to some column could become numbers, so that each row is looked at.
    static func mayConvertTexts(_ table: TableSchema) -> Bool {
        table.columns.contains { $0.kind == .text && SQLiteTypes.storesDigitsAsNumbers($0.declaredType) }
    }

    private static func misfit(_ cell: OwnedCell, _ column: ColumnSchema) -> (String, String)? {
        switch cell.kind {
        case .absent: ("not_sent", "was not sent by its source")
        case .double where Double(bitPattern: UInt64(bitPattern: cell.integer)).isNaN:
            ("inexact", "cannot hold what is not a number: SQLite would store NULL")
        case .decimal where SQLiteTypes.storesDigitsAsNumbers(column.declaredType) && !isKept(cell.display):
            ("inexact", "holds doubles, which cannot keep so many digits; declare it TEXT")
        case .text
        where SQLiteTypes.storesDigitsAsNumbers(column.declaredType) && becomesAnother(cell.display):
            (
                "inexact",
                "is of a type that SQLite takes for a number's, which changes the digits; declare it TEXT"
            )
        default: nil
        }
    }

    /// Whether a text is a number to SQLite, and not spelled as SQLite spells it.
    private static func becomesAnother(_ text: String) -> Bool {
        var rest = Substring(text).drop(while: isSpace)
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        if let whole = Int64(rest), String(whole) == text { return false }
        if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
        let before = rest.prefix(while: isDigit)
        rest = rest.dropFirst(before.count)
        var digits = before.count
        if rest.first == "." {
            let after = rest.dropFirst().prefix(while: isDigit)
            digits += after.count
            rest = rest.dropFirst(1 + after.count)
        }
        if digits == 0 { return false }
        guard rest.first == "e" || rest.first == "E" else { return rest.isEmpty }
        rest.removeFirst()
        if rest.first == "+" || rest.first == "-" { rest.removeFirst() }
        return !rest.isEmpty && rest.allSatisfy(isDigit)
    }

    private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }

    /// What SQLite passes over around a number.
    private static func isSpace(_ character: Character) -> Bool {
        " \t\n\u{B}\u{C}\r".contains(character) || character == "\r\n"
    }

    /// Whether SQLite's integer or double gives back the same number.
    private static func isKept(_ digits: String) -> Bool {
        do {
            let decimal = try Decimal128(digits)
            if decimal.wholeNumber != nil { return true }
            return try Decimal128(shortest: decimal.nearestDouble) == decimal
        } catch {
            // What is no decimal of 38 digits any more was not kept.
            return false
        }
    }
}
