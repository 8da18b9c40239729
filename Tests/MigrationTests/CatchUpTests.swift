import Foundation
import Migration
import SQLite
import Synchronization
import TestKit
import Testing

/// The end of a run that ends by itself.
@Suite struct CatchUpTests {
    private struct State {
        var written = 0
        var isEnough = false
        var isOver = false
        var failures: [String] = []
    }

    /// A legacy database that is written without a pause: what was there when the run began is applied and
    /// delivered, and the run ends although there is always more.
    @Test func aRunEndsWhereTheApplicationNeverStopsToWrite() throws {
        let journey = try Journey(withCustomers: "(0, 'first')")
        try journey.write(plan: Journey.customers)
        var options = MigrationEngine.Options()
        options.eventFile = journey.folder + "/events.jsonl"
        let engine = try MigrationEngine(plan: try journey.plan(), options: options)
        let state = Mutex(State())
        defer { state.withLock { $0.isEnough = true } }
        let (legacy, service) = (journey.legacy, journey.service)
        Thread.detachNewThread {
            do {
                let connection = try SQLiteConnection(path: legacy, access: .readWrite)
                let store = try SQLiteConnection(path: service, access: .readOnly)
                var number = 0
                while !state.withLock(\.isEnough) {
                    number += 1
                    try connection.execute("INSERT INTO cust VALUES (\(number), 'more')")
                    state.withLock { $0.written = number }
                    // Nobody follows an application that is faster for ever: it keeps a lead, and no more.
                    guard number.isMultiple(of: 100) else { continue }
                    try waitUntil("the mirror is near", within: .seconds(600)) {
                        try state.withLock { $0.isEnough || $0.isOver }
                            || number - Int(store.integer("SELECT count(*) FROM customer") ?? 0) <= 2_000
                    }
                }
            } catch {
                state.withLock { $0.failures.append("\(error)") }
            }
        }
        try waitUntil("rows are written") { state.withLock(\.written) > 10 }
        let before = state.withLock(\.written)
        Thread.detachNewThread {
            do {
                _ = try engine.run(until: .caughtUp)
            } catch {
                state.withLock { $0.failures.append("\(error)") }
            }
            state.withLock { $0.isOver = true }
        }
        defer { engine.stop() }
        try waitUntil("the run ends", within: .seconds(60)) { state.withLock(\.isOver) }
        #expect(state.withLock(\.failures) == [])
        let applied = try journey.rows(
            "SELECT count(*) FROM customer WHERE number <= \(before)", on: journey.service)
        #expect(applied == [["\(before + 1)"]])
    }
}
