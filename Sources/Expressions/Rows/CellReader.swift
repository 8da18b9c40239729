import CEL
import Model

/// Turns the cells of one column into values of expressions, without copying and without losing anything.
///
/// A cell may have another kind than its column declares, in systems that type values rather than columns. It
/// is converted where that is exact, and otherwise an error that names the column and never the value.
///
/// It is a few plain bytes, so that reading a cell counts no references; the column's name is known to
/// whoever asks.
struct CellReader: Sendable {
    private let kind: Kind
    private let scale: Int?
    /// How many arrays stand around the cell.
    private var depth = 0
    /// Arrays of arrays go no deeper than this; the deepest that a system in use declares has six dimensions.
    private static let depthMax = 8

    init(_ column: ColumnSchema) {
        kind = column.kind
        scale = column.scale
    }

    /// Whether the column is declared an integer.
    var isInteger: Bool { kind == .int64 }

    /// Whether the column is declared text.
    var isText: Bool { kind == .text }

    /// The cell's value; texts and bytes are borrowed from the cell's arena.
    func value(_ cell: CellView) throws(CellFault) -> Value {
        switch (cell.kind, kind) {
        case (.null, _): return .null
        case (.absent, _):
            throw .notSent
        case (.text, .text), (.text, .json), (.json, .json), (.json, .text): return try text(cell)
        case (.int64, .int64): return .int(cell.integer)
        case (.decimal, .decimal): return try decimal(cell)
        case (.double, .double): return .double(cell.double)
        case (.bool, .bool): return .bool(cell.isTrue)
        case (.date, .date): return .opaque(CalendarDate(days: Int32(truncatingIfNeeded: cell.integer)))
        case (.bytes, .bytes): return unsafe .bytes(Bytes(borrowing: cell.payload))
        case (.uuid, .uuid): return .opaque(UUIDValue(cell.uuid))
        case (.time, .time): return .opaque(TimeOfDay(microseconds: cell.integer))
        case (.timestamp, .timestamp):
            return .opaque(Model.Timestamp(microseconds: cell.integer, isZoned: false))
        case (.timestampZoned, .timestampZoned): return try moment(cell.integer)
        case (.interval, .interval):
            guard let interval = Interval(cell) else { throw mismatch(cell.kind) }
            return .opaque(interval)
        case (.array, .array): return try elements(cell)
        case (_, .decimal): return try convertedDecimal(cell)
        default: return try converted(cell)
        }
    }

    /// A value of another kind than the column's that equals exactly one of the column's kind.
    private func converted(_ cell: CellView) throws(CellFault) -> Value {
        switch (cell.kind, kind) {
        case (.double, .int64):
            if let whole = Int64(exactly: cell.double) { return .int(whole) }
        case (.decimal, .int64):
            let decimal = Decimal128(coefficient: cell.coefficient, scale: Int(cell.bits))
            if let whole = decimal.wholeNumber { return .int(whole) }
        case (.int64, .double):
            if let double = Double(exactly: cell.integer) { return .double(double) }
        case (.int64, .bool):
            if cell.bits <= 1 { return .bool(cell.bits == 1) }
        case (.text, .date), (.text, .time), (.text, .timestamp), (.text, .timestampZoned), (.text, .uuid),
            (.text, .interval):
            if let value = written(cell) { return value }
        case (_, .absent), (_, .null): return try natural(cell)
        default: break
        }
        throw mismatch(cell.kind)
    }

    private func text(_ cell: CellView) throws(CellFault) -> Value {
        // The payload lives as long as the arena, which the caller of the bindings holds for the evaluation.
        guard unsafe UTF8Validation.isValid(cell.payload) else {
            throw .notUTF8
        }
        return unsafe .string(Text(borrowing: cell.payload))
    }

    /// A date, time, timestamp, UUID or interval in the one spelling that has no second reading; nil for any
    /// other text.
    private func written(_ cell: CellView) -> Value? {
        do throws(ModelError) {
            // The payload is read within this call only.
            switch kind {
            case .date:
                return unsafe cell.payload.count == 10
                    ? .opaque(try CalendarDate(parsing: cell.payload)) : nil
            case .time: return unsafe .opaque(try TimeOfDay(parsing: cell.payload))
            case .uuid: return unsafe .opaque(try UUIDValue(parsing: cell.payload))
            case .interval: return unsafe .opaque(try Interval(parsing: cell.payload))
            case .timestamp, .timestampZoned:
                let read = unsafe try Model.Timestamp(parsing: cell.payload)
                guard read.isZoned == (kind == .timestampZoned) else { return nil }
                return read.isZoned
                    ? CEL.Timestamp(microseconds: read.microseconds).map { .timestamp($0) } : .opaque(read)
            default: return nil
            }
        } catch {
            // The caller reports a text that cannot be read as a mismatch, without the reason, which may
            // quote it.
            return nil
        }
    }

    private func moment(_ microseconds: Int64) throws(CellFault) -> Value {
        guard let moment = CEL.Timestamp(microseconds: microseconds) else {
            throw .outsideCalendar
        }
        return .timestamp(moment)
    }

    private func elements(_ cell: CellView) throws(CellFault) -> Value {
        guard depth < CellReader.depthMax else {
            throw .arraysTooDeep
        }
        var values: [Value] = []
        var offset = 0
        while unsafe offset < cell.payload.count {
            // The read checks the payload's bounds.
            guard let (element, end) = unsafe CellView.read(cell.payload, at: offset) else {
                throw .damaged
            }
            values.append(try natural(element))
            offset = end
        }
        return Value(values)
    }

    /// The value of a cell that no column says more about.
    private func natural(_ cell: CellView) throws(CellFault) -> Value {
        try CellReader(kind: cell.kind, depth: depth + 1).value(cell)
    }

    private init(kind: Kind, depth: Int) {
        self.kind = kind
        scale = nil
        self.depth = depth
    }

    private func mismatch(_ found: Kind) -> CellFault { .mismatch(declared: kind, found: found) }
}

extension CellReader {
    private func decimal(_ cell: CellView) throws(CellFault) -> Value {
        .opaque(try fittedCell(Decimal128(coefficient: cell.coefficient, scale: Int(cell.bits))))
    }

    /// A decimal that a dynamically typed system keeps as another kind of number, or as text.
    private func convertedDecimal(_ cell: CellView) throws(CellFault) -> Value {
        switch cell.kind {
        case .int64: return .opaque(try fitted(Decimal128(cell.integer)))
        case .double: return .opaque(try decimal(fromBinary: cell.double))
        case .text:
            // The payload is read within this call only; a text that is no number is the mismatch below.
            if let decimal = unsafe try? Decimal128(parsing: cell.payload) {
                return .opaque(try fitted(decimal))
            }
        default: break
        }
        throw mismatch(cell.kind)
    }

    /// The decimal at the column's scale; more digits than that are an error.
    private func fitted(_ decimal: Decimal128) throws(CellFault) -> Decimal128 {
        guard let scale, decimal.scale != scale else { return decimal }
        // Whatever keeps it from that scale is said in the column's words.
        guard let result = try? decimal.rescaled(to: scale) else { throw .tooFine(scale: scale) }
        return result
    }

    /// A decimal cell at the column's scale; one that is a double's shortest spelling is read as that double.
    private func fittedCell(_ decimal: Decimal128) throws(CellFault) -> Decimal128 {
        guard let scale, decimal.scale != scale else { return decimal }
        // A decimal with real digits past the scale is looked at further.
        if let exact = try? decimal.rescaled(to: scale) { return exact }
        let double = decimal.nearestDouble
        // A double that no decimal holds did not come from one.
        guard let shortest = try? Decimal128(shortest: double), shortest == decimal else {
            throw .tooFine(scale: scale)
        }
        return try self.decimal(fromBinary: double)
    }

    /// The shortest decimal that reads back as the double.
    ///
    /// When it has more digits than the column declares, either somebody stored them, which is an error, or
    /// binary arithmetic left them (0.1 + 0.2 is 0.30000000000000004), and then they are rounded away, half
    /// to even. They count as noise when rounding moves the number by no more than a millionth of the
    /// column's last digit; or, where the decimal has more than the 15 digits that a double carries through
    /// unharmed, by no more than eight steps of the double.
    private func decimal(fromBinary double: Double) throws(CellFault) -> Decimal128 {
        if let scale, let decimal = Decimal128(double, scale: scale) { return decimal }
        // NaN, infinities and numbers past a decimal's range fit no column of this kind.
        guard let shortest = try? Decimal128(shortest: double) else { throw mismatch(.double) }
        guard let scale, shortest.scale > scale else { return shortest }
        // A number that does not fit at its scale is told in the column's words.
        guard let rounded = try? shortest.rounded(toScale: scale, .halfEven) else {
            throw .tooFine(scale: scale)
        }
        let moved = (rounded.nearestDouble - double).magnitude
        var unit = 1e-6
        for _ in 0..<scale { unit /= 10 }
        let isNearestStep = shortest.coefficient.magnitude >= CellReader.digits15 && moved <= 8 * double.ulp
        guard moved <= unit || isNearestStep else { throw .tooFine(scale: scale) }
        return rounded
    }

    private static let digits15: UInt128 = 1_000_000_000_000_000
}
