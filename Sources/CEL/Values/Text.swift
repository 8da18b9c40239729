/// A string of a running expression: owned, or borrowed from the caller's row.
///
/// A borrowed text is a view on bytes that the caller keeps alive and unchanged for the evaluation; it must
/// be valid UTF-8 and must not outlive the evaluation. `owned()` copies it out. All comparisons are
/// bytewise, which is code-point order.
@safe public struct Text: @unchecked Sendable {
    // Unchecked: a view is read-only, and its lifetime, which no compiler checks, is the caller's contract
    // above.
    @usableFromInline
    @safe enum Storage {
        case owned(String)
        case borrowed(UnsafeRawBufferPointer)
    }

    @usableFromInline let storage: Storage

    /// An owned text.
    @inlinable
    public init(_ string: String) {
        storage = .owned(string)
    }

    /// A view on UTF-8 bytes which the caller keeps alive and unchanged until the evaluation ends.
    @inlinable @unsafe
    public init(borrowing bytes: UnsafeRawBufferPointer) {
        unsafe storage = .borrowed(bytes)
    }

    /// Calls `body` with the UTF-8 bytes, without copying them.
    @inlinable
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch storage {
        // The borrowed view is alive by the caller's contract.
        case .borrowed(let bytes): return unsafe body(bytes)
        case .owned(var string):
            // The buffer is used within the closure only.
            return string.withUTF8 { unsafe body(UnsafeRawBufferPointer($0)) }
        }
    }

    /// The text as a Swift string; copies a borrowed one.
    public var string: String {
        switch storage {
        case .owned(let string): string
        // The borrowed view is alive by the caller's contract.
        case .borrowed(let bytes): unsafe String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The same text with storage of its own.
    public func owned() -> Text { Text(string) }

    /// Number of UTF-8 bytes.
    public var byteCount: Int {
        switch storage {
        case .owned(let string): string.utf8.count
        // Only the length is read.
        case .borrowed(let bytes): bytes.count
        }
    }

    /// Number of code points.
    public var count: Int {
        unsafe withBytes { bytes in
            var count = 0
            // The index is within the buffer.
            for index in bytes.indices where unsafe bytes[index] & 0xC0 != 0x80 { count += 1 }
            return count
        }
    }
}

extension Text: ExpressibleByStringLiteral {
    /// An owned text from a literal.
    public init(stringLiteral value: String) { self.init(value) }
}
