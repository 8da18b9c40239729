/// Reads numbers and texts from a message, each checked against the message's end.
///
/// The bytes are borrowed: a cursor must not outlive the call in which they are held.
@safe struct PgoutputCursor {
    private let bytes: UnsafeRawBufferPointer
    /// Where the next value begins.
    private(set) var offset = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = bytes
    }

    /// Bytes that were not read.
    var left: Int { unsafe bytes.count - offset }

    /// The next byte.
    mutating func byte() throws(PgoutputFault) -> UInt8 { try integer(UInt8.self) }

    /// The next number, most significant byte first.
    mutating func integer<Number: FixedWidthInteger>(_ type: Number.Type) throws(PgoutputFault) -> Number {
        let width = MemoryLayout<Number>.size
        guard left >= width else { throw PgoutputFault("a message ends inside a number") }
        // The number lies before the end, which was checked just now.
        let number = unsafe Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        offset += width
        return number
    }

    /// The next number, which is a count or a length.
    mutating func count<Number: FixedWidthInteger>(_ type: Number.Type) throws(PgoutputFault) -> Int {
        let number = try integer(type)
        guard number >= 0 else { throw PgoutputFault("a message has a negative length") }
        return Int(number)
    }

    /// The next text, which ends with a zero byte; anything but UTF-8 is refused.
    mutating func text() throws(PgoutputFault) -> String {
        guard let name = String(validating: try terminated(), as: UTF8.self) else {
            throw PgoutputFault("a name is not UTF-8")
        }
        return name
    }

    /// The bytes up to the next zero byte, which is passed over.
    mutating func terminated() throws(PgoutputFault) -> [UInt8] {
        let start = offset
        while unsafe offset < bytes.count && bytes[offset] != 0 { offset += 1 }
        guard left > 0 else { throw PgoutputFault("a message ends inside a name") }
        defer { offset += 1 }
        // Both ends lie in the message.
        return unsafe Array(bytes[start..<offset])
    }

    /// The next bytes.
    mutating func bytes(_ count: Int) throws(PgoutputFault) -> [UInt8] {
        let start = offset
        try skip(count)
        // Both ends lie in the message.
        return unsafe Array(bytes[start..<offset])
    }

    /// Passes over so many bytes.
    mutating func skip(_ count: Int) throws(PgoutputFault) {
        guard count >= 0, left >= count else { throw PgoutputFault("a message ends inside a value") }
        offset += count
    }

    /// Demands that nothing is left.
    func finish() throws(PgoutputFault) {
        guard left == 0 else { throw PgoutputFault("a message goes on after its end") }
    }
}
