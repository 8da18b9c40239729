extension Text: Hashable {
    /// Whether both have the same bytes.
    public static func == (left: Text, right: Text) -> Bool {
        // Both buffers live within the closures.
        unsafe left.withBytes { a in unsafe right.withBytes { b in unsafe Octets.equal(a, b) } }
    }

    /// Feeds the bytes.
    public func hash(into hasher: inout Hasher) {
        // The buffer lives within the closure.
        unsafe withBytes { bytes in unsafe hasher.combine(bytes: bytes) }
    }
}

extension Text: Comparable {
    /// Whether the left comes first in code-point order.
    public static func < (left: Text, right: Text) -> Bool { left.compare(right) < 0 }

    /// Negative, zero or positive as this text comes before, with or after the other.
    public func compare(_ other: Text) -> Int {
        // Both buffers live within the closures.
        unsafe withBytes { a in unsafe other.withBytes { b in unsafe Octets.compare(a, b) } }
    }

    /// Whether this text begins with the other.
    public func hasPrefix(_ prefix: Text) -> Bool {
        unsafe withBytes { a in
            // The prefix of the buffer is within it, as its length was compared first.
            unsafe prefix.withBytes { b in
                unsafe a.count >= b.count
                    && Octets.equal(UnsafeRawBufferPointer(rebasing: a.prefix(b.count)), b)
            }
        }
    }

    /// Whether this text ends with the other.
    public func hasSuffix(_ suffix: Text) -> Bool {
        unsafe withBytes { a in
            // The suffix of the buffer is within it, as its length was compared first.
            unsafe suffix.withBytes { b in
                unsafe a.count >= b.count
                    && Octets.equal(UnsafeRawBufferPointer(rebasing: a.suffix(b.count)), b)
            }
        }
    }

    /// Whether the other occurs in this text.
    public func contains(_ part: Text) -> Bool {
        // Both buffers live within the closures.
        unsafe withBytes { a in
            unsafe part.withBytes { b in unsafe Octets.firstIndex(of: b, in: a, from: 0) != nil }
        }
    }
}
