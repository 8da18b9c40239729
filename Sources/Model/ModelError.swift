/// A fault in bytes that Banyan itself once wrote, or in the text or arithmetic of a single value.
///
/// Messages say what was expected and never hold the value.
public struct ModelError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public enum Code: String, Sendable {
        /// The bytes do not follow the format.
        case malformed
        /// The bytes follow a format that this version does not know.
        case unsupportedVersion = "unsupported_version"
        /// A text that does not spell a value of the kind.
        case invalidText = "invalid_text"
        /// A part of a value, or a value, outside what its kind allows.
        case outOfRange = "out_of_range"
        /// A result that does not fit its kind.
        case overflow
        /// A result that would lose digits which nobody asked to drop.
        case inexact = "lossy"
        /// A division by zero.
        case divisionByZero = "division_by_zero"
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

    /// What an operator can do about it.
    public var hint: String {
        switch code {
        case .malformed: "the stored bytes are damaged; restore them or read the source again"
        case .unsupportedVersion: "another version wrote this; run that version"
        case .invalidText:
            "correct the value at its source, or convert the text before it is read as this kind"
        case .outOfRange: "correct the value at its source, or map it to null in the plan"
        case .overflow, .inexact: "round with a named rounding, or choose a kind that holds the value"
        case .divisionByZero: "test the divisor before dividing"
        }
    }

    /// The code and the message.
    public var description: String { "\(code.rawValue): \(message)" }
}
