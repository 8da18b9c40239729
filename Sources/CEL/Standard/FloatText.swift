#if canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Doubles with a fixed number of decimals, rounded half to even of the exact binary value.
enum FloatText {
    /// The finite number with `precision` decimals, plain or with an exponent of at least two digits.
    static func text(_ number: Double, precision: Int, isExponential: Bool) -> String {
        // The longest plain double has 309 digits before the point, a sign and a point.
        var buffer = [CChar](repeating: 0, count: precision + 320)
        let size = buffer.count
        // The format takes an int and a double, which are the two arguments; the buffer has `size` bytes.
        let length = unsafe withVaList([Int32(precision), number]) { arguments in
            unsafe vsnprintf(&buffer, size, isExponential ? "%.*e" : "%.*f", arguments)
        }
        return String(decoding: buffer.prefix(Int(length)).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
