/// One writer at work: turns choices into transactions and remembers them.
struct WriterShift {
    let settings: InsurerWriter.Settings
    let desk: LegacyDesk
    let witness: WitnessLog
    var summary = WriterSummary()
    /// Transactions that were begun.
    var started = 0

    /// Why a transaction or an operation did not happen, as it is written into the witness file.
    private enum Reason {
        static let onPurpose = "on purpose"
        static let refused = "refused"
        static let constraint = "constraint"
    }

    init(settings: InsurerWriter.Settings, desk: LegacyDesk, witness: WitnessLog) {
        self.settings = settings
        self.desk = desk
        self.witness = witness
    }

    /// Runs one transaction of one to six operations; gives up without one only when `stop` says so while it
    /// waits.
    mutating func runTransaction(unless stop: () -> Bool) throws {
        started += 1
        let count = desk.random.pick(weighted: [(1, 50), (2, 20), (3, 12), (4, 8), (5, 5), (6, 5)])
        let kinds = (0..<count).map { _ in desk.random.pick(weighted: settings.mix.weights) }
        let isRolledBack = desk.random.chance(settings.rollbackPercent)
        guard try waitForLock(desk.connection.dialect.begin, unless: stop) else { return }
        let transaction = "\(settings.name)-\(witness.nextTransaction())"
        do {
            let (records, done) = try perform(kinds, in: transaction)
            try witness.append(records)
            if isRolledBack {
                desk.connection.rollbackIfOpen()
                return try fail(transaction, Reason.onPurpose)
            }
            // Nobody is asked whether to stop here: the outcome of what was begun has to be known.
            _ = try waitForLock("COMMIT", unless: { false })
            try witness.append([.outcome(transaction: transaction, isAcknowledged: true, reason: "")])
            summary.acknowledged += 1
            for kind in done { summary.operations[kind.rawValue, default: 0] += 1 }
        } catch let refusal as InsurerRefusal {
            desk.connection.rollbackIfOpen()
            try fail(transaction, refusal.isByRule ? Reason.refused : "busy")
        } catch {
            desk.connection.rollbackIfOpen()
            throw error
        }
    }

    private mutating func perform(
        _ kinds: [LiveKind], in transaction: String
    ) throws -> (records: [WitnessRecord], done: [LiveKind]) {
        desk.beginTransaction()
        desk.day = BusinessDay.endOfHistory + (1 + witness.transactions / 400)
        let sequence = try desk.next("TXN")
        let time = MonotonicTime.nanoseconds
        var records: [WitnessRecord] = []
        var done: [LiveKind] = []
        for (place, kind) in kinds.enumerated() {
            let id = "\(transaction).\(place + 1)"
            try desk.connection.execute("SAVEPOINT operation")
            do {
                guard let performed = try desk.perform(kind, as: id) else {
                    try desk.connection.execute("ROLLBACK TO operation; RELEASE operation")
                    continue
                }
                let effects = try performed.rows.map(desk.effect(on:))
                let operation = WitnessOperation(
                    id: id, kind: kind.rawValue, subject: performed.subject, effects: effects)
                try desk.connection.execute("RELEASE operation")
                records.append(
                    .intent(transaction: transaction, sequence: sequence, time: time, operation: operation))
                done.append(kind)
            } catch let refusal as InsurerRefusal where refusal.isByRule && desk.connection.isInTransaction {
                try desk.connection.execute("ROLLBACK TO operation; RELEASE operation")
                records.append(undone(id, kind, in: transaction, because: refusal))
            }
        }
        records += try desk.events().map { .event(transaction: transaction, $0) }
        return (records, done)
    }

    private mutating func undone(
        _ id: String, _ kind: LiveKind, in transaction: String, because refusal: InsurerRefusal
    ) -> WitnessRecord {
        summary.undone += 1
        let isRefused = refusal.reason == .trigger
        if isRefused { summary.refused += 1 }
        return .undone(
            transaction: transaction, operation: id, kind: kind.rawValue,
            reason: isRefused ? Reason.refused : Reason.constraint)
    }

    private mutating func fail(_ transaction: String, _ reason: String) throws {
        summary.failed += 1
        if reason == Reason.refused { summary.refused += 1 }
        try witness.append([.outcome(transaction: transaction, isAcknowledged: false, reason: reason)])
    }

    /// Runs BEGIN or COMMIT, again and again while another connection holds the lock; false when `stop` said
    /// so.
    private mutating func waitForLock(_ sql: String, unless stop: () -> Bool) throws -> Bool {
        while true {
            do {
                try desk.connection.execute(sql)
                return true
            } catch let refusal as InsurerRefusal where refusal.reason == .busy {
                summary.busy += 1
                if stop() { return false }
                Pace.nap(.milliseconds(desk.random.within(1...10)))
            }
        }
    }
}
