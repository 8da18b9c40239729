extension CalendarDate: CustomStringConvertible {
    /// Reads `yyyy-mm-dd` or `yyyymmdd`, and nothing else.
    public init(_ text: String) throws(ModelError) {
        self = unsafe try WrittenValue.parse(text) { bytes throws(ModelError) in
            unsafe try CalendarDate(parsing: bytes)
        }
    }

    /// Reads `yyyy-mm-dd` or `yyyymmdd`, and nothing else, from UTF-8 bytes.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
        // The reader checks every access and does not outlive the buffer.
        var reader = unsafe DigitReader(bytes)
        self = try CalendarDate.read(&reader)
        guard reader.isAtEnd else { throw CalendarDate.noDate }
    }

    /// Reads the date in front of a text such as `yyyy-mm-dd hh:mm:ss`, whose time of day is given up
    /// knowingly.
    public init(datePartOf bytes: UnsafeRawBufferPointer) throws(ModelError) {
        self = unsafe try Timestamp(parsing: bytes).date
    }

    /// `yyyy-mm-dd`; years past 9999 carry a plus sign, years before 1 a minus sign.
    public var description: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `description` shows, in ASCII.
    public func write(to bytes: inout [UInt8]) {
        let (year, month, day) = civil
        if year < 0 { bytes.append(0x2D) }
        if year > 9999 { bytes.append(0x2B) }
        WrittenValue.append(UInt64(year.magnitude), digits: 4, to: &bytes)
        bytes.append(0x2D)
        WrittenValue.append(UInt64(month), digits: 2, to: &bytes)
        bytes.append(0x2D)
        WrittenValue.append(UInt64(day), digits: 2, to: &bytes)
    }

    static func read(_ reader: inout DigitReader) throws(ModelError) -> CalendarDate {
        guard let year = reader.number(digits: 4) else { throw noDate }
        let hasDashes = reader.take(0x2D)
        guard let month = reader.number(digits: 2), !hasDashes || reader.take(0x2D),
            let day = reader.number(digits: 2)
        else { throw noDate }
        return try CalendarDate(year: year, month: month, day: day)
    }

    private static let noDate = ModelError(.invalidText, "a date is written yyyy-mm-dd or yyyymmdd")
}
