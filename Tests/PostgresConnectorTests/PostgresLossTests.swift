import Capture
import Foundation
import Model
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

@testable import PostgresConnector

/// Servers that have lost what a capture needs, or took another turn in their history: refused by name, and
/// what to do is said.
@Suite struct PostgresLossTests {
    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE noise (v text)"
    private static let name = "banyan_loss"

    private static func open(_ address: PostgresAddress, after point: ResumePoint?) throws -> PatientSource {
        let source = PatientSource(try PostgresSource(address, capture: name, name: "legacy"))
        _ = try source.open(after: point)
        return source
    }

    private static func captured(_ cluster: PostgresCluster) throws -> PostgresAddress {
        try cluster.connect().execute(table)
        let address = try PostgresAddress(cluster.address())
        try PostgresCapture.install(.init(name: name, tables: ["t"]), at: address)
        return address
    }

    @Test func aSlotThatTheServerGaveUpIsAGapUntilItIsMadeAgain() throws {
        let folder = try TemporaryFolder("lost-slot")
        let cluster = try CapturedServer.makeCluster(
            in: folder, settings: ["max_slot_wal_keep_size": "16MB", "checkpoint_timeout": "1d"])
        let address = try Self.captured(cluster)
        let app = try cluster.connect()
        var point: ResumePoint
        do {
            let source = try Self.open(address, after: nil)
            try app.execute("INSERT INTO t VALUES (1, 1)")
            #expect(try source.words() == ["insert t (1, 1)"])
            point = source.resumePoint
            try source.confirm(point.position)
            source.close()
        }
        try waitUntil("nobody reads the slot") {
            try PostgresSlot(reading: app, named: Self.name)?.reader == nil
        }
        try app.execute("INSERT INTO t VALUES (2, 2)")
        for _ in 0..<6 {
            try app.execute(
                "INSERT INTO noise SELECT repeat('x', 1000) FROM generate_series(1, 12000); "
                    + "SELECT pg_switch_wal(); CHECKPOINT")
        }
        let error = #expect(throws: CaptureError.self) { try Self.open(address, after: point) }
        #expect(error?.code == .gap && error?.recovery == .resnapshot)
        #expect(error?.hint.contains("max_slot_wal_keep_size") ?? false)
        try PostgresCapture.uninstall(Self.name, at: address)
        try PostgresCapture.install(.init(name: Self.name, tables: ["t"]), at: address)
        // The old point belongs to the old installation, whatever the log still holds.
        let foreign = #expect(throws: CaptureError.self) { try Self.open(address, after: point) }
        #expect(foreign?.recovery == .resnapshot)
        let again = try Self.open(address, after: nil)
        try app.execute("INSERT INTO t VALUES (3, 3)")
        #expect(try again.words() == ["insert t (3, 3)"])
    }

    @Test func aServerThatTookAnotherTimelineIsRefused() throws {
        let folder = try TemporaryFolder("another-timeline")
        let cluster = try CapturedServer.makeCluster(in: folder, settings: ["restore_command": "false"])
        let address = try Self.captured(cluster)
        let source = try Self.open(address, after: nil)
        try cluster.connect().execute("INSERT INTO t VALUES (1, 1)")
        #expect(try source.words() == ["insert t (1, 1)"])
        let point = source.resumePoint
        source.close()
        try cluster.stop()
        // As after a failover, or a backup that was put back: recovery ends, and a new timeline begins.
        let signal = cluster.folder + "/data/recovery.signal"
        #expect(FileManager.default.createFile(atPath: signal, contents: nil))
        try cluster.start()
        let app = try cluster.connect()
        try waitUntil("recovery has ended") {
            try app.query("SELECT pg_is_in_recovery()").text(0, 0) == "f"
        }
        try app.execute("INSERT INTO t VALUES (2, 2)")
        let error = #expect(throws: CaptureError.self) { try Self.open(address, after: point) }
        #expect(error?.code == .foreign && error?.recovery == .resnapshot)
        #expect(error?.message.contains("timeline 2") ?? false, "\(error.debugDescription)")
    }

    /// A copy of the server's files is put back, and the server goes on from it, past where it was: nothing
    /// that it says of itself tells, but the transaction that was captured last is not where it was.
    @Test(arguments: [.nothing, .others, .ours(1), .ours(2), .ours(40)] as [Past])
    func aServerThatWasPutBackAndWentOnIsRefused(past: Past) throws {
        let folder = try TemporaryFolder("put-back")
        let cluster = try CapturedServer.makeCluster(in: folder)
        let address = try Self.captured(cluster)
        func copy(_ from: String, _ to: String) throws {
            let copy = try Process.run(
                URL(filePath: "/bin/cp"),
                arguments: ["-a", "\(cluster.folder)/\(from)", "\(cluster.folder)/\(to)"])
            copy.waitUntilExit()
            #expect(copy.terminationStatus == 0)
        }
        let (captured, point): (ResumePoint, ResumePoint)
        do {
            let source = try Self.open(address, after: nil)
            if past != .nothing { try cluster.connect().execute("INSERT INTO t VALUES (1, 1)") }
            #expect(try source.words() == (past == .nothing ? [] : ["insert t (1, 1)"]))
            captured = source.resumePoint
            try source.confirm(captured.position)
            source.close()
        }
        try cluster.stop()
        try copy("data", "copy")
        try cluster.start()
        do {
            let source = try Self.open(address, after: captured)
            let app = try cluster.connect()
            for id in 0..<past.transactions { try app.execute("INSERT INTO t VALUES (\(id + 2), 0)") }
            // What others write moves a stream on, too.
            if past.transactions == 0 {
                try app.execute("INSERT INTO noise SELECT repeat('x', 1000) FROM generate_series(1, 10)")
            }
            #expect(try source.words().count == past.transactions)
            point = source.resumePoint
            source.close()
        }
        // The same server goes on where it was.
        try cluster.stop()
        try cluster.start()
        try cluster.connect().execute("INSERT INTO t VALUES (100, 0)")
        #expect(try Self.open(address, after: point).words() == ["insert t (100, 0)"])
        try cluster.stop()
        try FileManager.default.removeItem(atPath: cluster.folder + "/data")
        try copy("copy", "data")
        try cluster.start()
        let app = try cluster.connect()
        // Of the same size as before: numbers and places are those of what was there, and only the time is
        // not.
        for id in 1_000..<1_200 { try app.execute("INSERT INTO t VALUES (\(id), 7)") }
        // Whoever has opened it may confirm before anything has come, and open it again: what tells is still
        // there.
        for _ in 0..<3 {
            let error = #expect(throws: CaptureError.self) {
                let source = try Self.open(address, after: point)
                try source.inner.confirm(point.position)
                _ = try source.words()
            }
            #expect(error?.code == .foreign && error?.recovery == .resnapshot, "\(error.debugDescription)")
            try waitUntil("nobody reads the slot") {
                try PostgresSlot(reading: app, named: Self.name)?.reader == nil
            }
        }
    }

    /// What was captured after the copy was made.
    enum Past: Hashable, CustomTestStringConvertible {
        /// Nothing, and nothing before, either.
        case nothing
        /// Nothing: others wrote.
        case others
        /// So many transactions.
        case ours(Int)

        var transactions: Int { if case .ours(let count) = self { count } else { 0 } }
        var testDescription: String { "\(self)" }
    }

    @Test func serversThatLoseRowsOfTheirLogAreRefused() {
        for version in [140_018, 150_013, 150_020, 160_009, 170_005, 180_000] {
            #expect(PostgresObstacle.server(version: version).isEmpty, "\(version)")
        }
        let old = PostgresObstacle.server(version: 150_012)
        #expect(old.count == 1 && old[0].remedy.contains("15.13"))
        #expect(PostgresObstacle.server(version: 170_004).count == 1)
        #expect(PostgresObstacle.server(version: 130_022).first?.remedy.contains("14") ?? false)
    }
}
