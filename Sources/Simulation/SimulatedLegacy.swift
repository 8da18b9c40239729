import Capture
import Model

/// The legacy database of a history, with its log: what every source, reader and checker looks at.
///
/// It behaves as databases do where it hurts: transactions are open side by side, a commit stands in the log
/// before snapshots show it, and the log forgets what was confirmed. It keeps every version of every row, so
/// that a checker can say what was true at any position.
final class SimulatedLegacy {
    /// One row change of a transaction.
    struct Change {
        var before: (key: LegacyKey, row: LegacyRow)?
        var after: (key: LegacyKey, row: LegacyRow)?
    }

    /// A committed transaction.
    struct Transaction {
        var id: UInt64
        var position: Position
        var origin: Origin
        var committedAt: Int64
        var changes: [Change]
        var isVisible: Bool
    }

    /// The state of a row after a transaction.
    struct Version {
        var transaction: Int
        var row: LegacyRow?
    }

    /// A transaction that has not ended.
    final class Open {
        let id: UInt64
        let origin: Origin
        var changes: [Change] = []
        /// What its statements see: its own writes over what is committed.
        var written: [LegacyKey: LegacyRow?] = [:]

        init(id: UInt64, origin: Origin) {
            self.id = id
            self.origin = origin
        }
    }

    let identity = SourceIdentity(id: "simulated", name: "legacy")
    /// Committed transactions in commit order.
    private(set) var log: [Transaction] = []
    /// Everything up to here may be forgotten.
    private(set) var confirmed = Position.start
    /// Tells one installation of the capture from the next.
    private(set) var installation = 1
    /// Whether the log was lost that was kept for the capture, and nothing is installed in its place.
    private(set) var isLost = false
    /// The end of the log, which moves with other traffic, too.
    private(set) var end = Position(1)
    private(set) var open: [Open] = []
    private var versions: [LegacyKey: [Version]] = [:]
    /// The keys that were ever used, in order.
    private(set) var keys: [LegacyKey] = []
    private var locks: [LegacyKey: UInt64] = [:]
    private var lastID: UInt64 = 0

    // MARK: transactions

    /// Begins a transaction.
    func begin(_ origin: Origin) -> Open {
        lastID += 1
        let transaction = Open(id: lastID, origin: origin)
        open.append(transaction)
        return transaction
    }

    /// Takes the lock of a row, or says that another transaction has it.
    func lock(_ key: LegacyKey, for transaction: Open) -> Bool {
        if let holder = locks[key], holder != transaction.id { return false }
        locks[key] = transaction.id
        return true
    }

    /// A row as a transaction sees it.
    func row(_ key: LegacyKey, in transaction: Open) -> LegacyRow? {
        transaction.written[key] ?? versions[key]?.last?.row
    }

    /// Writes a row whose lock is held.
    func write(
        _ transaction: Open, from old: LegacyKey?, to new: (key: LegacyKey, row: LegacyRow)?
    ) {
        var change = Change()
        if let old, let row = row(old, in: transaction) { change.before = (old, row) }
        change.after = new
        if let old { transaction.written[old] = .some(nil) }
        if let new { transaction.written[new.key] = new.row }
        transaction.changes.append(change)
    }

    /// Ends a transaction; one without changes leaves nothing.
    ///
    /// - Parameter isVisible: Whether snapshots show it at once; else its locks stay until `show`.
    func commit(_ transaction: Open, advance: Int, isVisible: Bool, at time: Int64) {
        open.removeAll { $0 === transaction }
        guard !transaction.changes.isEmpty else { return unlock(transaction.id) }
        end = Position(end.value + UInt64(advance))
        for (key, row) in transaction.written {
            // Each key has its own history, so the order of the keys does not matter.
            versions[key, default: []].append(Version(transaction: log.count, row: row))
        }
        keys = (keys + transaction.written.keys.filter { !keys.contains($0) }).sorted()
        log.append(
            Transaction(
                id: transaction.id, position: end, origin: transaction.origin, committedAt: time,
                changes: transaction.changes, isVisible: isVisible))
        if isVisible { unlock(transaction.id) } else { invisible.append(log.count - 1) }
    }

    /// Gives a transaction up.
    func rollback(_ transaction: Open) {
        open.removeAll { $0 === transaction }
        unlock(transaction.id)
    }

    /// The committed transactions that snapshots do not show.
    private(set) var invisible: [Int] = []

    /// Lets snapshots show a transaction.
    func show(_ index: Int) {
        log[index].isVisible = true
        invisible.removeAll { $0 == index }
        unlock(log[index].id)
    }

    private func unlock(_ id: UInt64) {
        locks = locks.filter { $0.value != id }
    }

    /// Other traffic moves the log on.
    func moveOn(_ count: Int) { end = Position(end.value + UInt64(count)) }

    /// The log may forget what is at or before a position.
    func confirm(_ position: Position) { confirmed = max(confirmed, position) }

    /// The log that was kept for the capture is lost.
    func lose() {
        isLost = true
        installation += 1
    }

    /// Capture is installed anew; the log is kept from here on.
    func install() {
        isLost = false
        installation += 1
        confirmed = end
    }

    // MARK: what is true

    /// The index of the first transaction after a position.
    func index(after position: Position) -> Int {
        var (low, high) = (0, log.count)
        while low < high {
            let middle = (low + high) / 2
            if log[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The rows of a table as a snapshot taken now shows them, in the order of their primary keys.
    func visibleRows(of table: LegacyTable) -> [(primary: LegacyKey, key: LegacyKey, row: LegacyRow)] {
        let rows = keys.filter { $0.table == table }.compactMap { key in
            visibleRow(key).map { (primary: $0.primaryKey(key), key: key, row: $0) }
        }
        return rows.sorted { $0.primary < $1.primary }
    }

    /// A row as a snapshot taken now shows it.
    func visibleRow(_ key: LegacyKey) -> LegacyRow? {
        versions[key]?.last { log[$0.transaction].isVisible }?.row
    }

    /// The ids that policies may have that do not stand for one in any state that a transaction sees.
    func freeIDs(for transaction: Open, above base: Int32, count: Int32) -> [Int32] {
        var taken: Set<Int32> = []
        for key in keys where key.table == .policy && !transaction.written.keys.contains(key) {
            taken.formUnion([versions[key]?.last?.row?.id, visibleRow(key)?.id].compactMap(\.self))
        }
        for other in open {
            // What another transaction had to do with is locked until it ends.
            let rows =
                other === transaction
                ? other.written.values.map(\.self)
                : other.changes.flatMap { [$0.before?.row, $0.after?.row] }
            taken.formUnion(rows.compactMap { $0?.id })
        }
        return (base + 1...base + count).filter { !taken.contains($0) }
    }

    /// A row as it was at a position.
    func row(_ key: LegacyKey, at position: Position) -> LegacyRow? {
        versions[key]?.last { log[$0.transaction].position <= position }?.row
    }

    /// The row's versions, oldest first, with the positions at which they came to be.
    func history(of key: LegacyKey) -> [(position: Position, row: LegacyRow?)] {
        (versions[key] ?? []).map { (log[$0.transaction].position, $0.row) }
    }

    /// The policies that ever had a row in common with this one, or with one that had, in order.
    func connected(to number: Int32) -> [LegacyKey] {
        var found: Set<LegacyKey> = [LegacyKey(table: .policy, policy: number)]
        var left = Array(found)
        while let key = left.popLast() {
            let rows = Set((versions[key] ?? []).compactMap { $0.row?.id })
            if rows.isEmpty { continue }
            for other in keys where other.table == .policy && !found.contains(other) {
                guard let known = versions[other], known.contains(where: { rows.contains($0.row?.id ?? -1) })
                else { continue }
                found.insert(other)
                left.append(other)
            }
        }
        return found.sorted()
    }

    /// The transaction at a position; nil when nothing was committed there.
    func transaction(at position: Position) -> Transaction? {
        let index = index(after: position)
        return index > 0 && log[index - 1].position == position ? log[index - 1] : nil
    }
}
