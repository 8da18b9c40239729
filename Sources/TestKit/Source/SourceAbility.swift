/// What not every captured system can do: a system that lacks one of these says so, with the reason.
public enum SourceAbility: String, Sendable, Hashable, CaseIterable {
    /// Reports every transaction by itself; without it neighbours may be reported as one, never a part of
    /// one.
    case tellingTransactionsApart
    /// Keeps several transactions open that write at the same time.
    case interleavingWriters
    /// Replaces the row that stands in the way of an insert.
    case replacing
    /// Can be made to forget what was confirmed.
    case forgetting
    /// Can be put back to an earlier state, as from a backup.
    case restoring
    /// Names the position of its last commit when asked; without it, the end of its log, which lies there or
    /// behind, and moves for other reasons too.
    case namingItsLastCommit
    /// Counts exactly what waits in it; without it, more when more is committed.
    case countingItsBacklog
}
