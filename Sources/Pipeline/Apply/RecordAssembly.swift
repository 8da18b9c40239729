import ChangeLog
import Guards
import Model

/// Picks from records that were read those that end at a transaction's end.
///
/// A large transaction comes in several records, all but the last with `continues`. When capture died in the
/// middle of one, it writes an abandonment and reads the transaction again from its start: the records of the
/// first attempt are passed over.
struct RecordAssembly {
    /// Records to apply, in order.
    private(set) var ready: [LogRecord] = []
    /// Records of a transaction whose end has not been read yet.
    private(set) var unfinished: [LogRecord] = []
    /// The last record that was looked at.
    private(set) var last: LogOffset?

    mutating func add(_ record: LogRecord) {
        last = record.offset
        if record.batch.isAbandonment, Guard.abandonedIsDropped.holds { unfinished = [] }
        if record.batch.continues, Guard.transactionIsWhole.holds {
            unfinished.append(record)
            return
        }
        ready += unfinished
        unfinished = []
        ready.append(record)
    }

    /// Hands over the records to apply.
    mutating func takeReady() -> [LogRecord] {
        defer { ready = [] }
        return ready
    }
}
