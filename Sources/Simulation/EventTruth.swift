import Apply
import Foundation
import Model

/// Which events the source's own history demands, and which it does not know.
struct EventTruth {
    /// What tells one event from another: no two have the same.
    struct Name: Hashable {
        var type: String
        var contract: Int32
        var position: Position

        init(type: String, contract: Int32, position: Position) {
            self.type = type
            self.contract = contract
            self.position = position
        }

        /// The name of an event; nil when its payload has no number.
        init?(_ event: OutboxEvent) {
            let start = "\"number\":"
            guard let range = event.payload.range(of: start),
                let number = Int32(event.payload[range.upperBound...].prefix { $0.isNumber })
            else { return nil }
            self.init(type: event.type, contract: number, position: event.position)
        }
    }

    private let world: World

    init(_ world: World) {
        self.world = world
    }

    /// Why an event should not be there; nil when it tells what happened.
    func objection(to event: OutboxEvent) -> String? {
        guard let told = Name(event) else { return "event \(event.type) has no number" }
        let number = told.contract
        let name = "event \(event.type) of contract \(number) at \(event.position)"
        if event.isHistorical { return "\(name) is marked as history" }
        let start = world.checker.start ?? .start
        guard event.position > start, let transaction = world.legacy.transaction(at: event.position) else {
            return "\(name) belongs to no live transaction"
        }
        if transaction.origin == .banyan { return "\(name) comes from a write of Banyan's own" }
        let firstBad = firstBad(number, through: event.position)
        // Of what one transaction did, each row may be replayed by itself.
        if world.checker.eventCounts[told] ?? 0 > 1, firstBad == nil || !world.shape.isNumbered {
            return "\(name) is there twice"
        }
        // What a contract was before a change that had been set aside depends on when it was replayed.
        if let firstBad {
            // What came while history was read anew may be told late.
            let start = min(firstBad, world.checker.reading(at: event.position)?.from ?? firstBad)
            return event.type == "Opened" && isThereAllAlong(number, since: start, until: event.position)
                ? "\(name) did not happen: it was there all along" : nil
        }
        let known = transitions(of: number, at: event.position) + anew(number, at: event.position)
        return known.contains(event.type) ? nil : "\(name) did not happen, but \(known)"
    }

    /// An event that must be there and is not.
    func missing(in known: [Name: Int]) -> String? {
        for transaction in world.legacy.log
        where transaction.origin == .application
            && world.checker.reading(at: transaction.position) == nil
        {
            var numbers: Set<Int32> = []
            for change in transaction.changes {
                for key in [change.before?.key, change.after?.key] where key?.table == .policy {
                    if let number = key?.policy { numbers.insert(number) }
                }
            }
            for number in numbers.sorted() where firstBad(number, through: transaction.position) == nil {
                for type in transitions(of: number, at: transaction.position)
                where known[Name(type: type, contract: number, position: transaction.position)] == nil {
                    return "event \(type) of contract \(number) at \(transaction.position) is missing"
                }
            }
        }
        return nil
    }

    /// The events that may tell what became of a contract at one position while history is read anew: what
    /// the service knows of it may be of the past, and it is told of the difference to that.
    ///
    /// Where numbers are handed on, a row may also wait for one that another row gave up unseen, and be told
    /// of after whatever that row becomes: the difference may be to a later state.
    private func anew(_ number: Int32, at position: Position) -> [String] {
        guard let reading = world.checker.reading(at: position), reading.restart != nil else { return [] }
        let numbers =
            world.shape.isNumbered ? world.legacy.connected(to: number).map(\.policy) : [number]
        guard numbers.contains(where: { changed($0, after: reading.from, through: reading.stream) })
        else { return [] }
        let end = world.shape.isNumbered ? Position(.max) : position
        return transitions(of: number, at: position, since: reading.from, until: end)
    }

    private func changed(_ number: Int32, after start: Position, through end: Position) -> Bool {
        world.legacy.history(of: key(number)).contains {
            start < $0.position && $0.position <= end
        }
    }

    /// Where the first change stands that had to be set aside, and that may have a part in what became of a
    /// contract.
    private func firstBad(_ number: Int32, through position: Position) -> Position? {
        // Where numbers are handed on, others wait for those of a row that cannot be applied.
        world.legacy.connected(to: number).flatMap { key in
            world.legacy.history(of: key).compactMap { version in
                if version.position > position { return nil }
                if case .bad = Mapping.contract(version.row, number: key.policy) { return version.position }
                return nil
            }
        }.min()
    }

    /// Whether a contract was there before a position and ever since, and nobody was told that it had gone.
    private func isThereAllAlong(_ number: Int32, since start: Position, until end: Position) -> Bool {
        // Its number may have gone over to a row that is set aside, before anybody was told anything.
        if world.shape.isNumbered, !world.checker.heldNumbers.contains(number) { return false }
        let before = Position(max(start.value, 1) - 1)
        let later = world.legacy.history(of: key(number)).filter { before < $0.position && $0.position < end }
        let states = [world.legacy.row(key(number), at: before)] + later.map(\.row)
        return states.allSatisfy { columns($0, number) != nil }
            && !world.checker.eventCounts.keys.contains { $0.contract == number && $0.type == "Closed" }
    }

    private func key(_ number: Int32) -> LegacyKey { LegacyKey(table: .policy, policy: number) }

    /// The events of one contract at one position.
    private func transitions(of number: Int32, at position: Position) -> [String] {
        let before = world.legacy.row(key(number), at: Position(position.value - 1))
        return transitions(of: number, from: before, at: position)
    }

    /// The events that tell what became of a contract at one position from any state that it has between two
    /// others.
    private func transitions(
        of number: Int32, at position: Position, since start: Position, until end: Position
    ) -> [String] {
        let later = world.legacy.history(of: key(number)).filter {
            start < $0.position && $0.position < end
        }
        let states = [world.legacy.row(key(number), at: start)] + later.map(\.row)
        return states.flatMap { transitions(of: number, from: $0, at: position) }
    }

    private func transitions(of number: Int32, from state: LegacyRow?, at position: Position) -> [String] {
        let before = columns(state, number)
        let after = columns(world.legacy.row(key(number), at: position), number)
        switch (before, after) {
        case (nil, nil): return []
        case (nil, _?): return ["Opened"]
        case (_?, nil): return ["Closed"]
        case (let before?, let after?): return before[2] == after[2] ? [] : ["Renamed"]
        }
    }

    private func columns(_ row: LegacyRow?, _ number: Int32) -> [[UInt8]]? {
        if case .contract(let columns) = Mapping.contract(row, number: number) { return columns }
        return nil
    }
}
