/// A failure of the migration as a whole.
public struct MigrationError: Error, CustomStringConvertible {
    /// What happened.
    public enum Code: String, Sendable {
        /// A file that Banyan needs cannot be used.
        case unusableFile = "unusable_file"
        /// Another engine runs this migration.
        case alreadyRunning = "already_running"
        /// Another engine has taken this migration over from this one.
        case superseded
        /// The plan was changed while an engine waited.
        case planChanged = "plan_changed"
        /// The control store does not answer.
        case unreachable
        /// A part of the engine has stopped and needs a person.
        case halted
        /// Something named on the command line does not exist.
        case notFound = "not_found"
        /// A rule forbids it.
        case refused
        /// A delivery outside failed.
        case undeliverable
        /// The store was made under another mapping than the plan's.
        case mappingChanged = "mapping_changed"
        /// Both sides could not be compared yet.
        case notComparable = "not_comparable"
    }

    /// What happened.
    public var code: Code
    /// What was found, where, and what was expected; never a row value or a connection string.
    public var message: String
    /// What an operator can do.
    public var hint: String

    /// Makes an error.
    public init(_ code: Code, _ message: String, hint: String) {
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The code, the message and the hint.
    public var description: String { "\(code.rawValue): \(message). \(hint)" }
}

extension MigrationError {
    /// Another engine has taken a migration over.
    static func superseded(_ migration: String) -> MigrationError {
        MigrationError(
            .superseded, "another engine has taken \(migration) over, and this one has changed nothing since",
            hint: "look at the other one with `banyan status`; start this one again to have it wait its turn")
    }
}
