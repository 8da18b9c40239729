import Capture
import Model
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

@testable import PostgresConnector

/// Transactions that are open for long, and such that are prepared first and committed later, by anybody.
@Suite struct PostgresTwoPhaseTests {
    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v int)"

    @Test func whatASlotWaitsForIsNamedWithWhatEndsIt() throws {
        let folder = try TemporaryFolder("two-phase")
        let cluster = try CapturedServer.makeCluster(in: folder)
        let app = try cluster.connect()
        try app.execute(Self.table)
        let address = try PostgresAddress(cluster.address())
        var request = PostgresCapture.Request(name: "banyan_two_phase", tables: ["t"])
        request.slotLimitMilliseconds = 500
        let writer = try PostgresConnection(address, application: "nightly batch")
        try app.execute("BEGIN; INSERT INTO t VALUES (1, 1); PREPARE TRANSACTION 'it''s open'")
        try writer.execute("BEGIN; INSERT INTO t VALUES (2, 2)")
        let held = #expect(throws: CaptureError.self) { try PostgresCapture.install(request, at: address) }
        #expect(held?.code == .unavailable && held?.recovery == .retry)
        try app.execute("COMMIT PREPARED 'it''s open'")
        try writer.execute("COMMIT")
        try app.execute("CREATE TABLE other (id int)")
        try app.execute("BEGIN; INSERT INTO other VALUES (1); PREPARE TRANSACTION 'it''s open'")
        try writer.execute("BEGIN; INSERT INTO other VALUES (2)")
        let waiting = #expect(throws: CaptureError.self) { try PostgresCapture.install(request, at: address) }
        #expect(waiting?.code == .unavailable && waiting?.recovery == .retry)
        let words = waiting?.message ?? ""
        #expect(words.contains("the prepared transaction 'it''s open' in postgres"), "\(words)")
        #expect(words.contains("process \(writer.backend) (nightly batch), open for "), "\(words)")
        #expect(
            waiting?.hint.contains("ROLLBACK PREPARED 'it''s open'") ?? false,
            "\(words) — \(waiting?.hint ?? "")")
        #expect(try PostgresSlot(reading: app, named: request.name) == nil)
        try app.execute("ROLLBACK PREPARED 'it''s open'")
        try writer.execute("ROLLBACK")
        // The server's own helpers have transactions, too: nothing says that they end within half a second.
        request.slotLimitMilliseconds = 60_000
        let installed = try PostgresCapture.install(request, at: address)
        #expect(installed.slot != nil && installed.tables == ["t"])
    }

    @Test func aPreparedTransactionComesWhenItIsCommittedAndOnlyThen() throws {
        let folder = try TemporaryFolder("prepared")
        let cluster = try CapturedServer.makeCluster(in: folder)
        let app = try cluster.connect()
        try app.execute(Self.table)
        let address = try PostgresAddress(cluster.address())
        try PostgresCapture.install(.init(name: "banyan_prepared", tables: ["t"]), at: address)
        func open(after point: ResumePoint?) throws -> PatientSource {
            let source = PatientSource(
                try PostgresSource(address, capture: "banyan_prepared", name: "legacy"))
            _ = try source.open(after: point)
            return source
        }
        let source = try open(after: nil)
        try app.execute("BEGIN; INSERT INTO t VALUES (1, 1); PREPARE TRANSACTION 'kept'")
        try app.execute("BEGIN; INSERT INTO t VALUES (2, 2); PREPARE TRANSACTION 'dropped'")
        try app.execute("INSERT INTO t VALUES (3, 3)")
        #expect(try source.words() == ["insert t (3, 3)"])
        let point = source.resumePoint
        try source.confirm(point.position)
        source.close()
        try waitUntil("nobody reads the slot") {
            try PostgresSlot(reading: app, named: "banyan_prepared")?.reader == nil
        }
        try app.execute("ROLLBACK PREPARED 'dropped'")
        try app.execute("COMMIT PREPARED 'kept'")
        // Written before what was confirmed, committed after it.
        let again = try open(after: point)
        #expect(try again.words() == ["insert t (1, 1)"])
        #expect(again.resumePoint.position > point.position)
    }
}
