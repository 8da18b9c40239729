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
        guard let known = Name(event) else { return "event \(event.type) has no number" }
        let number = known.contract
        let name = "event \(event.type) of contract \(number) at \(event.position)"
        if event.isHistorical { return "\(name) is marked as history" }
        let start = world.checker.start ?? .start
        guard event.position > start, let transaction = world.legacy.transaction(at: event.position) else {
            return "\(name) belongs to no live transaction"
        }
        if transaction.origin == .banyan { return "\(name) comes from a write of Banyan's own" }
        if world.checker.eventCounts[known] ?? 0 > 1 { return "\(name) is there twice" }
        // What a contract was before a change that had been set aside depends on when it was replayed.
        if wasBad(number, through: event.position) { return nil }
        // While history is read anew, what the service knows of a contract may be of the past: it is told of
        // the difference to that.
        if let reading = world.checker.reading(at: event.position), reading.restart != nil,
            changed(number, after: reading.from, through: reading.stream)
        {
            return nil
        }
        let true_ = transitions(of: number, at: event.position)
        return true_.contains(event.type) ? nil : "\(name) did not happen, but \(true_)"
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
            for number in numbers.sorted() where !wasBad(number, through: transaction.position) {
                for type in transitions(of: number, at: transaction.position)
                where known[Name(type: type, contract: number, position: transaction.position)] == nil {
                    return "event \(type) of contract \(number) at \(transaction.position) is missing"
                }
            }
        }
        return nil
    }

    private func changed(_ number: Int32, after start: Position, through end: Position) -> Bool {
        world.legacy.history(of: LegacyKey(table: .policy, policy: number)).contains {
            start < $0.position && $0.position <= end
        }
    }

    private func wasBad(_ number: Int32, through position: Position) -> Bool {
        world.legacy.history(of: LegacyKey(table: .policy, policy: number)).contains { version in
            if version.position > position { return false }
            if case .bad = Mapping.contract(version.row, number: number) { return true }
            return false
        }
    }

    /// The events of one contract at one position.
    private func transitions(of number: Int32, at position: Position) -> [String] {
        let key = LegacyKey(table: .policy, policy: number)
        let before = columns(world.legacy.row(key, at: Position(position.value - 1)), number)
        let after = columns(world.legacy.row(key, at: position), number)
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
