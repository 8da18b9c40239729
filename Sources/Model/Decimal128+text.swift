extension Decimal128: CustomStringConvertible {
    /// Reads `[+-]digits[.digits][e[+-]digits]`, exactly.
    public init(_ text: String) throws(ModelError) {
        self = unsafe try WrittenValue.parse(text) { bytes throws(ModelError) in
            unsafe try Decimal128(parsing: bytes)
        }
    }

    /// Reads `[+-]digits[.digits][e[+-]digits]` from UTF-8 bytes, exactly; spaces are refused.
    public init(parsing bytes: UnsafeRawBufferPointer) throws(ModelError) {
        // The reader checks every access and does not outlive the buffer.
        var reader = unsafe DigitReader(bytes)
        let isNegative = reader.take(0x2D)
        if !isNegative { _ = reader.take(0x2B) }
        var number = DigitSum()
        var hasDigits = try number.read(&reader, areFraction: false)
        if reader.take(0x2E) {
            hasDigits = try number.read(&reader, areFraction: true) || hasDigits
        }
        guard hasDigits else { throw Decimal128.noNumber }
        if reader.take(0x65) || reader.take(0x45) { number.scale -= try Decimal128.exponent(&reader) }
        guard reader.isAtEnd else { throw Decimal128.noNumber }
        self = try number.value(isNegative: isNegative)
    }

    /// The number in plain digits, with as many after the point as its scale says.
    public var description: String {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `description` shows, in ASCII.
    public func write(to bytes: inout [UInt8]) {
        if isNegative { bytes.append(0x2D) }
        let magnitude = coefficient.magnitude
        // Most numbers fit a word, whose division is many times faster.
        if scale < 19, let word = UInt64(exactly: magnitude) {
            let unit = PowersOfTen.word(scale)
            WrittenValue.append(word / unit, digits: 1, to: &bytes)
            guard scale > 0 else { return }
            bytes.append(0x2E)
            WrittenValue.append(word % unit, digits: scale, to: &bytes)
            return
        }
        var count = scale + 1
        while count < 39, magnitude / PowersOfTen.power(count - 1) >= 10 { count += 1 }
        while count > 0 {
            count -= 1
            let digit = magnitude / PowersOfTen.power(count) % 10
            bytes.append(0x30 + UInt8(truncatingIfNeeded: digit))
            if count == scale, scale > 0 { bytes.append(0x2E) }
        }
    }

    static let noNumber = ModelError(.invalidText, "the text is no decimal number")

    private static func exponent(_ reader: inout DigitReader) throws(ModelError) -> Int {
        let isNegative = reader.take(0x2D)
        if !isNegative { _ = reader.take(0x2B) }
        guard let first = reader.digit() else { throw noNumber }
        var exponent = Int(first)
        while let digit = reader.digit() {
            // Past this every number but zero is out of range; more digits change nothing.
            if exponent < 100_000_000 { exponent = exponent * 10 + Int(digit) }
        }
        return isNegative ? -exponent : exponent
    }

    /// The digits of a number while it is read.
    private struct DigitSum {
        private var magnitude: UInt128 = 0
        private var zeros = 0
        var scale = 0

        /// Reads digits; whether there was one. Zeros wait until a digit follows, so that trailing ones never
        /// overflow.
        mutating func read(_ reader: inout DigitReader, areFraction: Bool) throws(ModelError) -> Bool {
            var any = false
            while let digit = reader.digit() {
                any = true
                if areFraction { scale += 1 }
                if digit == 0 {
                    zeros += 1
                    continue
                }
                try shift(by: zeros + 1)
                zeros = 0
                let (sum, overflows) = magnitude.addingReportingOverflow(UInt128(digit))
                if overflows { throw tooLong }
                magnitude = sum
            }
            return any
        }

        /// The number, with as many of its trailing zeros after the point as were written and 128 bits hold.
        func value(isNegative: Bool) throws(ModelError) -> Decimal128 {
            var wanted = min(max(scale, 0), Decimal128.scaleMax)
            if magnitude == 0 { return Decimal128(coefficient: 0, scale: wanted) }
            let least = max(scale - zeros, 0)
            if least > Decimal128.scaleMax {
                throw ModelError(.inexact, "the number has more than 38 digits after the point")
            }
            while wanted >= least {
                if let coefficient = coefficient(times: zeros - scale + wanted, isNegative: isNegative) {
                    return Decimal128(coefficient: coefficient, scale: wanted)
                }
                wanted -= 1
            }
            throw tooLong
        }

        /// The coefficient with this many zeros appended; nil when it does not fit.
        private func coefficient(times exponent: Int, isNegative: Bool) -> Int128? {
            guard exponent <= Decimal128.scaleMax else { return nil }
            let (product, overflows) = magnitude.multipliedReportingOverflow(by: PowersOfTen.power(exponent))
            return overflows ? nil : Decimal128.signed(product, isNegative: isNegative)
        }

        private mutating func shift(by count: Int) throws(ModelError) {
            guard magnitude > 0 else { return }
            guard count <= Decimal128.scaleMax else { throw tooLong }
            let (product, overflows) = magnitude.multipliedReportingOverflow(by: PowersOfTen.power(count))
            if overflows { throw tooLong }
            magnitude = product
        }

        private var tooLong: ModelError { ModelError(.overflow, "the number does not fit a decimal") }
    }
}
