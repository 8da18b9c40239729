/// A fault in how expressions are set up: a code table, a key, a predicate that no database can run.
public struct ExpressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault.
    public enum Code: String, Sendable, Hashable {
        /// One old value is listed twice in a code table.
        case duplicateCode = "duplicate_code"
        /// A key that is too short to keep anything secret.
        case weakKey = "weak_key"
        /// A name that no database takes.
        case invalidIdentifier = "invalid_identifier"
    }

    /// The kind of fault.
    public let code: Code
    /// What is wrong.
    public let message: String

    /// An error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// What an operator can do about it.
    public var hint: String {
        switch code {
        case .duplicateCode: "keep one of the two entries"
        case .weakKey: "make a random key of 32 bytes"
        case .invalidIdentifier: "rename the table or column"
        }
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
