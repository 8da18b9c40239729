/// A time of day without a date or a zone.
public struct TimeOfDay: Hashable, Comparable, Sendable {
    /// Microseconds since midnight.
    public let microseconds: Int64

    /// Microseconds in a day; 24:00 is this, as some systems store it.
    public static let day: Int64 = 86_400_000_000

    /// The time so many microseconds after midnight.
    @inlinable
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// A time by hour 0…23, minute, second and microsecond; leap seconds are refused.
    public init(hour: Int, minute: Int, second: Int = 0, microsecond: Int = 0) throws(ModelError) {
        let isEndOfDay = hour == 24 && minute == 0 && second == 0 && microsecond == 0
        guard (0...23).contains(hour) || isEndOfDay, (0...59).contains(minute), (0...59).contains(second),
            (0...999_999).contains(microsecond)
        else { throw ModelError(.outOfRange, "no clock shows that time of day") }
        microseconds = Int64((hour * 60 + minute) * 60 + second) * 1_000_000 + Int64(microsecond)
    }

    /// Whether the left time is earlier.
    @inlinable
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool {
        left.microseconds < right.microseconds
    }
}

extension TimeOfDay: CustomStringConvertible {
    /// Reads `hh:mm[:ss[.ffffff]]`; 24:00 is the end of the day.
    public init(_ text: String) throws(ModelError) {
        self = unsafe try WrittenValue.parse(text) { bytes throws(ModelError) in
            unsafe try TimeOfDay(parsing: bytes)
        }
    }

    /// Reads `hh:mm[:ss[.ffffff]]` from UTF-8 bytes; 24:00 is the end of the day.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
        // The reader checks every access and does not outlive the buffer.
        var reader = unsafe DigitReader(bytes)
        self = try TimeOfDay.read(&reader)
        guard reader.isAtEnd else { throw TimeOfDay.noTime }
    }

    /// `hh:mm:ss`, with a fraction where there is one.
    public var description: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `description` shows, in ASCII.
    public func write(to bytes: inout [UInt8]) {
        if microseconds < 0 { bytes.append(0x2D) }
        let (seconds, fraction) = microseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        WrittenValue.append(seconds / 3600, digits: 2, to: &bytes)
        bytes.append(0x3A)
        WrittenValue.append(seconds / 60 % 60, digits: 2, to: &bytes)
        bytes.append(0x3A)
        WrittenValue.append(seconds % 60, digits: 2, to: &bytes)
        WrittenValue.appendFraction(microseconds: Int(fraction), to: &bytes)
    }

    static func read(_ reader: inout DigitReader) throws(ModelError) -> TimeOfDay {
        guard let hour = reader.number(digits: 2), reader.take(0x3A), let minute = reader.number(digits: 2)
        else {
            throw noTime
        }
        guard reader.take(0x3A) else { return try TimeOfDay(hour: hour, minute: minute) }
        guard let second = reader.number(digits: 2) else { throw noTime }
        let fraction = try WrittenValue.readFraction(&reader)
        return try TimeOfDay(hour: hour, minute: minute, second: second, microsecond: fraction)
    }

    private static let noTime = ModelError(
        .invalidText, "a time of day is written hh:mm, hh:mm:ss or hh:mm:ss.ffffff")
}
