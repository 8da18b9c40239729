/// Everything that all writers of a run remember, put together.
struct WitnessHistory: Sendable {
    /// How a transaction ended, as far as its writer knows.
    enum Outcome: Sendable {
        case acknowledged, failed, unknown
    }

    /// One transaction with what it set out to do.
    struct Transaction: Sendable {
        /// The place among the transactions on legacy; nil for one on the service's store.
        var sequence: Int64?
        var time: Int64 = 0
        var operations: [WitnessOperation] = []
        var serviceOperations: [ServiceOperation] = []
        var events: [EndorsementEvent] = []
        var outcome = Outcome.unknown
    }

    /// Transactions by name.
    private(set) var transactions: [String: Transaction] = [:]
    /// Operations that were undone inside their transactions.
    private(set) var undone: Set<String> = []

    /// Puts the records of one or several files together.
    init(_ records: [WitnessRecord]) {
        for record in records {
            switch record {
            case .intent(let name, let sequence, let time, let operation):
                transactions[name, default: Transaction()].sequence = sequence
                transactions[name, default: Transaction()].time = time
                transactions[name, default: Transaction()].operations.append(operation)
            case .note(let name, let time, let operation):
                transactions[name, default: Transaction()].time = time
                transactions[name, default: Transaction()].serviceOperations.append(operation)
            case .event(let name, let event):
                transactions[name, default: Transaction()].events.append(event)
            case .undone(_, let operation, _, _):
                undone.insert(operation)
            case .outcome(let name, let isAcknowledged, _):
                transactions[name, default: Transaction()].outcome = isAcknowledged ? .acknowledged : .failed
            }
        }
    }

    /// Settles what can be settled of the unknown transactions: one whose mark is in a row has happened, one
    /// whose sequence number was given out again has not.
    mutating func settle(seeing marks: Set<String>) {
        let taken = Set(transactions.values.filter { $0.outcome == .acknowledged }.compactMap(\.sequence))
        for (name, transaction) in transactions where transaction.outcome == .unknown {
            if transaction.operations.contains(where: { marks.contains($0.id) }) {
                transactions[name]?.outcome = .acknowledged
            } else if let sequence = transaction.sequence, taken.contains(sequence) {
                transactions[name]?.outcome = .failed
            }
        }
    }
}
