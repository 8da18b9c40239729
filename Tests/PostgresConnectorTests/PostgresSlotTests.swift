import Capture
import Model
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

@testable import PostgresConnector

/// What becomes of the slot: who reads it, how far it moves, what is refused.
@Suite struct PostgresSlotTests {
    private static let table = "CREATE TABLE t (id int PRIMARY KEY, v int); CREATE TABLE unseen (id int)"

    @Test func anIdleSlotMovesOnWithWhatOthersWrite() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil)
        let start = source.resumePoint.position
        try captured.app.execute("INSERT INTO unseen SELECT n FROM generate_series(1, 10000) n")
        #expect(try source.words() == [])
        let point = source.resumePoint
        #expect(point.position.value > start.value + 100_000)
        try source.confirm(point.position)
        try captured.slot { $0.confirmed == LogLocation(after: point.position) }
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        #expect(try captured.open(after: point).words() == ["insert t (1, 1)"])
    }

    @Test func nothingIsReportedBecauseItWasReceived() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil)
        let point = source.resumePoint
        let stored = try PostgresSlot(reading: captured.app, named: captured.name)?.confirmed
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        #expect(try source.words() == ["insert t (1, 1)"])
        try captured.app.execute("INSERT INTO unseen VALUES (1)")
        #expect(try source.words() == [])
        try source.confirm(.start)
        #expect(try PostgresSlot(reading: captured.app, named: captured.name)?.confirmed == stored)
        #expect(try captured.open(after: point).words() == ["insert t (1, 1)"])
    }

    @Test func whatTheServerKeepsIsMeasuredAndGivenBack() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.source()
        _ = try source.open(after: nil)
        let before = try #require(try source.retention())
        try captured.app.execute("INSERT INTO unseen SELECT n FROM generate_series(1, 10000) n")
        let after = try #require(try source.retention())
        #expect(after.bytes > before.bytes + 100_000 && after.room == nil)
        // Far above what any test writes.
        try captured.app.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '64GB'")
        _ = try captured.app.query("SELECT pg_reload_conf()")
        try waitUntil("the server has a limit") { try source.retention()?.room ?? 0 > 32 << 30 }
        try captured.app.execute("ALTER SYSTEM RESET max_slot_wal_keep_size")
        _ = try captured.app.query("SELECT pg_reload_conf()")
        try waitUntil("what was read and confirmed is forgotten") {
            while try source.next(byteLimit: 10_000) != nil {}
            try source.confirm(source.resumePoint.position)
            // The server moves its slots where its checkpoints are.
            try captured.app.execute("CHECKPOINT")
            return try source.retention().map { $0.bytes < after.bytes } ?? false
        }
    }

    @Test func aSlotIsGivenUpByItsOwnReaderAloneAndWhatKeptItIsSaid() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil)
        let point = source.resumePoint
        let other = try captured.source()
        let refusal = #expect(throws: CaptureError.self) { try other.release() }
        #expect(refusal?.code == .unavailable && refusal?.message.contains("is being read") ?? false)
        let app = try captured.database.connect()
        try app.execute("SET application_name = 'forgotten'; BEGIN; INSERT INTO unseen VALUES (1)")
        let reason = try source.inner.release()
        #expect(reason?.contains("process") ?? false)
        try app.execute("ROLLBACK")
        #expect(try PostgresSlot(reading: captured.app, named: captured.name) == nil)
        let gone = #expect(throws: CaptureError.self) { try captured.open(after: point) }
        #expect(gone?.code == .gap && gone?.message.contains("retained_wal") ?? false)
        let again = #expect(throws: CaptureError.self) { try captured.source().release() }
        #expect(again?.code == .tampered)
        // Where a log goes on, nothing is made in its place.
        var request = PostgresCapture.Request(name: captured.name, tables: ["t"])
        request.goesOn = true
        let refused = #expect(throws: CaptureError.self) {
            try PostgresCapture.install(request, at: captured.address)
        }
        #expect(refused?.code == .gap)
        #expect(try PostgresSlot(reading: captured.app, named: captured.name) == nil)
    }

    @Test func aSecondReaderIsToldWhoReads() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil)
        let error = #expect(throws: CaptureError.self) { try captured.source().open(after: nil) }
        #expect(error?.code == .unavailable && error?.message.contains("banyan capture") ?? false)
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        #expect(try source.words() == ["insert t (1, 1)"])
    }

    @Test func attemptsLeaveNoConnectionsOpen() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil)
        func connections() throws -> Int64? {
            try captured.app.query(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            ).integer(0, 0)
        }
        let before = try connections()
        for _ in 0..<20 {
            #expect(throws: CaptureError.self) { try captured.source().open(after: nil) }
        }
        try waitUntil("the server has noticed that they are gone") { try connections() == before }
        #expect(try source.words().isEmpty)
    }

    @Test func aSlotThatWasMadeAgainIsRefused() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let point = try captured.open(after: nil).resumePoint
        try captured.slot { $0.reader == nil }
        _ = try captured.app.query("SELECT pg_drop_replication_slot($1)", [captured.name])
        let missing = #expect(throws: CaptureError.self) { try captured.open(after: point) }
        #expect(missing?.code == .tampered && missing?.recovery == .resnapshot)
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        // By somebody's hand, under the same number.
        _ = try captured.app.query(
            "SELECT pg_create_logical_replication_slot($1, 'pgoutput')", [captured.name])
        let gap = #expect(throws: CaptureError.self) { try captured.open(after: point) }
        #expect(gap?.code == .gap)
        _ = try captured.app.query("SELECT pg_drop_replication_slot($1)", [captured.name])
        try PostgresCapture.install(.init(name: captured.name, tables: ["t"]), at: captured.address)
        let foreign = #expect(throws: CaptureError.self) { try captured.open(after: point) }
        #expect(foreign?.code == .foreign)
    }

    @Test func aSlotThatSomebodyMovedIsRefused() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let point = try captured.open(after: nil).resumePoint
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        try captured.slot { $0.reader == nil }
        _ = try captured.app.query(
            "SELECT pg_replication_slot_advance($1, pg_current_wal_flush_lsn())", [captured.name])
        let error = #expect(throws: CaptureError.self) { try captured.open(after: point) }
        #expect(error?.code == .gap && error?.recovery == .resnapshot)
    }

    @Test func aPointOfAnotherPastIsRefused() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.open(after: nil)
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        _ = try source.words()
        let point = source.resumePoint
        var past = [point, point, point]
        past[0].position = Position(point.position.value + 1 << 40)
        past[1].evidence = "7:" + (point.evidence.split(separator: ":").last ?? "")
        past[2].evidence = "1:\(UInt64(1) << 40 | 700)"
        try captured.slot { $0.reader != nil }
        for point in past {
            let error = #expect(throws: CaptureError.self) {
                try captured.source().open(after: point)
            }
            // Whoever reads is asked first: the other faults are found when nobody does.
            #expect(error?.code == .unavailable)
        }
        _ = try captured.app.query(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1",
            [captured.name])
        for point in past {
            let error = #expect(throws: CaptureError.self) { try captured.open(after: point) }
            #expect(error?.code == .foreign, "\(point): \(error.debugDescription)")
        }
    }

    @Test func aBrokenConnectionIsOpenedAgain() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let source = try captured.source()
        let point = try source.open(after: nil)
        _ = try captured.app.query(
            "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1",
            [captured.name])
        var failure: CaptureError?
        try waitUntil("the connection is missed") {
            do {
                _ = try source.next(byteLimit: 100)
            } catch let error as CaptureError {
                failure = error
            }
            return failure != nil
        }
        #expect(failure?.recovery == .retry)
        try captured.app.execute("INSERT INTO t VALUES (1, 1)")
        #expect(throws: CaptureError.self) { try source.next(byteLimit: 100) }
        try captured.slot { $0.reader == nil }
        _ = try source.open(after: point)
        #expect(try PatientSource(source).words() == ["insert t (1, 1)"])
    }

    @Test func theServerIsAnsweredWhenItAsks() throws {
        let captured = try CapturedDatabase(Self.table, ["t"])
        let impatient = try PostgresAddress(
            captured.database.address + "&options=-c%20wal_sender_timeout%3D3s")
        let source = try PostgresSource(impatient, capture: captured.name, name: "legacy")
        _ = try source.open(after: nil)
        let answers = """
            SELECT reply_time > backend_start + interval '4 s' FROM pg_stat_replication
            WHERE pid = (SELECT active_pid FROM pg_replication_slots WHERE slot_name = $1)
            """
        try waitUntil("an answer came after the time was over more than once") {
            #expect(try source.next(byteLimit: 100) == nil)
            return try captured.app.query(answers, [captured.name]).isTrue(0, 0)
        }
    }

    @Test func nothingComesAgainAfterTheServerWasKilled() throws {
        let folder = try TemporaryFolder("killed-postgres")
        let cluster = try CapturedServer.makeCluster(in: folder, settings: ["checkpoint_timeout": "1d"])
        let address = try PostgresAddress(cluster.address())
        var app = try cluster.connect()
        try app.execute(Self.table)
        try PostgresCapture.install(.init(name: "banyan_killed", tables: ["t"]), at: address)
        try app.execute("CHECKPOINT")
        func source(after point: ResumePoint?) throws -> PatientSource {
            let source = PatientSource(
                try PostgresSource(address, capture: "banyan_killed", name: "legacy"))
            _ = try source.open(after: point)
            return source
        }
        var stream = try source(after: nil)
        func readAndConfirm(_ numbers: ClosedRange<Int>) throws -> ResumePoint {
            for number in numbers { try app.execute("INSERT INTO t VALUES (\(number), 0)") }
            #expect(try stream.words().count == numbers.count)
            let point = stream.resumePoint
            try stream.confirm(point.position)
            try waitUntil("the server has heard it") {
                try PostgresSlot(reading: app, named: "banyan_killed")?.confirmed
                    == LogLocation(after: point.position)
            }
            return point
        }
        // What the server hears first it stores at once, together with how far its catalog may be forgotten.
        _ = try readAndConfirm(1...2)
        let point = try readAndConfirm(3...5)
        cluster.kill()
        try cluster.start()
        app = try cluster.connect()
        let stored = try #require(try PostgresSlot(reading: app, named: "banyan_killed")?.confirmed)
        #expect(stored < LogLocation(after: point.position), "the server forgot how far it was read")
        stream = try source(after: point)
        #expect(try stream.words() == [])
        try app.execute("INSERT INTO t VALUES (6, 0)")
        #expect(try stream.words() == ["insert t (6, 0)"])
    }
}
