/// A failure of the target.
public struct TargetError: Error, CustomStringConvertible {
    /// What happened.
    public enum Code: String, Sendable {
        /// The target is busy or out of reach for the moment; the transaction is gone.
        case unavailable
        /// The answer to a commit was lost: only the ledger can tell whether it took effect.
        case ambiguous
        /// Another worker owns the stream.
        case fenced
        /// The store was filled from another log than the one at hand.
        case foreignLog = "foreign_log"
        /// Another context writes a table of this one.
        case tableTaken = "table_taken"
        /// The target's schema is not what the plan was checked against.
        case schemaChanged = "schema_changed"
        /// Something of Banyan's own in the target is missing or was altered.
        case tampered
        /// Something else failed.
        case failed
    }

    /// What a driver does about it.
    public enum Recovery: Sendable {
        /// Try again with backoff.
        case retry
        /// Ask the ledger, then go on or try again.
        case consultLedger
        /// Stop; a person decides.
        case halt
    }

    /// What happened.
    public var code: Code
    /// What was found, where, and what was expected; never a row value.
    public var message: String
    /// What an operator can do.
    public var hint: String

    /// Makes an error.
    public init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// A trigger of the service's kept a row that was to be deleted, without an error.
    public static func keptByTrigger(_ table: String) -> TargetError {
        TargetError(
            .failed, "a trigger of \(table) keeps a row from being deleted, without an error",
            hint:
                "change the trigger so that it lets Banyan's role delete the row; until then the context stands still"
        )
    }

    /// What a driver does about it.
    public var recovery: Recovery {
        switch code {
        case .unavailable: .retry
        case .ambiguous: .consultLedger
        case .fenced, .foreignLog, .tableTaken, .schemaChanged, .tampered, .failed: .halt
        }
    }

    /// The code, the message and the hint.
    public var description: String { "target \(code.rawValue): \(message). \(hint)" }
}
