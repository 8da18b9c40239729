/// Reads fixed-format bytes from the front, refusing to read past their end.
@safe package struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    private(set) var offset = 0

    /// Reads from bytes that the caller keeps alive while the reader is used.
    package init(_ bytes: UnsafeRawBufferPointer) {
        // The caller keeps the buffer alive while the reader is used.
        unsafe self.bytes = bytes
    }

    /// Whether nothing is left.
    package var isAtEnd: Bool { unsafe offset == bytes.count }
    /// Bytes left.
    package var remaining: Int { unsafe bytes.count - offset }

    /// The next byte; `what` names it in the error.
    package mutating func byte(_ what: String) throws(ModelError) -> UInt8 {
        guard unsafe offset < bytes.count else { throw cut(what) }
        defer { offset += 1 }
        // Bounds were checked above.
        return unsafe bytes[offset]
    }

    /// The next number of variable length.
    package mutating func varint(_ what: String) throws(ModelError) -> UInt64 {
        guard let (value, end) = unsafe CellView.varint(bytes, at: offset) else { throw cut(what) }
        offset = end
        return value
    }

    /// The next number, which is a count of something.
    package mutating func count(_ what: String, atMost limit: Int) throws(ModelError) -> Int {
        let value = try varint(what)
        guard value <= UInt64(limit) else {
            throw ModelError(.malformed, "\(what) at byte \(offset) is \(value), more than \(limit)")
        }
        return Int(value)
    }

    /// The next bytes, valid as long as those of the reader.
    package mutating func take(_ count: Int, _ what: String) throws(ModelError) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= remaining else { throw cut(what) }
        defer { offset += count }
        // Bounds were checked above.
        return unsafe UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count])
    }

    /// The next text, written as its length and its UTF-8.
    package mutating func string(_ what: String) throws(ModelError) -> String {
        let length = try count(what, atMost: remaining)
        let raw = unsafe try take(length, what)
        guard let text = unsafe String(validating: raw, as: UTF8.self) else {
            throw ModelError(.malformed, "\(what) before byte \(offset) is not UTF-8")
        }
        return text
    }

    private func cut(_ what: String) -> ModelError {
        unsafe ModelError(.malformed, "\(what) at byte \(offset) passes the end at \(bytes.count)")
    }
}
