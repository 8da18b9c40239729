import Apply
import ChangeLog
import Model
import TestKit

/// What is known of the target from one commit to the next, and what must be so after each.
struct TargetState {
    /// Contracts that have been in the target.
    private var present: Set<Int32> = []
    /// The surrogate id that each contract got.
    private var ids: [Int32: [UInt8]] = [:]
    /// Entries of the quarantine at the last look.
    private var entries = 0

    /// Compares the target with the source at the ledger's position.
    mutating func check(_ world: World, _ ledger: LedgerEntry, _ checker: Checker) {
        let view = View(world, ledger, checker)
        noteQuarantine(view)
        var contracts: [Int32: [[UInt8]]] = [:]
        for row in world.database.images(of: "contract") {
            let columns = world.shape.isJoined ? Array(row[1...4]) : row
            guard let number = Mapping.numbers[columns[0]], contracts[number] == nil else {
                return world.violated(.noDoubleEffect, "two contracts have one number")
            }
            contracts[number] = columns
            if world.shape.isJoined { check(row, number, view) }
        }
        for key in world.legacy.keys where key.table == .policy {
            let held = contracts.removeValue(forKey: key.policy)
            check(key, held, view)
            if held != nil { present.insert(key.policy) }
        }
        if let number = contracts.keys.min() {
            world.violated(.noDoubleEffect, "contract \(number) never was a policy")
        }
    }

    private mutating func noteQuarantine(_ view: View) {
        let count = view.world.database.count(of: OwnedTables.quarantine.name)
        if count > entries { for reason in view.reasons { view.world.mark(reason) } }
        entries = count
    }

    private func check(_ key: LegacyKey, _ held: [[UInt8]]?, _ view: View) {
        let world = view.world
        if key.policy >= SimulatedApplication.ownPolicies {
            if held != nil, !checkerRead(view, key) {
                world.violated(.noLoop, "contract \(key.policy) came from a write of Banyan's own")
            }
            return
        }
        let owner = view.owner(of: key)
        if let holder = view.holder(of: key, held) {
            if let first = view.frozen[holder] { return checkFrozen(key, held, since: first, view) }
            if view.mayBeOld(holder) { return checkOld(key, held, view) }
        }
        // What waits for a number leaves it alone.
        if held == nil, view.isFrozen(owner) || owner.map(view.mayBeOld) ?? false { return }
        let wanted = Mapping.contract(world.legacy.row(key, at: view.position), number: key.policy)
        let isCovered = present.contains(key.policy) || view.hasPolicies
        switch (wanted, held) {
        case (.none, nil): return
        case (.none, _?):
            world.violated(.noLoss, "contract \(key.policy) is there at \(view.position), its policy is not")
        case (.bad, _):
            if isCovered || held != nil {
                world.violated(.noLoss, "policy \(key.policy) cannot be a contract and is not set aside")
            }
        case (.contract, nil):
            if isCovered { world.violated(.noLoss, "contract \(key.policy) is missing at \(view.position)") }
        case (.contract(let columns), let held?):
            if columns != held { differ(key, held, view) }
        }
    }

    /// Says whether a contract is older, newer or other than its policy.
    private func differ(_ key: LegacyKey, _ held: [[UInt8]], _ view: View) {
        let versions = view.world.legacy.history(of: key)
        let place = versions.firstIndex { version in
            if case .contract(let columns) = Mapping.contract(version.row, number: key.policy) {
                return columns == held
            }
            return false
        }
        guard let place else {
            return view.world.violated(.noLoss, "contract \(key.policy) is no state that its policy ever had")
        }
        let position = versions[place].position
        view.world.violated(
            position > view.position ? .atomicity : .keyOrder,
            "contract \(key.policy) is as at \(position), the ledger stands at \(view.position)")
    }

    /// A contract that is set aside stays as it was before.
    private func checkFrozen(_ key: LegacyKey, _ held: [[UInt8]]?, since first: Position, _ view: View) {
        guard let held else { return }
        let isOld = view.world.legacy.history(of: key).contains { version in
            guard version.position <= first else { return false }
            if case .contract(let columns) = Mapping.contract(version.row, number: key.policy) {
                return columns == held
            }
            return false
        }
        if !isOld {
            view.world.violated(
                .quarantineClosure,
                "contract \(key.policy) has passed its change that was set aside at \(first)")
        }
    }

    /// While history is read anew, a contract is as before or as it is now, or as it was at some time
    /// between.
    private func checkOld(_ key: LegacyKey, _ held: [[UInt8]]?, _ view: View) {
        guard let held else { return }
        let isState = view.world.legacy.history(of: key).contains { version in
            if case .contract(let columns) = Mapping.contract(version.row, number: key.policy) {
                return columns == held
            }
            return false
        }
        if !isState {
            view.world.violated(
                .noLoss, "contract \(key.policy) is no state that its policy ever had")
        }
    }

    private func checkerRead(_ view: View, _ key: LegacyKey) -> Bool { view.checker.readKeys.contains(key) }

    // MARK: joined contracts

    private mutating func check(_ row: [[UInt8]], _ number: Int32, _ view: View) {
        if let known = ids[number], known != row[0] {
            view.world.violated(.noDoubleEffect, "contract \(number) got another id")
        }
        ids[number] = row[0]
        let key = LegacyKey(table: .policy, policy: number)
        guard view.hasAll, number < SimulatedApplication.ownPolicies,
            !view.isFrozen(view.owner(of: key)), !view.isFrozen(view.holder(of: key, Array(row[1...4])))
        else { return }
        let items = view.items(of: number)
        let load = items.contains { $0.quantity > 5 } ? Mapping.heavy : Mapping.light
        if row[5] != load {
            view.world.violated(.atomicity, "contract \(number) and its items are not of one state")
        }
        let held = Set(view.parts[row[0]] ?? [])
        let wanted = Set(items.map { Mapping.integer($0.number) + Mapping.integer($0.quantity) })
        if held != wanted {
            view.world.violated(
                .noLoss,
                "contract \(number) has \(held.count) items at \(view.position), wanted \(wanted.count)")
        }
    }

    // MARK: the end

    /// Nothing is set aside but what cannot be helped.
    func finish(_ world: World, _ checker: Checker) {
        guard let ledger = world.database.ledger(of: "ctx") else { return }
        let view = View(world, ledger, checker)
        let rows = view.frozen.keys.sorted().filter { $0 < SimulatedApplication.ownPolicies }
        let legacy = world.legacy
        for row in rows {
            let numbers = legacy.keys.filter { key in
                key.table == .policy
                    && legacy.history(of: key).contains { version in
                        version.row.map { $0.primaryKey(key).policy == row } ?? false
                    }
            }
            // Others wait for the numbers that the service has under a row that cannot be applied.
            let isExcused = numbers.flatMap { legacy.connected(to: $0.policy) }.contains { key in
                if case .bad = Mapping.contract(legacy.row(key, at: ledger.position), number: key.policy) {
                    return true
                }
                return false
            }
            if !isExcused {
                world.violated(
                    .noLoss, "policy \(row) stays set aside, though nothing is wrong with it any more")
            }
        }
    }
}
