import Model

/// Who a log is: a random value made with the file, the same for as long as the file lives.
///
/// A reader keeps it beside the last offset that it applied, so that the same offset of another log is never
/// mistaken for it.
public struct LogIdentity: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Sixteen random bytes in lower-case hex.
    public var description: String

    /// A new log's identity.
    public static func random() -> LogIdentity {
        var generator = SystemRandomNumberGenerator()
        return LogIdentity(
            Hex.encode((0..<16).map { _ in UInt8.random(in: .min ... .max, using: &generator) }))
    }

    /// Wraps the text of an identity.
    public init(_ text: String) {
        description = text
    }
}
