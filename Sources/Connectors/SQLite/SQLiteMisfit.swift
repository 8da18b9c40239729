import Apply
import Model

/// Finds values that SQLite would store as something else without a word: such a row is refused instead.
///
/// SQLite keeps what is written to a numeric column as a 64-bit integer or as a double, so a decimal of more
/// digits than a double carries loses some; it stores NaN as NULL; and a value that the source did not send
/// has nothing to be stored as. What the columns' types say is worked out once, not for each row.
struct SQLiteMisfit {
    /// A decimal of at most fifteen digits comes back from a double as it was.
    static let digitsThatAlwaysFit: UInt128 = 1_000_000_000_000_000

    private let access: TableAccess
    /// For each value of a row, whether SQLite takes its column's type for a number's.
    private let takesDigits: [Bool]
    /// Whether texts written to some column of the table could become numbers, so that each row is looked at.
    private let mayConvertTexts: Bool

    /// Looks at rows that are written in this way.
    init(_ access: TableAccess) {
        self.access = access
        takesDigits = access.columns.map {
            SQLiteTypes.storesDigitsAsNumbers(access.table.columns[$0].declaredType)
        }
        mayConvertTexts = access.table.columns.contains {
            $0.kind == .text && SQLiteTypes.storesDigitsAsNumbers($0.declaredType)
        }
    }

    /// Whether a row has a text that SQLite would store as a number of another spelling.
    func convertsText(_ arena: UnsafeRawBufferPointer, at start: Int) -> Bool {
        guard mayConvertTexts else { return false }
        var offset = start
        for takesDigits in takesDigits {
            // A damaged row is refused for that when it is bound.
            guard let (cell, end) = unsafe CellView.read(arena, at: offset) else { return true }
            if takesDigits, cell.kind == .text, unsafe Self.becomesAnother(cell.payload) { return true }
            offset = end
        }
        return false
    }

    /// Why a row cannot be written as it is; nil when it can.
    func refusal(of row: Int, in rows: RowBuffer) -> RowRefusal? {
        let cells = rows.cells(of: row)
        guard cells.count == access.columns.count else {
            return RowRefusal(
                row: row, reason: "damaged_row",
                message: "a row for \(access.table.name) has fewer values than columns")
        }
        for (place, cell) in cells.enumerated() {
            guard let (reason, words) = Self.misfit(cell, takesDigits: takesDigits[place]) else { continue }
            let column = access.table.columns[access.columns[place]]
            return RowRefusal(
                row: row, reason: reason, message: "\(access.table.name).\(column.name) \(words)")
        }
        return nil
    }

    private static func misfit(_ cell: OwnedCell, takesDigits: Bool) -> (String, String)? {
        switch cell.kind {
        case .absent: ("not_sent", "was not sent by its source")
        case .double where Double(bitPattern: UInt64(bitPattern: cell.integer)).isNaN:
            ("inexact", "cannot hold what is not a number: SQLite would store NULL")
        case .decimal where takesDigits && !isKept(cell.display):
            ("inexact", "holds doubles, which cannot keep so many digits; declare it TEXT")
        case .text where takesDigits && becomesAnother(cell.bytes):
            (
                "inexact",
                "is of a type that SQLite takes for a number's, which changes the digits; declare it TEXT"
            )
        default: nil
        }
    }

    /// Whether a text is a number to SQLite, and not spelled as SQLite spells it.
    private static func becomesAnother(_ text: UnsafeRawBufferPointer) -> Bool {
        var (at, end) = (0, text.count)
        // Every index below lies between the two ends, which lie in the text.
        while at < end, unsafe isSpace(text[at]) { at += 1 }
        while at < end, unsafe isSpace(text[end - 1]) { end -= 1 }
        let start = at
        if at < end, unsafe isSign(text[at]) { at += 1 }
        let whole = unsafe digits(text, at, end)
        at += whole
        if at == end {
            return unsafe whole > 0 && !isSpelledWhole(text, start, end)
        }
        var fraction = 0
        if unsafe text[at] == UInt8(ascii: ".") {
            at += 1
            fraction = unsafe digits(text, at, end)
            at += fraction
        }
        if whole + fraction == 0 { return false }
        if at == end { return true }
        guard unsafe text[at] | 0x20 == UInt8(ascii: "e") else { return false }
        at += 1
        if at < end, unsafe isSign(text[at]) { at += 1 }
        let power = unsafe digits(text, at, end)
        return power > 0 && at + power == end
    }

    private static func becomesAnother(_ text: [UInt8]) -> Bool {
        unsafe text.withUnsafeBytes { unsafe becomesAnother($0) }
    }

    /// Whether a text is the whole number that SQLite would write.
    private static func isSpelledWhole(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Bool {
        guard start == 0, end == text.count else { return false }
        let spelled = unsafe String(decoding: text, as: UTF8.self)
        return Int64(spelled).map { String($0) == spelled } ?? false
    }

    /// How many digits stand at a place.
    private static func digits(_ text: UnsafeRawBufferPointer, _ start: Int, _ end: Int) -> Int {
        var at = start
        while at < end, unsafe text[at] >= 0x30, unsafe text[at] <= 0x39 { at += 1 }
        return at - start
    }

    private static func isSign(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    /// What SQLite passes over around a number.
    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 9 && byte <= 13) }

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
