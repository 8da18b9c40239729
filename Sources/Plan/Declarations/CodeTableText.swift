/// A code table as the plan declares it.
public struct CodeTableText: Sendable {
    /// One entry: an old value and what it means.
    public struct Entry: Sendable {
        /// The old value; nil for NULL.
        public var code: String?
        /// Whether the old value is written without quotes, so that digits may stand for a number.
        public var isPlainCode: Bool
        /// What it means.
        public var meaning: String
        /// Whether the meaning is written without quotes.
        public var isPlainMeaning: Bool
        /// Whether this old value is written back where several have the same meaning.
        public var isPreferred: Bool
        /// Why, in words.
        public var because: String?
        /// Where it stands.
        public var location: SourceLocation
        /// The path of keys that lead to it.
        public var path: String
    }

    /// What happens to a value that the table does not list.
    public enum Otherwise: Sendable, Hashable {
        /// The row waits for a decision.
        case quarantine
        /// The old value is kept.
        case keep
        /// It means this.
        case meaning(String)
    }

    /// Its name.
    public var name: Located<String>
    /// The entries in the order of the plan.
    public var entries: [Entry]
    /// What happens to other values.
    public var otherwise: Otherwise
}
