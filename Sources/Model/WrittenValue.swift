/// How values are spelled in text: what their readers and writers share.
enum WrittenValue {
    /// Parses the UTF-8 bytes of a string.
    static func parse<Value>(
        _ text: String, _ body: (UnsafeRawBufferPointer) throws(ModelError) -> Value
    ) throws(ModelError) -> Value {
        var text = text
        return try text.withUTF8 { bytes in
            Result { () throws(ModelError) -> Value in
                // The buffer is used within the closure only.
                unsafe try body(UnsafeRawBufferPointer(bytes))
            }
        }.get()
    }

    /// Appends a number in at least `digits` digits.
    static func append(_ number: UInt64, digits: Int, to bytes: inout [UInt8]) {
        var unit: UInt64 = 1
        var count = 1
        while count < digits || (count < 20 && number / unit >= 10) {
            unit *= 10
            count += 1
        }
        for _ in 0..<count {
            bytes.append(0x30 + UInt8(truncatingIfNeeded: number / unit % 10))
            unit /= 10
        }
    }

    /// Appends `.` and six digits without their trailing zeros, or nothing for zero.
    static func appendFraction(microseconds: Int, to bytes: inout [UInt8]) {
        guard microseconds > 0 else { return }
        bytes.append(0x2E)
        append(UInt64(microseconds), digits: 6, to: &bytes)
        while bytes.last == 0x30 { bytes.removeLast() }
    }

    /// Reads `.` and one to nine digits into microseconds; zero when no point comes next.
    static func readFraction(_ reader: inout DigitReader) throws(ModelError) -> Int {
        guard reader.take(0x2E) else { return 0 }
        var nanoseconds = 0
        var count = 0
        while let digit = reader.digit() {
            guard count < 9 else { throw ModelError(.inexact, "a time finer than nanoseconds") }
            nanoseconds = nanoseconds * 10 + Int(digit)
            count += 1
        }
        guard count > 0 else { throw ModelError(.invalidText, "digits follow the point of a second") }
        for _ in count..<9 { nanoseconds *= 10 }
        guard nanoseconds % 1_000 == 0 else { throw ModelError(.inexact, "a time finer than microseconds") }
        return nanoseconds / 1_000
    }
}
