/// A failure of the audit chain.
public struct AuditError: Error, CustomStringConvertible {
    /// What happened.
    public enum Code: String, Sendable {
        /// A key's file cannot be used.
        case unusableKey = "unusable_key"
        /// The file that heads are written to cannot be used.
        case unusableHeads = "unusable_heads"
        /// The store holds something that is no chain, or one that Banyan's key does not vouch for.
        case damaged
        /// An entry was made and is signed, and its signed end could not be kept elsewhere as well.
        case headNotKept = "head_not_kept"
        /// An entry is no intention, or one that is concluded.
        case notOpen = "not_open"
        /// An action was done, or may have been, and the entry that says so could not be written.
        case notConcluded = "not_concluded"
    }

    /// What happened.
    public var code: Code
    /// What was found, and where.
    public var message: String
    /// What an operator can do.
    public var hint: String

    /// Makes an error.
    public init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    static func notOpen(_ number: Int) -> AuditError {
        AuditError(
            .notOpen, "entry \(number) is no open intention",
            hint: "`banyan audit verify` lists those that are open")
    }

    /// The code, the message and the hint.
    public var description: String { "\(code.rawValue): \(message). \(hint)" }
}
