/// A short digest of a row's values (64-bit FNV-1a): enough to tell one version of a row from another.
package struct RowDigest: Hashable, Sendable, CustomStringConvertible {
    /// The digest.
    package var value: UInt64

    /// The digest of a text.
    package init(of text: String) {
        value = text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01B3 }
    }

    /// Reads what `description` writes; nil when it is something else.
    package init?(_ text: Substring) {
        guard let value = UInt64(text, radix: 16) else { return nil }
        self.value = value
    }

    /// Hexadecimal digits.
    package var description: String { String(value, radix: 16) }
}
