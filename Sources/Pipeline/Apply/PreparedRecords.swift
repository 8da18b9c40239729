import ChangeLog
import Model

/// Records for one transaction of the target, cut into steps.
struct PreparedRecords {
    /// The records, their rows in the shapes that the plan reads.
    let records: [LogRecord]
    /// What is applied, in order.
    let groups: [ChangeGroup]
    /// Whether they were prepared before their turn.
    let isAhead: Bool

    /// Bytes of the records, about.
    var bytes: Int { records.reduce(0) { $0 + $1.batch.heldBytes } }
}
