import ChangeLog
import Guards
import Model

/// Picks from records that were read those that end at a transaction's end.
///
/// A large transaction comes in several records, all but the last with `continues`. When capture died in the
/// middle of one, it writes an abandonment and reads the transaction again from its start: the records of the
/// first attempt are passed over. Of a transaction that is larger than what may be held, only the place in
/// the log is kept.
struct RecordAssembly {
    /// What is applied in one transaction of the target.
    enum Portion {
        case records([LogRecord])
        case large(LargeTransaction)
    }

    /// Records to apply, in order.
    private(set) var ready: [LogRecord] = []
    /// The last record that was looked at.
    private(set) var last: LogOffset
    /// The last record that was handed over.
    private(set) var handedOver: LogOffset
    /// Bytes of an unfinished transaction that are held at the most.
    private let most: Int
    /// Records of a transaction whose end has not been read yet.
    private var unfinished: [LogRecord] = []
    private var unfinishedBytes = 0
    /// What stands right before them.
    private var unfinishedFollows = LogOffset.start
    /// The unfinished transaction, when it is too large to be held, or that which is to be handed over.
    private var large: LargeTransaction?
    private var isLargeWhole = false

    /// Begins with the record behind this one.
    init(after offset: LogOffset = .start, most: Int = .max) {
        last = offset
        handedOver = offset
        self.most = most
    }

    /// Whether there is something to hand over.
    var isReady: Bool { !ready.isEmpty || isLargeWhole }

    /// Bytes of what would be handed over.
    var readyBytes: Int { ready.reduce(0) { $0 + $1.batch.heldBytes } }

    /// Whether another record may be added: not behind a large transaction that has not been handed over.
    var takesMore: Bool { !isLargeWhole }

    mutating func add(_ record: LogRecord) {
        let previous = last
        last = record.offset
        if record.batch.isAbandonment, Guard.abandonedIsDropped.holds {
            (unfinished, unfinishedBytes, large) = ([], 0, nil)
        }
        let continues = record.batch.continues && Guard.transactionIsWhole.holds
        if large != nil {
            large?.add(record)
            isLargeWhole = !continues
        } else if continues {
            if unfinished.isEmpty { unfinishedFollows = previous }
            unfinished.append(record)
            unfinishedBytes += record.batch.heldBytes
            if unfinishedBytes > most { stopHolding() }
        } else {
            ready += unfinished
            (unfinished, unfinishedBytes) = ([], 0)
            ready.append(record)
        }
    }

    private mutating func stopHolding() {
        var large = LargeTransaction(after: unfinishedFollows)
        for record in unfinished { large.add(record) }
        self.large = large
        (unfinished, unfinishedBytes) = ([], 0)
    }

    /// Hands over what is to be applied next; nil when there is nothing.
    mutating func take() -> Portion? {
        if let end = ready.last?.offset {
            defer { ready = [] }
            handedOver = end
            return .records(ready)
        }
        guard isLargeWhole, let large else { return nil }
        handedOver = large.through
        (self.large, isLargeWhole) = (nil, false)
        return .large(large)
    }
}

extension ChangeBatch {
    /// What it takes of memory, about.
    var heldBytes: Int { bytes.count + changes.count * MemoryLayout<Change>.stride }
}
