extension Timestamp: CustomStringConvertible {
    /// Reads `yyyy-mm-dd[T ]hh:mm[:ss[.ffffff]]`, zoned when `Z` or an offset `±hh[[:]mm]` follows; also
    /// `yyyymmddhhmmss`.
    public init(_ text: String) throws(ModelError) {
        self = unsafe try WrittenValue.parse(text) { bytes throws(ModelError) in
            unsafe try Timestamp(parsing: bytes)
        }
    }

    /// Reads `yyyy-mm-dd[T ]hh:mm[:ss[.ffffff]]`, zoned when `Z` or an offset `±hh[[:]mm]` follows, from
    /// UTF-8 bytes.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
        // The reader checks every access and does not outlive the buffer.
        var reader = unsafe DigitReader(bytes)
        if bytes.count == 14, let compact = try Timestamp.readCompact(reader) {
            self = compact
            return
        }
        let date = try CalendarDate.read(&reader)
        guard reader.take(0x54) || reader.take(0x74) || reader.take(0x20) else { throw Timestamp.noTimestamp }
        let time = try TimeOfDay.read(&reader)
        let offset = try Timestamp.readOffset(&reader)
        guard reader.isAtEnd else { throw Timestamp.noTimestamp }
        let clock = try Timestamp(date, time, isZoned: offset != nil)
        self = try clock.adding(microseconds: -Int64(offset ?? 0) * 60_000_000)
    }

    /// ISO 8601: `yyyy-mm-ddThh:mm:ss`, a fraction where there is one, `Z` when zoned.
    public var description: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `description` shows, in ASCII.
    public func write(to bytes: inout [UInt8]) {
        let (day, micros) = parts
        CalendarDate(days: Int32(truncatingIfNeeded: day)).write(to: &bytes)
        bytes.append(0x54)
        TimeOfDay(microseconds: Int64(micros)).write(to: &bytes)
        if isZoned { bytes.append(0x5A) }
    }

    /// Reads fourteen digits; nil when something else comes.
    private static func readCompact(_ start: DigitReader) throws(ModelError) -> Timestamp? {
        var reader = start
        guard let year = reader.number(digits: 4), let month = reader.number(digits: 2),
            let day = reader.number(digits: 2), let hour = reader.number(digits: 2),
            let minute = reader.number(digits: 2), let second = reader.number(digits: 2)
        else { return nil }
        return try Timestamp(
            CalendarDate(year: year, month: month, day: day),
            TimeOfDay(hour: hour, minute: minute, second: second))
    }

    /// Minutes east of UTC; nil when no zone follows.
    private static func readOffset(_ reader: inout DigitReader) throws(ModelError) -> Int? {
        if reader.take(0x5A) || reader.take(0x7A) { return 0 }
        let isWest = reader.take(0x2D)
        guard isWest || reader.take(0x2B) else { return nil }
        guard let hours = reader.number(digits: 2) else { throw noTimestamp }
        var minutes = 0
        if reader.take(0x3A) || !reader.isAtEnd {
            guard let read = reader.number(digits: 2) else { throw noTimestamp }
            minutes = read
        }
        guard hours <= 18, minutes <= 59 else {
            throw ModelError(.outOfRange, "no zone is that far from UTC")
        }
        return (hours * 60 + minutes) * (isWest ? -1 : 1)
    }

    private static let noTimestamp = ModelError(
        .invalidText, "a timestamp is written yyyy-mm-ddThh:mm:ss, with Z or an offset when it has a zone")
}
