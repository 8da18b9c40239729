import Apply
import Model

/// The outbox as the relay reads it, and what the store remembers of its receivers.
final class SimulatedOutbox: OutboxReader {
    private let world: World
    private let engine: SimulatedEngine

    init(_ world: World, _ engine: SimulatedEngine) {
        self.world = world
        self.engine = engine
    }

    func events(after sequence: Int64, limit: Int) throws -> [OutboxEvent] {
        try world.requireLife(of: engine)
        let events = world.checker.outbox
        return Array(events.drop { $0.sequence <= sequence }.prefix(limit))
    }

    func end() throws -> Int64 { world.checker.outbox.last?.sequence ?? 0 }

    func relayed(by sink: String) throws -> Int64 { world.relayed[sink] ?? 0 }

    func setRelayed(by sink: String, to sequence: Int64) throws {
        try world.call(engine, "remember that \(sink) has event \(sequence)")
        world.relayed[sink] = max(sequence, world.relayed[sink] ?? 0)
    }
}
