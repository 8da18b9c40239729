import Apply
import Model
import TestKit
import Testing

@Suite struct RelayTests {
    struct Crash: Error {}

    private final class Outbox: OutboxReader {
        var count = 0
        var position: Int64 = 0
        var failures = 0

        func events(after sequence: Int64, limit: Int) throws -> [OutboxEvent] {
            (0..<count).map { Int64($0) * 3 + 1 }.filter { $0 > sequence }.prefix(limit).map { number in
                OutboxEvent(
                    sequence: number, id: "\(number)", aggregateType: "t", aggregateID: "k", type: "e",
                    payload: "{}",
                    timestamp: nil, position: .start, isHistorical: false)
            }
        }

        func end() throws -> Int64 { Int64(count) * 3 - 2 }

        func relayed(by sink: String) throws -> Int64 { position }

        func setRelayed(by sink: String, to sequence: Int64) throws {
            if failures > 0 {
                failures -= 1
                throw Crash()
            }
            position = sequence
        }
    }

    private final class Sink: EventSink {
        let name = "sink"
        var delivered: [String] = []
        var prefix: Int?

        func deliver(_ events: [OutboxEvent]) throws {
            if let prefix {
                self.prefix = nil
                delivered += events.prefix(prefix).map(\.id)
                throw Crash()
            }
            delivered += events.map(\.id)
        }
    }

    @Test func everythingArrivesInOrderWhateverFails() throws {
        var generator = SplitMix64.unseen()
        for _ in 0..<200 {
            let outbox = Outbox()
            let sink = Sink()
            var relay = Relay(outbox: outbox, sink: sink, batch: Int.random(in: 1...5, using: &generator))
            for _ in 0..<40 {
                outbox.count += Int.random(in: 0...3, using: &generator)
                if generator.chance(0.2) { outbox.failures = 1 }
                if generator.chance(0.2) { sink.prefix = Int.random(in: 0...3, using: &generator) }
                if generator.chance(0.2) { relay = Relay(outbox: outbox, sink: sink, batch: 3) }
                do { _ = try relay.step() } catch is Crash {}
            }
            outbox.failures = 0
            sink.prefix = nil
            while try relay.step() > 0 {}
            var seen = Set<String>()
            let firsts = sink.delivered.filter { seen.insert($0).inserted }
            #expect(firsts == (0..<outbox.count).map { "\($0 * 3 + 1)" }, "seed \(generator.seed)")
            // What comes again goes on from there without a gap.
            for (one, next) in zip(sink.delivered, sink.delivered.dropFirst()) {
                #expect(
                    (Int(next) ?? 0) <= (Int(one) ?? 0) + 3, "seed \(generator.seed): \(one) then \(next)")
            }
        }
    }

    @Test func aDeliveryThatCouldNotBeRememberedIsNotRepeatedByTheSameRelay() throws {
        let outbox = Outbox()
        let sink = Sink()
        let relay = Relay(outbox: outbox, sink: sink)
        outbox.count = 2
        outbox.failures = 1
        #expect(throws: Crash.self) { try relay.step() }
        #expect(try relay.step() == 0)
        #expect(sink.delivered == ["1", "4"])
        #expect(outbox.position == 4)
    }
}
