/// A fault in bytes that Banyan itself once wrote.
public struct ModelError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: String, Sendable {
        /// The bytes do not follow the format.
        case malformed
        /// The bytes follow a format that this version does not know.
        case unsupportedVersion = "unsupported_version"
    }

    /// What is wrong.
    public var code: Code
    /// Where in the bytes, and what was expected there.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
