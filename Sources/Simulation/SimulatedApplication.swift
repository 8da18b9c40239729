import Model
import TestKit

/// The application that writes the legacy database, statement by statement, in several transactions at once.
final class SimulatedApplication {
    private unowned let world: World
    private var revision: Int32 = 0
    /// Policies that the application uses; those from here on are Banyan's own writes.
    static let ownPolicies: Int32 = 90
    /// Ids that policies may have: enough for what several transactions hold at once.
    private static let ids: Int32 = 20

    init(_ world: World) {
        self.world = world
    }

    /// One statement, or the end of a transaction.
    func step() {
        let legacy = world.legacy
        let chance = world.chance
        let invisible = legacy.invisible
        if !invisible.isEmpty, chance.below(3) == 0 { return show(invisible[chance.below(invisible.count)]) }
        if chance.happens(world.swarm.keepalive) {
            legacy.moveOn(1 + chance.below(3))
            world.trace.note(
                "traffic", legacy.end.value, "other traffic moves the source on to \(legacy.end)")
            return
        }
        let isFull = legacy.open.count >= world.swarm.openTransactions
        if legacy.open.isEmpty || !isFull && chance.below(2) == 1 {
            let isOwn = chance.happens(world.swarm.ownWrite)
            let transaction = legacy.begin(isOwn ? .banyan : .application)
            if legacy.open.count > 1 { world.mark(.interleaved) }
            change(transaction)
            return
        }
        let transaction = legacy.open[chance.below(legacy.open.count)]
        if transaction.changes.count >= world.swarm.changesPerTransaction || chance.below(2) == 0 {
            end(transaction)
        } else {
            change(transaction)
        }
    }

    /// Ends everything that is open and lets everything be seen.
    func finish() {
        while let transaction = world.legacy.open.first { commit(transaction, isVisible: true) }
        for index in world.legacy.invisible { show(index) }
    }

    private func show(_ index: Int) {
        let legacy = world.legacy
        world.trace.note("visible", UInt64(index), "transaction \(legacy.log[index].id) becomes visible")
        legacy.show(index)
    }

    private func end(_ transaction: SimulatedLegacy.Open) {
        if world.chance.happens(world.swarm.rollback) {
            world.mark(.rolledBack)
            world.trace.note("rollback", transaction.id, "transaction \(transaction.id) is rolled back")
            world.legacy.rollback(transaction)
            return
        }
        commit(transaction, isVisible: !world.chance.happens(world.swarm.lateVisibility))
    }

    private func commit(_ transaction: SimulatedLegacy.Open, isVisible: Bool) {
        if !isVisible, !transaction.changes.isEmpty { world.mark(.committedUnseen) }
        if transaction.changes.count > 1 { world.mark(.sharedPosition) }
        if transaction.changes.isEmpty { return world.legacy.rollback(transaction) }
        let hadBackfill = world.checker.isReadingHistory
        if hadBackfill { world.mark(.changedDuringBackfill) }
        if hadBackfill, handsOn(transaction) { world.mark(.handedOnDuringBackfill) }
        world.legacy.commit(
            transaction, advance: 1 + world.chance.below(3), isVisible: isVisible,
            at: world.clock.microseconds)
        world.trace.note(
            "commit", world.legacy.end.value,
            "transaction \(transaction.id) commits at \(world.legacy.end)"
                + (isVisible ? "" : ", not visible yet"))
    }

    /// Whether a number that one row leaves is another's from now on.
    private func handsOn(_ transaction: SimulatedLegacy.Open) -> Bool {
        guard world.shape.isNumbered else { return false }
        return transaction.written.contains { key, row in
            guard let id = row?.id else { return false }
            return world.legacy.row(key, at: world.legacy.end)?.id.map { $0 != id } ?? false
        }
    }

    // MARK: statements

    private func change(_ transaction: SimulatedLegacy.Open) {
        let chance = world.chance
        let isItem = world.shape.isJoined && chance.below(3) == 2
        let own = transaction.origin == .banyan ? Self.ownPolicies : 0
        let policy = own + Int32(1 + chance.below(world.swarm.policies))
        let key =
            isItem
            ? LegacyKey(table: .item, policy: policy, item: Int32(1 + chance.below(3)))
            : LegacyKey(table: .policy, policy: policy)
        guard world.legacy.lock(key, for: transaction) else { return }
        guard let row = world.legacy.row(key, in: transaction) else {
            return insert(transaction, key, "inserts")
        }
        if chance.happens(world.swarm.keyChange) { return changeKey(transaction, key, row) }
        if chance.below(4) == 3 { return write(transaction, from: key, to: nil, "deletes") }
        var next = made(key.table)
        next.id = row.id
        if key.table == .policy, chance.below(2) == 0 { next.holder = row.holder }
        write(transaction, from: key, to: (key, next), "updates")
    }

    private func insert(_ transaction: SimulatedLegacy.Open, _ key: LegacyKey, _ verb: String) {
        var row = made(key.table)
        if world.shape.isNumbered, key.table == .policy {
            let own = transaction.origin == .banyan ? Self.ownPolicies : 0
            // An id is used again, sooner or later.
            let free = world.legacy.freeIDs(for: transaction, above: own, count: Self.ids)
            if free.isEmpty { return }
            row.id = free[world.chance.below(min(2, free.count))]
        }
        write(transaction, from: nil, to: (key, row), verb)
    }

    private func made(_ table: LegacyTable) -> LegacyRow {
        revision += 1
        let chance = world.chance
        guard table == .policy else { return LegacyRow(kind: Int32(chance.below(9)), revision: revision) }
        var row = LegacyRow(kind: Int32(chance.below(4)), holder: Int32(chance.below(4)), revision: revision)
        if chance.happens(world.swarm.poison) {
            if chance.below(2) == 0 {
                row.kind = LegacyKind.unknown.rawValue
            } else {
                row.holder = LegacyRow.refused
            }
        }
        return row
    }

    /// Moves a row to another key, swaps two rows, or deletes a row and uses its key again.
    private func changeKey(_ transaction: SimulatedLegacy.Open, _ key: LegacyKey, _ row: LegacyRow) {
        let chance = world.chance
        if chance.below(3) == 0 {
            world.mark(.replaced)
            write(transaction, from: key, to: nil, "deletes, to replace,")
            return insert(transaction, key, "inserts again")
        }
        var other = key
        if key.table == .item {
            other.item = 1 + key.item % 3
        } else {
            let own = transaction.origin == .banyan ? Self.ownPolicies : 0
            other.policy = own + 1 + (key.policy - own) % Int32(world.swarm.policies)
        }
        guard other != key, world.legacy.lock(other, for: transaction) else { return }
        var moved = row
        revision += 1
        moved.revision = revision
        guard let held = world.legacy.row(other, in: transaction) else {
            world.mark(.keyChanged)
            return write(transaction, from: key, to: (other, moved), "gives a new key to")
        }
        var spare = key
        spare.policy += 50
        guard world.legacy.lock(spare, for: transaction), world.legacy.row(spare, in: transaction) == nil
        else { return }
        world.mark(.keysSwapped)
        write(transaction, from: key, to: (spare, row), "swaps, from")
        var back = held
        revision += 1
        back.revision = revision
        write(transaction, from: other, to: (key, back), "swaps, from")
        write(transaction, from: spare, to: (other, moved), "swaps, from")
    }

    private func write(
        _ transaction: SimulatedLegacy.Open, from old: LegacyKey?,
        to new: (key: LegacyKey, row: LegacyRow)?, _ verb: String
    ) {
        world.legacy.write(transaction, from: old, to: new)
        let key = new?.key ?? old
        world.trace.note(
            "write", UInt64(UInt32(bitPattern: key?.policy ?? 0)),
            "transaction \(transaction.id)\(transaction.origin == .banyan ? " (Banyan's own)" : "") \(verb) "
                + "\(key?.table == .item ? "item" : "policy") \(key?.policy ?? 0)"
                + (key?.table == .item ? "/\(key?.item ?? 0)" : "")
                + (new.map { " to revision \($0.row.revision)" } ?? "")
                + (new?.row.id.map { " of row \($0)" } ?? "")
                + (new?.row.kind == 4 && key?.table == .policy ? ", of an unknown kind" : "")
                + (new?.row.holder == LegacyRow.refused ? ", with a holder that is refused" : ""))
    }
}
