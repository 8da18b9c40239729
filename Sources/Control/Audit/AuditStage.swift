/// How far an action had come when its entry was made.
public enum AuditStage: Sendable, Hashable {
    /// It was done: what it changed and the entry became durable in one transaction.
    case done
    /// It is about to be done, outside the store that holds the chain. An entry that concludes it follows;
    /// where none does, the process died, and what became of it is to be looked up.
    case intended
    /// What came of the intention in the entry of that number.
    case concluded(Int, AuditOutcome)
}
