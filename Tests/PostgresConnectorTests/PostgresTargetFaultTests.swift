import Apply
import ChangeLog
import Foundation
import Model
import PostgreSQL
import PostgresCluster
import TestKit
import Testing

@testable import PostgresConnector

/// A store whose connection breaks, or whose transactions others end.
@Suite struct PostgresTargetFaultTests {
    private static let item = TableSchema(
        name: "item",
        columns: [
            ColumnSchema(name: "id", kind: .int64, isNullable: false),
            ColumnSchema(name: "name", kind: .text, isNullable: false),
        ], key: [0])
    private static let access = TableAccess(table: item, columns: [0, 1], key: [0])
    private static let events = TableSchema(
        name: "banyan_events",
        columns: [ColumnSchema(name: "n", kind: .int64), ColumnSchema(name: "id", kind: .text)], key: [0],
        uniqueKeys: [[1]])

    private func database() throws -> PostgresDatabase {
        try PostgresServer.makeDatabase("CREATE TABLE item (id bigint PRIMARY KEY, name text NOT NULL)")
    }

    private func rows(_ values: [(Int64, String)]) -> RowBuffer {
        var rows = RowBuffer(columns: 2)
        for (id, name) in values {
            rows.beginRow()
            RowWriter.integer(id, &rows.bytes)
            RowWriter.text(name, &rows.bytes)
        }
        return rows
    }

    private func keys(_ ids: [Int64]) -> RowBuffer {
        var keys = RowBuffer(columns: 1)
        for id in ids {
            keys.beginRow()
            RowWriter.integer(id, &keys.bytes)
        }
        return keys
    }

    /// Applies one batch as a worker does: whatever fails, what the error asks for is done, until the ledger
    /// has moved.
    private func apply(_ address: String) throws {
        let deadline = ContinuousClock.now + .seconds(30 * Patience.factor)
        var store: PostgresTarget?
        while ContinuousClock.now < deadline {
            do {
                let target = try store ?? PostgresTarget(try PostgresAddress(address), name: "service")
                store = target
                try target.ensure(Self.events, indexes: [])
                let entry = try target.settledLedger(of: "s") ?? target.claim("s")
                if entry.offset == LogOffset(1) { return }
                try target.begin()
                var next = entry
                next.offset = LogOffset(1)
                let isOwner = try target.advance("s", from: entry, to: next)
                #expect(isOwner)
                #expect(try target.upsert(rows([(1, "a"), (2, "b")]), Self.access).isEmpty)
                var event = RowBuffer(columns: 1)
                event.beginRow()
                RowWriter.text("event", &event.bytes)
                try target.insert(event, TableAccess(table: Self.events, columns: [1], key: [0]))
                // What is read inside a transaction is read on its connection, and so is what follows.
                let read = try target.fetch(keys([1]), by: [0], Self.access)
                #expect(read.rows.count == 1)
                #expect(try target.upsert(rows([(3, "c")]), Self.access).isEmpty)
                try target.commit()
            } catch let error as TargetError {
                #expect(error.recovery != .halt, "\(error)")
                store?.rollback()
            }
        }
        Issue.record("nothing was applied within half a minute")
    }

    /// The connection breaks at each message, in each direction: the batch takes effect once.
    @Test(arguments: [true, false], [ProxyFault.Kind.cut, .reset])
    func aConnectionThatBreaksAnywhereLosesAndDoublesNothing(isToServer: Bool, kind: ProxyFault.Kind) throws {
        let database = try database()
        var number = 1
        while true {
            try database.app.execute("DROP SCHEMA IF EXISTS banyan CASCADE; TRUNCATE item")
            let proxy = try TCPProxy(to: UInt16(try #require(database.port)))
            defer { proxy.stop() }
            let fault = ProxyFlowRule(
                framing: .postgreSQL, fault: ProxyFault(kind, at: .message(number)))
            proxy.script = [0: isToServer ? ProxyRule(toTarget: fault) : ProxyRule(toClient: fault)]
            try apply(database.address(port: Int(proxy.port)))
            let held = try database.app.query("SELECT id, name FROM item ORDER BY id")
            #expect(
                held.texts(0) == ["1", "2", "3"] && held.texts(1) == ["a", "b", "c"], "message \(number)")
            let events = try database.app.query("SELECT count(*) FROM banyan.banyan_events")
            #expect(events.text(0, 0) == "1", "message \(number)")
            let wasBroken = proxy.traffic.count > 1
            if !wasBroken { break }
            number += 1
        }
        // Connecting, the preparations and the transaction are some dozens of messages.
        #expect(number > 20, "only \(number) messages were tried")
    }

    /// The server commits, and nobody hears of it.
    @Test func theAnswerToACommitThatWasLostIsAmbiguousAndTheLedgerTells() throws {
        let database = try database()
        func untilCommit(_ rule: ProxyRule) throws -> (TCPProxy, PostgresTarget, LedgerEntry) {
            try database.app.execute("DROP SCHEMA IF EXISTS banyan CASCADE")
            let proxy = try TCPProxy(to: UInt16(try #require(database.port)), rule: rule)
            let target = try PostgresTarget(
                try PostgresAddress(database.address(port: Int(proxy.port))), name: "service")
            let entry = try target.claim("s")
            try target.begin()
            var next = entry
            next.offset = LogOffset(1)
            #expect(try target.advance("s", from: entry, to: next))
            return (proxy, target, next)
        }
        // Twice the same, message by message: first to learn which is the answer to the commit.
        let (first, _, _) = try untilCommit(ProxyRule(toClient: ProxyFlowRule(framing: .postgreSQL)))
        // What arrived is counted after it was passed on: only when everything has ended is the count whole.
        first.stop()
        let messages = try #require(first.traffic.first).toClient.messages
        // At its first byte: without it the connection would end before the commit is sent.
        let place = ProxyFault.Place.message(messages, bytes: 1)
        let fault = ProxyFlowRule(framing: .postgreSQL, fault: ProxyFault(.cut, at: place))
        let (second, target, next) = try untilCommit(ProxyRule(toClient: fault))
        defer { second.stop() }
        second.rule = ProxyRule()
        let error = #expect(throws: TargetError.self) { try target.commit() }
        #expect(error?.code == .ambiguous)
        #expect(try target.ledger(of: "s") == next)
    }

    /// The answer is lost while the server still commits: whoever asks the ledger then is told what comes of
    /// it.
    @Test func aCommitThatIsStillUnderWayIsWaitedFor() throws {
        let folder = try TemporaryFolder("settled-postgres")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        let cluster = try PostgresCluster(in: folder.file("cluster"), isDurable: false)
        let app = try cluster.connect()
        try app.execute("SET synchronous_commit = 'local'")
        let address = cluster.address()
        let first = try PostgresTarget(try PostgresAddress(address), name: "service")
        let entry = try first.claim("s")
        var next = entry
        next.offset = LogOffset(1)
        // A commit waits for a standby that does not come: it is logged, and seen by nobody.
        try app.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try app.execute("SELECT pg_reload_conf()")
        try waitUntil("commits wait for a standby") {
            try app.query("SHOW synchronous_standby_names").text(0, 0) == "nobody"
        }
        try first.begin()
        #expect(try first.advance("s", from: entry, to: next))
        // Only the thread uses it from here on.
        nonisolated(unsafe) let committing = first
        let commit = TestWork { unsafe try committing.commit() }
        func waits(_ what: String) throws -> Bool {
            try app.query("SELECT count(*) FROM pg_stat_activity WHERE \(what)").integer(0, 0) ?? 0 > 0
        }
        try waitUntil("the commit waits") { try waits("wait_event = 'SyncRep'") }
        let second = try PostgresTarget(try PostgresAddress(address), name: "service")
        #expect(try second.ledger(of: "s") == entry)
        nonisolated(unsafe) let asking = second
        let settled = TestWork {
            let found = unsafe try asking.settledLedger(of: "s")
            #expect(found == next)
        }
        try waitUntil("the ledger is asked for") { try waits("wait_event_type = 'Lock'") }
        try app.execute("ALTER SYSTEM RESET synchronous_standby_names")
        try app.execute("SELECT pg_reload_conf()")
        try commit.join()
        try settled.join()
    }

    /// A row that somebody else holds, and one that he changed behind the view of a stricter transaction.
    @Test func whoeverIsInTheWayIsWaitedForAndTriedAgain() throws {
        let database = try database()
        try database.app.execute("INSERT INTO item VALUES (1, 'a')")
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        try target.connection.execute("SET lock_timeout = '200ms'")
        let other = try database.connect()
        try other.execute("BEGIN; UPDATE item SET name = 'theirs'")
        try target.begin()
        let held = #expect(throws: TargetError.self) { try target.upsert(rows([(1, "b")]), Self.access) }
        #expect(held?.recovery == .retry)
        target.rollback()
        try target.connection.execute("SET default_transaction_isolation = 'serializable'")
        try target.begin()
        #expect(try target.fetch(keys([1]), by: [0], Self.access).rows.count == 1)
        try other.execute("COMMIT")
        let overtaken = #expect(throws: TargetError.self) { try target.upsert(rows([(1, "b")]), Self.access) }
        #expect(overtaken?.recovery == .retry)
        target.rollback()
        try target.begin()
        #expect(try target.upsert(rows([(1, "b")]), Self.access).isEmpty)
        try target.commit()
        #expect(try database.app.query("SELECT name FROM item").texts(0) == ["b"])
    }

    /// A server that only reads for a while, as one does that has become a standby.
    @Test func aServerThatOnlyReadsIsLeftAndTriedAgain() throws {
        let database = try database()
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        let backend = try target.connection.backend
        try target.connection.execute("SET default_transaction_read_only = on")
        try target.begin()
        let error = #expect(throws: TargetError.self) { try target.upsert(rows([(1, "a")]), Self.access) }
        #expect(error?.recovery == .retry && error?.hint.contains("standby") ?? false)
        target.rollback()
        try target.begin()
        #expect(try target.upsert(rows([(1, "a")]), Self.access).isEmpty)
        try target.commit()
        #expect(try target.connection.backend != backend)
    }

    /// Even where somebody overlooks the failure, nothing of the transaction goes on by another connection.
    @Test func aConnectionIsNotReplacedInsideATransaction() throws {
        let database = try database()
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        try target.begin()
        #expect(try target.upsert(rows([(1, "a")]), Self.access).isEmpty)
        try database.app.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'banyan apply' AND datname = current_database()
            """)
        for _ in 0..<2 {
            #expect(throws: TargetError.self) { try target.fetch(keys([1]), by: [0], Self.access) }
            #expect(throws: TargetError.self) { try target.upsert(rows([(2, "b")]), Self.access) }
        }
        #expect(throws: TargetError.self) { try target.commit() }
        target.rollback()
        #expect(try database.app.query("SELECT 1 FROM item").count == 0)
        try target.begin()
        #expect(try target.upsert(rows([(3, "c")]), Self.access).isEmpty)
        try target.commit()
        #expect(try database.app.query("SELECT id FROM item").texts(0) == ["3"])
    }

    /// What an administrator has set for every session neither ends a transaction in its middle nor weakens a
    /// commit.
    @Test func settingsOfTheDatabaseDoNotEndOrWeakenATransaction() throws {
        let database = try database()
        for (setting, value) in [
            ("synchronous_commit", "off"), ("statement_timeout", "100ms"),
            ("idle_in_transaction_session_timeout", "100ms"),
        ] {
            try database.app.execute(
                """
                DO $$ BEGIN
                    EXECUTE format('ALTER DATABASE %I SET \(setting) = %L', current_database(), '\(value)');
                END $$
                """)
        }
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        #expect(try target.connection.query("SHOW synchronous_commit").text(0, 0) == "on")
        // A session that the limits hold for is ended by them.
        let other = try database.connect()
        let process = try other.query("SELECT pg_backend_pid()").text(0, 0) ?? ""
        try other.execute("BEGIN")
        try target.begin()
        try waitUntil("the limit has passed") {
            try database.app.query("SELECT 1 FROM pg_stat_activity WHERE pid = \(process)").count == 0
        }
        #expect(try database.app.query("SELECT pg_sleep(0.2)").count == 1)
        #expect(try target.connection.query("SELECT pg_sleep(0.3)").count == 1)
        #expect(try target.upsert(rows([(1, "a")]), Self.access).isEmpty)
        try target.commit()
        #expect(try database.app.query("SELECT id FROM item").texts(0) == ["1"])
    }

    @Test func aDeadlockIsTriedAgain() throws {
        let database = try database()
        try database.app.execute("INSERT INTO item VALUES (1, 'a'), (2, 'b')")
        let target = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        try database.app.execute(
            "SET deadlock_timeout = '10s'; BEGIN; UPDATE item SET name = 'x' WHERE id = 2")
        try target.begin()
        #expect(try target.upsert(rows([(1, "c")]), Self.access).isEmpty)
        // The application's connection belongs to the other thread until it has ended.
        nonisolated(unsafe) let app = database.app
        let other = TestWork { try unsafe app.execute("UPDATE item SET name = 'y' WHERE id = 1") }
        try waitUntil("the other one waits", within: .seconds(20)) {
            try database.connect().query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND datname = current_database()
                """
            ).integer(0, 0) == 1
        }
        let error = #expect(throws: TargetError.self) {
            _ = try target.upsert(rows([(2, "d")]), Self.access)
        }
        #expect(error?.recovery == .retry)
        target.rollback()
        try other.join()
    }

    /// A sequence is not commit order: who takes a number waits for who has one.
    @Test func eventsAreNumberedInTheOrderOfTheirCommits() throws {
        let database = try database()
        let address = try PostgresAddress(database.address)
        let (first, second) = (
            try PostgresTarget(address, name: "service"), try PostgresTarget(address, name: "service")
        )
        try first.ensure(Self.events, indexes: [])
        func event(_ id: String) -> RowBuffer {
            var event = RowBuffer(columns: 1)
            event.beginRow()
            RowWriter.text(id, &event.bytes)
            return event
        }
        let access = TableAccess(table: Self.events, columns: [1], key: [0])
        try first.begin()
        try first.insert(event("first"), access)
        // The second store belongs to the other thread until it has ended.
        nonisolated(unsafe) let behind = second
        let event = event("second")
        let other = TestWork {
            try unsafe behind.begin()
            try unsafe behind.insert(event, access)
            try unsafe behind.commit()
        }
        try waitUntil("the second one waits", within: .seconds(20)) {
            try database.app.query(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND datname = current_database()
                """
            ).integer(0, 0) == 1
        }
        try first.commit()
        try other.join()
        let found = try database.app.query("SELECT id FROM banyan.banyan_events ORDER BY n")
        #expect(found.texts(0) == ["first", "second"])
    }
}
