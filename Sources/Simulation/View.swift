import Apply
import ChangeLog
import Model
import TestKit

/// The target after a commit, as the checker looks at it.
struct View {
    let world: World
    let checker: Checker
    /// The source position that the target reflects.
    let position: Position
    /// The rows of policies that are set aside, and where the first change of each stands.
    private(set) var frozen: [Int32: Position] = [:]
    /// What the quarantine says.
    private(set) var reasons: Set<Mark> = []
    /// Whether the history of policies, and of all tables, is in the target.
    let hasPolicies: Bool
    let hasAll: Bool
    /// The reading of history, begun anew and not applied to its end, in which the target stands; nil
    /// outside.
    let reading: Checker.Reading?
    /// The parts of contracts by the contract's id, each as its columns' values.
    private(set) var parts: [[UInt8]: [[UInt8]]] = [:]

    init(_ world: World, _ ledger: LedgerEntry, _ checker: Checker) {
        self.world = world
        self.checker = checker
        position = ledger.position
        func isThere(_ table: LegacyTable) -> Bool {
            checker.completeAt[table].map { $0 <= ledger.offset } ?? false
        }
        let isAll = world.shape.tables.allSatisfy(isThere)
        hasAll = isAll
        // What is gone goes when every table has been read anew.
        hasPolicies = checker.readings.last?.restart == nil ? isThere(.policy) : isAll
        reading = checker.readings.last { reading in
            reading.restart.map { $0 <= ledger.offset } ?? false && !isAll
        }
        for row in world.database.images(of: OwnedTables.quarantine.name) { noteEntry(row) }
        guard world.shape.isJoined, hasAll else { return }
        for row in world.database.images(of: "contract_item") {
            parts[row[0], default: []].append(row[1] + row[2])
        }
    }

    private mutating func noteEntry(_ row: [[UInt8]]) {
        guard let key = OwnedCell.read(row[2]).first?.bytes, let policy = Mapping.numbers[key],
            let position = OwnedCell.read(row[5]).first?.integer,
            let offset = OwnedCell.read(row[4]).first?.integer,
            let reason = OwnedCell.read(row[12]).first?.display
        else { return }
        // What history set aside has no commit of its own; it was true where its chunk was placed.
        let place = checker.chunkHigh[LogOffset(UInt64(offset))] ?? Position(UInt64(position))
        frozen[policy] = min(frozen[policy] ?? place, place)
        switch reason {
        case "waits": reasons.insert(.waitedInQuarantine)
        case "constraint": reasons.insert(.refusedRow)
        default: reasons.insert(.untranslatable)
        }
    }

    /// The row whose state a contract shows: the one that it was made of, or that should be there.
    func holder(of key: LegacyKey, _ held: [[UInt8]]?) -> Int32? {
        guard world.shape.isNumbered else { return key.policy }
        let version = world.legacy.history(of: key).first { version in
            if case .contract(let columns) = Mapping.contract(version.row, number: key.policy) {
                return columns == held
            }
            return false
        }
        return version?.row?.id ?? owner(of: key)
    }

    /// The row that has a policy's number at the view's position.
    func owner(of key: LegacyKey) -> Int32? {
        world.shape.isNumbered ? world.legacy.row(key, at: position)?.id : key.policy
    }

    /// Whether a row is set aside.
    func isFrozen(_ row: Int32?) -> Bool { row.map { frozen[$0] != nil } ?? false }

    /// Whether the target may hold the state of a policy's row from before changes went unseen: nothing has
    /// come of it since.
    func mayBeOld(_ row: Int32) -> Bool {
        guard let reading else { return false }
        let legacy = world.legacy
        let from = legacy.index(after: reading.stream)
        return !legacy.log[from..<max(from, legacy.index(after: position))].contains { transaction in
            transaction.changes.contains { change in
                [change.before, change.after].contains {
                    $0.map { $0.key.table == .policy && $0.row.primaryKey($0.key).policy == row } ?? false
                }
            }
        }
    }

    /// The items of a policy at the view's position.
    func items(of number: Int32) -> [(number: Int32, quantity: Int32)] {
        world.legacy.keys.filter { $0.table == .item && $0.policy == number }.compactMap { key in
            world.legacy.row(key, at: position).map { (key.item, $0.kind) }
        }
    }
}
