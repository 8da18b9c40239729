import Foundation
import Plan
import PostgreSQL
import Synchronization
import TestKit
import Testing

@testable import Migration

/// Engines whose control store is in PostgreSQL: one works, the others wait.
@Suite struct StandbyTests {
    private let journey: Journey
    private let database: PostgresDatabase

    init() throws {
        journey = try Journey(withCustomers: "(1, 'Ada')")
        database = try PostgresServer.makeDatabase()
    }

    private func plan(_ address: String? = nil) throws -> CheckedPlan {
        try journey.write(
            plan: Journey.customers.replacing(
                "{ sqlite: state/control.db }", with: "{ postgres: \"\(address ?? database.address)\" }"))
        return try journey.plan()
    }

    /// An engine on a thread of its own.
    private final class Run: Sendable {
        private struct State {
            var said: [String?] = []
            var status: MigrationStatus?
            var failure: String?
            var isOver = false
        }

        private let state = Mutex(State())
        private let engine: MigrationEngine

        init(
            _ plan: CheckedPlan, leaseLasts: Duration,
            afterWaiting: @escaping @Sendable () throws -> Void = {}
        ) throws {
            var options = MigrationEngine.Options()
            options.leaseLasts = leaseLasts
            options.afterWaiting = afterWaiting
            let engine = try MigrationEngine(plan: plan, options: options)
            self.engine = engine
            Thread.detachNewThread { [self] in
                do {
                    _ = try engine.run(
                        until: .forever, observe: { status in self.state.withLock { $0.status = status } },
                        waiting: { words in self.state.withLock { $0.said.append(words) } })
                } catch {
                    state.withLock { $0.failure = "\(error)" }
                }
                state.withLock { $0.isOver = true }
            }
        }

        var said: [String?] { state.withLock(\.said) }
        var failure: String? { state.withLock(\.failure) }
        var isOver: Bool { state.withLock(\.isOver) }
        var isRunning: Bool { state.withLock { $0.status?.state == "running" } }
        func forget() { state.withLock { $0.status = nil } }

        func end() async throws {
            engine.stop()
            try await eventually { isOver }
        }
    }

    private func names() throws -> [String] {
        try journey.rows("SELECT name FROM customer ORDER BY number", on: journey.service).map { $0[0] }
    }

    @Test func aSecondEngineWaitsAndTakesOver() async throws {
        let plan = try plan()
        let first = try Run(plan, leaseLasts: .seconds(30))
        try await eventually { try first.isRunning && names() == ["Ada"] }
        let second = try Run(plan, leaseLasts: .seconds(30))
        try await eventually { !second.said.isEmpty }
        let words = try #require(second.said.first ?? nil)
        #expect(words.contains("runs shop") && words.contains("\(ProcessInfo.processInfo.processIdentifier)"))
        #expect(first.isRunning && !second.isRunning)
        // What is given back need not be waited for.
        try await first.end()
        #expect(first.failure == nil)
        try journey.run(sql: "INSERT INTO cust VALUES (2, 'Bo')", on: journey.legacy)
        try await eventually { try second.isRunning && names() == ["Ada", "Bo"] }
        #expect(second.said.last == .some(nil))
        try await second.end()
        #expect(second.failure == nil)
    }

    @Test func anEngineThatIsGoneWithoutAWordIsWaitedForOnlySoLong() async throws {
        let plan = try plan()
        let gone = try ControlPlace(plan).openLeased()
        _ = try gone.takeLease(for: "process 1 on a machine that is gone", lasting: .milliseconds(1_500))
        let run = try Run(plan, leaseLasts: .seconds(30))
        try await eventually { try run.isRunning && names() == ["Ada"] }
        #expect(run.said.first.flatMap(\.self)?.contains("a machine that is gone") == true)
        try await run.end()
    }

    @Test func anEngineThatHasLostItsLeaseStopsAndSaysSo() async throws {
        let plan = try plan()
        let run = try Run(plan, leaseLasts: .milliseconds(800))
        try await eventually { run.isRunning }
        // As after a long pause of the whole process: somebody else has taken the lease meanwhile.
        try database.app.execute(
            "UPDATE banyan_control.lease SET epoch = epoch + 1, token = 'x', holder = 'another'")
        try await eventually { run.isOver }
        #expect(run.failure?.contains("superseded") == true)
        let report = FailureReport(MigrationError.superseded("shop"))
        #expect(report.kind == .refused)
    }

    @Test func anEngineWhosePlanHasChangedWhileItWaitedDoesNotStart() async throws {
        let plan = try plan()
        let gone = try ControlPlace(plan).openLeased()
        _ = try gone.takeLease(for: "process 1 on a machine that is gone", lasting: .milliseconds(1_500))
        let run = try Run(plan, leaseLasts: .seconds(30)) {
            throw MigrationError(.planChanged, "the plan is another one now", hint: "start again")
        }
        try await eventually { run.isOver }
        #expect(run.failure?.contains("plan_changed") == true)
        #expect(try names().isEmpty)
        // The lease was given back.
        guard case .held = try gone.takeLease(for: "another", lasting: .seconds(1)) else {
            Issue.record("an engine that did not start has the lease")
            return
        }
    }

    @Test func whenTheStoreIsBackTheEngineThatWorksHasItFirst() async throws {
        let proxy = try TCPProxy(to: UInt16(try #require(database.port)))
        let plan = try plan(database.address(port: Int(proxy.port)))
        let first = try Run(plan, leaseLasts: .seconds(5 * Patience.factor))
        try await eventually { try first.isRunning && names() == ["Ada"] }
        let second = try Run(plan, leaseLasts: .seconds(5 * Patience.factor))
        try await eventually { second.said.contains { $0?.contains("runs shop") ?? false } }
        try proxy.refuseConnections()
        proxy.interrupt(.reset)
        // Longer than the lease.
        try await eventually {
            try database.app.query("SELECT ends_at < clock_timestamp() FROM banyan_control.lease").text(0, 0)
                == "t"
        }
        try proxy.admitConnections()
        try await eventually {
            try database.app.query("SELECT ends_at > clock_timestamp() FROM banyan_control.lease").text(0, 0)
                == "t"
        }
        #expect(try database.app.query("SELECT epoch FROM banyan_control.lease").integer(0, 0) == 1)
        #expect(!first.isOver && !second.isOver)
        try await second.end()
        try await first.end()
        #expect(first.failure == nil && second.failure == nil)
    }

    @Test func aControlStoreOutOfReachStopsNothing() async throws {
        let proxy = try TCPProxy(to: UInt16(try #require(database.port)))
        let plan = try plan(database.address(port: Int(proxy.port)))
        let run = try Run(plan, leaseLasts: .milliseconds(800))
        try await eventually { try run.isRunning && names() == ["Ada"] }
        try proxy.refuseConnections()
        proxy.interrupt(.reset)
        try await eventually { run.said.contains { $0?.contains("unreachable") ?? false } }
        try journey.run(sql: "INSERT INTO cust VALUES (2, 'Bo')", on: journey.legacy)
        try await eventually { try names() == ["Ada", "Bo"] }
        try proxy.admitConnections()
        try await eventually { run.said.last == .some(nil) }
        run.forget()
        try await eventually { run.isRunning }
        #expect(!run.isOver && run.failure == nil)
        try await run.end()
        #expect(run.failure == nil)
    }

    @Test func whatIsWrongWithTheAddressIsSaidWithoutIt() async throws {
        let plan = try plan(database.address.replacing("postgres@", with: "nobody_of_that_name@"))
        let error = #expect(throws: (any Error).self) {
            try MigrationEngine(plan: plan).run(until: .caughtUp)
        }
        let words = FailureReport(try #require(error)).message
        #expect(words.contains("nobody_of_that_name") && !words.contains("127.0.0.1"))
    }
}
