/// What goes wrong at one call of a memory target.
public enum MemoryFault: Sendable, Equatable {
    /// The store is out of reach for the moment; the open transaction is gone.
    case unavailable
    /// There is no room: the call fails, and the open transaction goes on without it.
    case full
    /// The answer to a commit is lost; the value says whether it took effect. Any other call is unavailable.
    case lostAnswer(applied: Bool)
    /// The answer to a commit is lost while the store still commits: nobody sees its effect before whoever
    /// wants to write next, or waits for it. Any other call is unavailable.
    case lateCommit
    /// The process dies before the call has an effect.
    case crashBefore
    /// The process dies after the call has had its effect; only a commit has one that lasts.
    case crashAfter
}
