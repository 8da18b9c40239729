import Audit
import Foundation
import Model
import PostgreSQL
import SQLite
import TestKit
import Testing

@testable import Migration

/// The chain in every control store.
@Suite struct ControlStoreAuditTests {
    private let actor = AuditActor(name: "anna", account: "anna@host")

    private func trail(_ store: any ControlStore, _ migration: String = "shop") -> AuditTrail {
        AuditTrail(store, migration: migration, now: { 1 }, makeID: { "chain" })
    }

    @Test func theStoreInAFilePassesTheExam() throws {
        // Folders live as long as the stores in them.
        var folders: [TemporaryFolder] = []
        try exerciseAuditStore {
            let folder = try TemporaryFolder()
            folders.append(folder)
            let path = folder.file("control.db")
            return { try SQLiteControlStore(path: path) }
        }
    }

    @Test func theStoreInPostgreSQLPassesTheExam() throws {
        var databases: [PostgresDatabase] = []
        try exerciseAuditStore {
            let database = try PostgresServer.makeDatabase()
            databases.append(database)
            let address = try PostgresAddress(database.address)
            return { try PostgresControlStore.making(address, migration: "shop") }
        }
    }

    private struct Mishap: Error {}

    /// A certificate and its entry are in one transaction: whichever of them fails, there is neither.
    @Test(arguments: [true, false])
    func nothingIsDoneWithoutItsEntryAndNoEntryWithoutWhatWasDone(inFile: Bool) throws {
        let folder = try TemporaryFolder()
        let store: any ControlStore =
            if inFile {
                try SQLiteControlStore(path: folder.file("control.db"))
            } else {
                try PostgresControlStore.making(
                    PostgresAddress(try PostgresServer.makeDatabase().address), migration: "shop")
            }
        let certificate = try Certificate(
            Certificate.Body(
                migration: "shop", context: "a", mapping: "m", tool: "t", frontier: .start, history: [],
                compared: [], previous: nil))
        let record = AuditRecord("certificate.issue", of: "a", by: actor)
        #expect(throws: Mishap.self) {
            try trail(store).record {
                _ = try store.add(certificate, now: 1)
                throw Mishap()
            }
        }
        #expect(try store.certificates().isEmpty && store.auditHead() == nil)
        try trail(store).record { record }
        // The entry cannot be signed, which is known only when everything else is done.
        let signing = AuditTrail(
            store, migration: "shop", signer: AuditKey(), now: { 1 }, makeID: { "chain" })
        #expect(throws: AuditError.self) {
            try signing.record {
                _ = try store.add(certificate, now: 1)
                return record
            }
        }
        #expect(try store.certificates().isEmpty && store.auditHead()?.head.entries == 1)
        try trail(store).record {
            _ = try store.add(certificate, now: 1)
            return record
        }
        #expect(try store.certificates().count == 1 && store.auditHead()?.head.entries == 2)
    }

    @Test func migrationsThatShareADatabaseHaveChainsOfTheirOwn() throws {
        let address = try PostgresAddress(try PostgresServer.makeDatabase().address)
        let names = ["shop", "bank"]
        let stores = try names.map { try PostgresControlStore.making(address, migration: $0) }
        for (index, store) in stores.enumerated() {
            for _ in 0...index {
                try trail(store, names[index]).record { AuditRecord("a.b", of: "c", by: actor) }
            }
        }
        #expect(try stores.map { try AuditCheck.run(on: $0)?.head.entries } == [1, 2])
        #expect(try stores.allSatisfy { try AuditCheck.run(on: $0)?.isWhole == true })
    }

    /// A store that was made before there were chains gets a place for one.
    @Test func aStoreOfAnEarlierVersionGetsAPlaceForItsChain() throws {
        let database = try PostgresServer.makeDatabase()
        let address = try PostgresAddress(database.address)
        _ = try PostgresControlStore.making(address, migration: "shop")
        try database.app.execute("DROP TABLE banyan_control.audit; DROP TABLE banyan_control.audit_chain")
        let old = try #require(try PostgresControlStore.existing(address, migration: "shop"))
        #expect(try old.auditHead() == nil)
        let store = try PostgresControlStore.making(address, migration: "shop")
        try trail(store).record { AuditRecord("a.b", of: "c", by: actor) }
        #expect(try old.auditHead()?.head.entries == 1)
    }

    @Test func whatSomebodyDoesToTheTablesIsFound() throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteControlStore(path: folder.file("control.db"))
        for number in 1...5 { try trail(store).record { AuditRecord("a.b", of: "\(number)", by: actor) } }
        let other = try SQLiteConnection(path: folder.file("control.db"), access: .readWrite)
        for sql in [
            "DELETE FROM audit WHERE number = 3", "UPDATE audit SET body = replace(body, '\"3\"', '\"4\"')",
            "DELETE FROM audit WHERE number = 5", "UPDATE audit_chain SET entries = 4",
            "UPDATE audit_chain SET migration = 'bank'", "UPDATE audit_chain SET id = 'other'",
            "INSERT INTO audit SELECT 6, body FROM audit WHERE number = 5",
            "INSERT INTO audit SELECT 0, body FROM audit WHERE number = 1",
            "INSERT INTO audit SELECT -7, body FROM audit WHERE number = 1",
        ] {
            try other.execute("SAVEPOINT trial; \(sql)")
            try other.execute("COMMIT")
            let verdict = try #require(try AuditCheck.run(on: store))
            #expect(!verdict.isWhole, "\(sql)")
            try other.execute("DELETE FROM audit; DELETE FROM audit_chain")
            for number in 1...5 { try trail(store).record { AuditRecord("a.b", of: "\(number)", by: actor) } }
        }
    }

    /// The connection breaks at each message, in each direction: what returned is there, and what threw is
    /// not, because the server is asked what became of a commit whose answer was lost.
    @Test(arguments: [true, false])
    func aConnectionThatBreaksAnywhereLeavesNobodyInDoubt(isToServer: Bool) throws {
        let database = try PostgresServer.makeDatabase()
        _ = try PostgresControlStore.making(PostgresAddress(database.address), migration: "shop")
        var (number, kept, broken) = (1, 0, 0)
        var isThrough = false
        while !isThrough {
            let proxy = try TCPProxy(to: UInt16(try #require(database.port)))
            defer { proxy.stop() }
            let fault = ProxyFlowRule(
                framing: .postgreSQL, fault: ProxyFault(.cut, at: .message(number, bytes: 1)))
            proxy.script = [0: isToServer ? ProxyRule(toTarget: fault) : ProxyRule(toClient: fault)]
            let address = try PostgresAddress(database.address(port: Int(proxy.port)))
            do {
                let store = try PostgresControlStore.making(address, migration: "shop")
                try trail(store).record { AuditRecord("a.b", of: "\(number)", by: actor) }
                kept += 1
                isThrough = proxy.traffic.count == 1
            } catch let error as MigrationError {
                #expect(error.code == .unreachable)
                broken += 1
            }
            let open = try PostgresControlStore.making(PostgresAddress(database.address), migration: "shop")
            let verdict = try AuditCheck.run(on: open)
            #expect(verdict?.problems ?? [] == [], "message \(number)")
            #expect(verdict?.head.entries ?? 0 == kept, "message \(number)")
            number += 1
        }
        // Connecting, looking and the transaction are some dozens of messages.
        #expect(number > 20 && kept > 1 && broken > 1, "\(number), \(kept), \(broken)")
    }
}
