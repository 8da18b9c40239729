import Foundation
import Model
import Plan
import PostgreSQL
import Synchronization
import TestKit
import Testing

@testable import Migration

/// What every control store keeps, and who may write to it.
@Suite struct ControlStoreTests {
    enum Kind: CaseIterable {
        case sqlite, postgres
    }

    /// A place for a store, that can be opened any number of times.
    private final class Place {
        private let folder: TemporaryFolder
        private let database: PostgresDatabase?

        init(_ kind: Kind) throws {
            folder = try TemporaryFolder()
            database = kind == .postgres ? try PostgresServer.makeDatabase() : nil
        }

        func open() throws -> any ControlStore {
            guard let database else { return try SQLiteControlStore(path: folder.file("control.db")) }
            return try PostgresControlStore.making(PostgresAddress(database.address), migration: "shop")
        }
    }

    private func leased(_ address: String, _ migration: String = "shop") throws -> PostgresControlStore {
        try PostgresControlStore.making(PostgresAddress(address), migration: migration)
    }

    /// Which lease was had; nil when another engine has it.
    private func epoch(_ answer: Lease.Answer) -> Int64? {
        if case .held(let lease) = answer { return lease.epoch }
        return nil
    }

    private func status(_ state: String) -> MigrationStatus {
        MigrationStatus(
            migration: "shop", process: 7, state: state, captures: [:], logEnd: 1, logBytes: 2, contexts: [],
            relayed: [:], peakMemory: 3)
    }

    private func certificate(_ context: String, mapping: String) throws -> Certificate {
        try Certificate(
            Certificate.Body(
                migration: "shop", context: context, mapping: mapping, tool: "t", frontier: Position(1),
                history: [],
                compared: [], previous: nil))
    }

    @Test(arguments: Kind.allCases) func whatIsWrittenByOneIsReadByAnother(_ kind: Kind) throws {
        let place = try Place(kind)
        let (one, other) = (try place.open(), try place.open())
        for _ in 0..<2 { try one.noteMapping("m", migration: "shop", now: 1) }
        #expect(try other.status() == nil)
        try one.write(status("running"), now: 5)
        try one.write(status("stopped"), now: 6)
        let read = try #require(try other.status())
        #expect(read.status.state == "stopped" && read.status.process == 7 && read.writtenAt == 6)
        #expect(try other.newestCertificate(context: "a") == nil && other.certificates().isEmpty)
        let issued = try ["a", "b", "a"].enumerated().map { try certificate($1, mapping: "m\($0)") }
        let numbers = try issued.map { try one.add($0, now: 1) }
        #expect(numbers == numbers.sorted() && Set(numbers).count == 3)
        #expect(try other.newestCertificate(context: "a") == issued[2])
        #expect(try other.certificates().map(\.number) == numbers)
        #expect(try other.certificates().map(\.certificate.digest) == issued.map(\.digest))
    }

    @Test(arguments: Kind.allCases) func requestsAreAnsweredInTheirOrder(_ kind: Kind) throws {
        let place = try Place(kind)
        let (command, engine) = (try place.open(), try place.open())
        #expect(try engine.nextRequest() == nil)
        let numbers = try ["x", "y"].map {
            try command.ask(ControlRequest(context: $0, action: .recompute(key: "é'\"")))
        }
        for (number, context) in zip(numbers, ["x", "y"]) {
            let request = try #require(try engine.nextRequest())
            #expect(
                request.id == number && request.context == context
                    && request.action == .recompute(key: "é'\""))
            #expect(try command.answer(to: number) == nil)
            try engine.finish(number, answer: "done \(context)")
            #expect(try command.answer(to: number) == "done \(context)")
        }
        #expect(try engine.nextRequest() == nil && command.answer(to: 4711) == nil)
    }

    @Test func aStoreThatNobodyMadeIsNotMadeByLooking() throws {
        let database = try PostgresServer.makeDatabase()
        let address = try PostgresAddress(database.address)
        #expect(try PostgresControlStore.existing(address, migration: "shop") == nil)
        #expect(try database.app.query("SELECT to_regnamespace('banyan_control')").isNull(0, 0))
        _ = try leased(database.address)
        #expect(try PostgresControlStore.existing(address, migration: "shop") != nil)
    }

    @Test func migrationsOfOneDatabaseSeeNothingOfEachOther() throws {
        let database = try PostgresServer.makeDatabase()
        let (shop, bank) = (try leased(database.address), try leased(database.address, "bank"))
        try shop.write(status("running"), now: 1)
        _ = try shop.add(certificate("a", mapping: "m"), now: 1)
        let number = try shop.ask(ControlRequest(context: "a", action: .recompute(key: nil)))
        #expect(try bank.status() == nil && bank.certificates().isEmpty && bank.nextRequest() == nil)
        #expect(try bank.answer(to: number) == nil)
        guard case .held = try shop.takeLease(for: "one", lasting: .seconds(60)),
            case .held = try bank.takeLease(for: "two", lasting: .seconds(60))
        else {
            Issue.record("a lease of one migration keeps another one away")
            return
        }
    }

    @Test func noPlanSeesItsTables() throws {
        let database = try PostgresServer.makeDatabase("CREATE TABLE own (id bigint PRIMARY KEY)")
        _ = try leased(database.address)
        let system = SystemDeclaration(name: "service", connector: .postgres(address: database.address))
        let catalog = try Systems([system], migration: "shop").catalog(of: "service")
        #expect(catalog.tables.map(\.name) == ["own"])
    }

    @Test func enginesThatComeAtOnceAllFindTheStoreMade() throws {
        let database = try PostgresServer.makeDatabase()
        let address = database.address
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { _ in
            do { _ = try leased(address) } catch { failures.withLock { $0.append("\(error)") } }
        }
        #expect(failures.withLock(\.self).isEmpty)
    }

    @Test func whoeverLooksAtAFileThatIsBeingMadeFindsItMade() throws {
        let folder = try TemporaryFolder()
        let failures = Mutex<[String]>([])
        for round in 0..<25 {
            let path = folder.file("control\(round).db")
            DispatchQueue.concurrentPerform(iterations: 4) { number in
                do {
                    let store = try SQLiteControlStore(path: path)
                    if number == 0 { try store.write(status("running"), now: 1) }
                    _ = try store.status()
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock(\.self).isEmpty)
    }

    @Test func aRoleThatMayOnlyUseTheStoreUsesIt() throws {
        let database = try PostgresServer.makeDatabase()
        _ = try leased(database.address)
        let role = "user_\(UInt32.random(in: 0...(.max)))"
        try database.app.execute(
            """
            CREATE ROLE \(role) LOGIN;
            GRANT USAGE ON SCHEMA banyan_control TO \(role);
            GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA banyan_control TO \(role);
            """)
        let store = try leased(database.address.replacing("postgres@", with: "\(role)@"))
        #expect(try epoch(store.takeLease(for: "one", lasting: .seconds(1))) == 1)
        try store.write(status("running"), now: 1)
    }

    @Test func aRoleWithoutRightsIsToldWhichItNeeds() throws {
        let database = try PostgresServer.makeDatabase()
        let role = "stranger_\(UInt32.random(in: 0...(.max)))"
        try database.app.execute("CREATE ROLE \(role) LOGIN")
        let address = database.address.replacing("postgres@", with: "\(role)@")
        let making = #expect(throws: MigrationError.self) { try leased(address) }
        #expect(making?.hint.contains("GRANT CREATE ON DATABASE") == true)
        _ = try leased(database.address)
        let using = #expect(throws: MigrationError.self) { try leased(address).status() }
        #expect(using?.hint.contains("GRANT USAGE ON SCHEMA banyan_control") == true)
    }

    // MARK: leases

    @Test func aLeaseIsHadByOneUntilItEnds() async throws {
        let database = try PostgresServer.makeDatabase()
        let (one, other) = (try leased(database.address), try leased(database.address))
        #expect(try epoch(one.takeLease(for: "one", lasting: .seconds(60))) == 1)
        guard case .taken("one", let left) = try other.takeLease(for: "other", lasting: .seconds(60)) else {
            Issue.record("two engines have the lease")
            return
        }
        #expect(left > .seconds(50) && left <= .seconds(60))
        #expect(try one.renewLease(for: "one", lasting: .milliseconds(1)))
        try await eventually { try epoch(other.takeLease(for: "other", lasting: .seconds(60))) == 2 }
        #expect(
            try !one.renewLease(for: "one", lasting: .seconds(60))
                && other.renewLease(for: "one", lasting: .seconds(60)))
    }

    @Test func whoHasLostTheLeaseWritesNothing() throws {
        let database = try PostgresServer.makeDatabase()
        let (zombie, other) = (try leased(database.address), try leased(database.address))
        _ = try zombie.takeLease(for: "zombie", lasting: .seconds(60))
        try zombie.write(status("running"), now: 1)
        try zombie.giveLeaseBack()
        #expect(try epoch(other.takeLease(for: "other", lasting: .seconds(60))) == 2)
        let request = try other.ask(ControlRequest(context: "a", action: .recompute(key: nil)))
        for write in [
            { try zombie.write(self.status("halted"), now: 2) },
            { try zombie.finish(request, answer: "done") },
            { try zombie.noteMapping("m", migration: "shop", now: 2) },
        ] {
            #expect(throws: MigrationError.self) { try write() }
        }
        #expect(try other.status()?.status.state == "running" && other.answer(to: request) == nil)
        #expect(try database.app.query("SELECT count(*) FROM banyan_control.mapping").integer(0, 0) == 0)
        // Giving back what one no longer has takes it from nobody.
        try zombie.giveLeaseBack()
        #expect(try other.renewLease(for: "one", lasting: .seconds(60)))
    }

    @Test func aLeaseThatNobodyElseWantedIsRenewedAfterItsEnd() throws {
        let database = try PostgresServer.makeDatabase()
        let store = try leased(database.address)
        _ = try store.takeLease(for: "one", lasting: .zero)
        #expect(try store.renewLease(for: "one", lasting: .seconds(60)))
        try store.write(status("running"), now: 1)
        #expect(try store.status()?.writtenAt == 1)
    }

    @Test func aStoreThatWasPutBackKnowsTheLeaseAgainAndOneOfAnotherEngineDoesNotPass() throws {
        let database = try PostgresServer.makeDatabase()
        let (one, other) = (try leased(database.address), try leased(database.address))
        _ = try other.takeLease(for: "other", lasting: .zero)
        #expect(try epoch(one.takeLease(for: "one", lasting: .seconds(60))) == 2)
        for sql in [
            "DELETE FROM banyan_control.lease", "UPDATE banyan_control.lease SET epoch = 1, token = 'x'",
        ] {
            try database.app.execute(sql)
            #expect(try one.renewLease(for: "one", lasting: .seconds(60)))
            try database.app.execute(sql)
            try one.write(status("running"), now: 1)
        }
        // The same number, given once more.
        try database.app.execute("UPDATE banyan_control.lease SET token = 'y'")
        #expect(try !one.renewLease(for: "one", lasting: .seconds(60)))
        #expect(throws: MigrationError.self) { try one.write(status("halted"), now: 2) }
    }
}
