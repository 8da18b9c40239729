/// What must hold in every history.
public enum Invariant: String, CaseIterable, Sendable {
    /// Every committed change in scope is in the target or in quarantine.
    case noLoss = "no loss"
    /// Every change has one effect.
    case noDoubleEffect = "no double effect"
    /// The states of a key follow each other as in the source.
    case keyOrder = "key order"
    /// The target shows whole transactions of the source only.
    case atomicity = "atomicity"
    /// The source forgets only what is durable in the log.
    case confirmedIsDurable = "confirmed is durable"
    /// The target holds nothing that the log may still lose.
    case appliedIsDurable = "applied is durable"
    /// Without faults everything arrives within a bound.
    case convergence
    /// An engine that was replaced changes nothing.
    case zombieHarmless = "a zombie is harmless"
    /// No change of a key passes one that is set aside.
    case quarantineClosure = "quarantine is closed"
    /// No event from history, none that did not happen, none twice.
    case truthfulEvents = "events are true"
    /// Banyan's own writes are not sent forward.
    case noLoop = "no loop"
    /// What a chunk's certificate says is so.
    case certificates = "certificates are true"
    /// No pass names a difference that is none.
    case noFalseAlarm = "no false alarm"
    /// No pass is silent about a difference that it judged.
    case noMissedDifference = "no missed difference"
    /// What a pass has not judged, or somebody only says, is not verified; what is waived comes back.
    case noFalseVerification = "no false verification"
    /// Nothing stops by itself without a fault that explains it.
    case noSurprise = "no stop without a cause"
}
