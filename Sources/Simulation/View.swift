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
    /// Contracts that are set aside, and where the first change of each stands.
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
        guard let key = OwnedCell.read(row[2]).first?.bytes, let number = Mapping.numbers[key],
            let position = OwnedCell.read(row[5]).first?.integer,
            let offset = OwnedCell.read(row[4]).first?.integer,
            let reason = OwnedCell.read(row[12]).first?.display
        else { return }
        // What history set aside has no commit of its own; it was true where its chunk was placed.
        let place = checker.chunkHigh[LogOffset(UInt64(offset))] ?? Position(UInt64(position))
        frozen[number] = min(frozen[number] ?? place, place)
        switch reason {
        case "waits": reasons.insert(.waitedInQuarantine)
        case "constraint": reasons.insert(.refusedRow)
        default: reasons.insert(.untranslatable)
        }
    }

    /// Whether the target may hold the state of a row from before changes went unseen: nothing has come of it
    /// since.
    func mayBeOld(_ key: LegacyKey) -> Bool {
        guard let reading else { return false }
        return !world.legacy.history(of: key).contains {
            reading.stream < $0.position && $0.position <= position
        }
    }

    /// The items of a policy at the view's position.
    func items(of number: Int32) -> [(number: Int32, quantity: Int32)] {
        world.legacy.keys.filter { $0.table == .item && $0.policy == number }.compactMap { key in
            world.legacy.row(key, at: position).map { (key.item, $0.kind) }
        }
    }
}
