import Capture
import ChangeLog
import Foundation
import Plan
import SQLite
import Testing

@testable import Migration

/// History that is read anew on an operator's order, end to end.
@Suite struct BackfillRestartTests {
    private static let plan =
        Journey.customers + """

                events:
                  Renamed:
                    of: customer
                    when: "before != null && after != null && before.name != after.name"
                    replay: toxic
            """

    private func order(_ journey: Journey) throws {
        try BackfillRestart(system: "legacy", logFolder: journey.folder + "/state/log").order()
    }

    private func positions(_ journey: Journey) throws -> [Int] {
        try journey.rows("SELECT position FROM banyan_outbox ORDER BY sequence", on: journey.service)
            .compactMap { $0.first.flatMap { Int($0) } }
    }

    /// Triggers were taken away, rows changed, came and went: the engine refuses to go on, reads history anew
    /// when it is told to, and everything is right, the keys of the service and the events that were told
    /// included.
    @Test func whatHappenedWithoutTriggersIsFound() throws {
        let journey = try Journey(withCustomers: "(1, 'a'), (2, 'b'), (3, 'c'), (4, 'd')")
        try journey.write(plan: Self.plan)
        try journey.catchUp()
        try journey.run(sql: "UPDATE cust SET nm = 'a2' WHERE no = 1", on: journey.legacy)
        try journey.catchUp()
        let before = try positions(journey)
        #expect(before.count == 1)
        let triggers = try journey.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'", on: journey.legacy)
        let drops = triggers.map { "DROP TRIGGER \"\($0[0])\";" }.joined()
        try journey.run(
            sql: drops + """
                DELETE FROM cust WHERE no = 2; UPDATE cust SET nm = 'c2' WHERE no = 3;
                INSERT INTO cust VALUES (5, 'e');
                """, on: journey.legacy)
        #expect(throws: (any Error).self) { try journey.catchUp() }
        try order(journey)
        // An order that is given twice is one.
        try order(journey)
        try journey.catchUp()
        let wanted = [["1", "a2"], ["3", "c2"], ["4", "d"], ["5", "e"]]
        #expect(try journey.rows("SELECT * FROM customer ORDER BY number", on: journey.service) == wanted)
        #expect(try positions(journey) == before)
        let issued = try CertificateIssuer(plan: try journey.plan()).issue(
            try #require(try journey.plan().contexts.first))
        #expect(Certificate.check(text: try issued.certificate.text()) == .accept)
        // What is captured from here on stands behind everything before, so that no event's id comes twice.
        try journey.run(sql: "UPDATE cust SET nm = 'a3' WHERE no = 1", on: journey.legacy)
        try journey.catchUp()
        let after = try positions(journey)
        #expect(after.count == 2 && after[1] > after[0])
        #expect(
            try journey.rows("SELECT count(DISTINCT id) FROM banyan_outbox", on: journey.service) == [["2"]])
    }

    /// Whatever is killed between the order and the end of the reading: the next engine goes on.
    @Test func anEngineThatEndsInTheMiddleIsFollowedByOneThatGoesOn() throws {
        let journey = try Journey(withCustomers: "(1, 'a'), (2, 'b')")
        try journey.write(plan: Self.plan)
        try journey.catchUp()
        try order(journey)
        // Installed anew, and the log does not say so yet.
        let systems = Systems(try journey.plan())
        _ = try systems.removeCapture(from: "legacy")
        try journey.run(sql: "DELETE FROM cust WHERE no = 1", on: journey.legacy)
        try systems.installCapture(
            of: CapturedTables(of: "legacy", in: try journey.plan()), in: "legacy")
        try journey.run(sql: "INSERT INTO cust VALUES (3, 'c')", on: journey.legacy)
        try journey.catchUp()
        #expect(
            try journey.rows("SELECT * FROM customer ORDER BY number", on: journey.service)
                == [["2", "b"], ["3", "c"]])
        try journey.catchUp()
    }

    /// Another file in the place of the one that was captured, as after a restore.
    @Test func aFileThatWasPutBackIsReadAnew() throws {
        let journey = try Journey(withCustomers: "(1, 'a'), (2, 'b')")
        try journey.write(plan: Self.plan)
        let copy = journey.folder + "/copy.db"
        try journey.run(sql: "VACUUM INTO '\(copy)'", on: journey.legacy)
        try journey.catchUp()
        try journey.run(
            sql: "INSERT INTO cust VALUES (3, 'c'); DELETE FROM cust WHERE no = 1", on: journey.legacy)
        try journey.catchUp()
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: journey.legacy + suffix)
        }
        try FileManager.default.moveItem(atPath: copy, toPath: journey.legacy)
        let error = #expect(throws: CaptureError.self) { try journey.catchUp() }
        #expect(error?.code == .tampered && error?.advice.contains("backfill restart") ?? false)
        // No other journal was made for the one that is gone: nobody would read it.
        #expect(
            try journey.rows(
                "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'banyan%'", on: journey.legacy) == [["0"]]
        )
        try order(journey)
        try journey.catchUp()
        #expect(
            try journey.rows("SELECT * FROM customer ORDER BY number", on: journey.service)
                == [["1", "a"], ["2", "b"]])
    }

    /// A store that was put back to a time of which the log holds nothing any more.
    @Test func aStoreWhoseRecordsAreGoneIsReadAnew() throws {
        let journey = try Journey(withCustomers: "(1, 'a'), (2, 'b')")
        try journey.write(plan: Self.plan)
        try journey.catchUp()
        let copy = journey.folder + "/copy.db"
        try journey.run(sql: "VACUUM INTO '\(copy)'", on: journey.service)
        let old = try journey.rows("SELECT log_offset FROM banyan_ledger", on: copy)
        let applied = try #require(old.first?.first.flatMap { UInt64($0) })
        try journey.run(
            sql: "DELETE FROM cust WHERE no = 1; INSERT INTO cust VALUES (3, 'c')", on: journey.legacy)
        try journey.catchUp()
        let log = try EmbeddedLog(path: journey.folder + "/state/log/legacy.log")
        // Whoever was the slowest reader is one no more.
        _ = try log.reader(named: "test", from: try log.observer().end())
        try log.unregister("apply customers")
        let writer = try log.writer()
        while try !writer.trim(RetentionPolicy(age: .zero)).isComplete {}
        try writer.close()
        #expect(try log.observer().base().value > applied)
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: journey.service + suffix)
        }
        try FileManager.default.moveItem(atPath: copy, toPath: journey.service)
        #expect(throws: (any Error).self) { try journey.catchUp() }
        try order(journey)
        try journey.catchUp()
        #expect(
            try journey.rows("SELECT * FROM customer ORDER BY number", on: journey.service)
                == journey.rows("SELECT * FROM cust ORDER BY no", on: journey.legacy))
    }

    @Test func whereNothingWasCapturedThereIsNothingToReadAnew() throws {
        let journey = try Journey(withCustomers: "(1, 'a')")
        try journey.write(plan: Self.plan)
        let error = #expect(throws: MigrationError.self) { try order(journey) }
        #expect(error?.code == .notFound)
        #expect(!FileManager.default.fileExists(atPath: journey.folder + "/state/log/legacy.log"))
    }

    @Test func anEngineThatRunsIsInTheWay() throws {
        let journey = try Journey(withCustomers: "(1, 'a')")
        try journey.write(plan: Self.plan)
        try journey.catchUp()
        let writer = try EmbeddedLog(path: journey.folder + "/state/log/legacy.log").writer()
        let error = #expect(throws: LogError.self) { try order(journey) }
        #expect(error?.code == .locked)
        try writer.close()
        try order(journey)
    }
}
