/// What came of an intention.
public enum AuditOutcome: String, Sendable, Hashable {
    /// It was done.
    case done
    /// It was not done, because a rule forbids it.
    case refused
    /// It failed; nothing more is known than what the entry says.
    case failed
    /// The process that intended it is gone without a word.
    case unknown
}
