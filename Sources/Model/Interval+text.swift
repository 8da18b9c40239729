extension Interval: CustomStringConvertible {
    /// Reads an ISO 8601 duration, `P[nY][nM][nW][nD][T[nH][nM][n[.f]S]]`, where each number may have its own
    /// sign.
    public init(_ text: String) throws(ModelError) {
        self = unsafe try WrittenValue.parse(text) { bytes throws(ModelError) in
            unsafe try Interval(parsing: bytes)
        }
    }

    /// Reads an ISO 8601 duration from UTF-8 bytes.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
        // The reader checks every access and does not outlive the buffer.
        var reader = unsafe DigitReader(bytes)
        guard reader.take(0x50), !reader.isAtEnd else { throw Interval.noInterval }
        var sum: [Int64] = [0, 0, 0]
        var rank = -1
        var isTime = false
        while !reader.isAtEnd {
            if !isTime, reader.take(0x54) { isTime = true }
            let (count, fraction, isNegative) = try Interval.number(&reader)
            guard let unit = Interval.unit(reader.next, isTime: isTime), reader.take(reader.next),
                unit.rank > rank,
                fraction == 0 || unit.rank == 6
            else { throw Interval.noInterval }
            rank = unit.rank
            let (whole, overflows) = count.multipliedReportingOverflow(
                by: isNegative ? -unit.factor : unit.factor)
            let part = unit.rank < 2 ? 0 : unit.rank < 4 ? 1 : 2
            let first = sum[part].addingReportingOverflow(whole)
            let second = first.partialValue.addingReportingOverflow(Int64(isNegative ? -fraction : fraction))
            if overflows || first.overflow || second.overflow { throw Interval.tooLong }
            sum[part] = second.partialValue
        }
        guard let months = Int32(exactly: sum[0]), let days = Int32(exactly: sum[1]) else {
            throw Interval.tooLong
        }
        self.init(months: months, days: days, microseconds: sum[2])
    }

    /// The interval as an ISO 8601 duration: `P1Y2M3DT4H5M6.5S`, `PT0S` for none.
    public var description: String {
        var text = "P"
        let years = months / 12
        if years != 0 { text += "\(years)Y" }
        if months % 12 != 0 { text += "\(months % 12)M" }
        if days != 0 { text += "\(days)D" }
        if microseconds != 0 || text == "P" { text += "T" + timeText }
        return text
    }

    private var timeText: String {
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        var text = ""
        if seconds / 3600 != 0 { text += "\(seconds / 3600)H" }
        if seconds / 60 % 60 != 0 { text += "\(seconds / 60 % 60)M" }
        if seconds % 60 == 0, fraction == 0 { return text.isEmpty ? "0S" : text }
        var digits: [UInt8] = microseconds < 0 ? [0x2D] : []
        WrittenValue.append((seconds % 60).magnitude, digits: 1, to: &digits)
        WrittenValue.appendFraction(microseconds: Int(fraction.magnitude), to: &digits)
        return text + String(decoding: digits, as: UTF8.self) + "S"
    }

    /// The place of a unit in the order in which units are written, and how many of its part's smallest unit
    /// it is.
    private static func unit(_ mark: UInt8, isTime: Bool) -> (rank: Int, factor: Int64)? {
        switch (mark, isTime) {
        case (0x59, false): (0, 12)
        case (0x4D, false): (1, 1)
        case (0x57, false): (2, 7)
        case (0x44, false): (3, 1)
        case (0x48, true): (4, 3_600_000_000)
        case (0x4D, true): (5, 60_000_000)
        case (0x53, true): (6, 1_000_000)
        default: nil
        }
    }

    private static func number(
        _ reader: inout DigitReader
    ) throws(ModelError) -> (count: Int64, fraction: Int, isNegative: Bool) {
        let isNegative = reader.take(0x2D)
        if !isNegative { _ = reader.take(0x2B) }
        guard let first = reader.digit() else { throw noInterval }
        var count = Int64(first)
        while let digit = reader.digit() {
            let product = count.multipliedReportingOverflow(by: 10)
            let sum = product.partialValue.addingReportingOverflow(Int64(digit))
            if product.overflow || sum.overflow { throw tooLong }
            count = sum.partialValue
        }
        return (count, try WrittenValue.readFraction(&reader), isNegative)
    }

    private static let noInterval = ModelError(.invalidText, "an interval is written as P1Y2M3DT4H5M6S")
    private static let tooLong = ModelError(.overflow, "a part of the interval does not fit")
}
