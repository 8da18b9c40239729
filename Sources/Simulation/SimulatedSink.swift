import Apply

/// A receiver of events.
final class SimulatedSink: EventSink {
    let name = "receiver"
    private let world: World

    init(_ world: World) {
        self.world = world
    }

    func deliver(_ events: [OutboxEvent]) throws {
        if let engine = world.running.last { try world.call(engine, "deliver \(events.count) events") }
        if let engine = world.running.last, world.chance.happens(world.swarm.sinkSlow) {
            world.note(.sinkSlow, "the receiver takes its time")
            try world.wait(4 + world.chance.below(12), of: engine)
        }
        if world.chance.happens(world.swarm.sinkFails) {
            let count = world.chance.below(events.count + 1)
            world.note(
                count == 0 ? .sinkFails : .sinkAnswerLost,
                "the receiver has \(count) of \(events.count) events")
            for event in events.prefix(count) { world.checker.delivered(event) }
            throw Refused()
        }
        for event in events { world.checker.delivered(event) }
    }

    private struct Refused: Error {}
}
