import CEL

/// White space at the ends of a text: what Unicode calls so, no-break spaces included.
enum TextTrimming {
    /// The text without white space at its ends; itself when there is none.
    static func trimmed(_ text: Text) -> Text {
        guard let range = inner(text) else { return Text("") }
        if range.count == text.byteCount { return text }
        return unsafe text.withBytes { bytes in
            // The range was found within these bytes.
            Text(unsafe String(decoding: UnsafeRawBufferPointer(rebasing: bytes[range]), as: UTF8.self))
        }
    }

    /// Whether there is nothing but white space.
    static func isBlank(_ text: Text) -> Bool { inner(text) == nil }

    /// The bytes from the first to the last that is no white space; nil when there is none.
    private static func inner(_ text: Text) -> Range<Int>? {
        unsafe text.withBytes { bytes -> Range<Int>? in
            var start = 0
            var end = bytes.count
            // Every index below lies within the buffer.
            while start < end, unsafe isSpace(bytes[start]) { start += 1 }
            while end > start, unsafe isSpace(bytes[end - 1]) { end -= 1 }
            if start == end { return nil }
            if unsafe bytes[start] < 0x80, unsafe bytes[end - 1] < 0x80 { return start..<end }
            let rest = unsafe String(
                decoding: UnsafeRawBufferPointer(rebasing: bytes[start..<end]), as: UTF8.self)
            let scalars = rest.unicodeScalars
            guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
                let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
            else { return nil }
            let lower = rest.utf8.distance(from: rest.startIndex, to: first)
            let upper = rest.utf8.distance(from: rest.startIndex, to: scalars.index(after: last))
            return start + lower..<start + upper
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
