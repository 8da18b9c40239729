import Foundation
import Migration
import PostgreSQL
import SQLite
import TestKit
import Testing

/// The same migrations from SQLite into PostgreSQL.
@Suite(.serialized) struct PostgresStoreTests {
    @Test func theMusicShopMovesIntoPostgreSQL() throws {
        let rehearsal = try Rehearsal(
            "chinook", legacy: "shop", services: ["catalogue", "customers", "billing"], stores: .postgres)
        try FileManager.default.copyItem(
            atPath: try SharedData.path("chinook/Chinook_Sqlite.sqlite"), toPath: rehearsal.legacy)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: rehearsal.legacy)
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        #expect(try rehearsal.differences().map(\.expected) == [347, 3_503, 59, 8, 412, 2_240])
        try rehearsal.expectNoFindings()
        // History tells nobody anything.
        for service in ["customers", "billing"] {
            #expect(try rehearsal.rows("SELECT count(*) FROM banyan.banyan_outbox", on: service) == [["0"]])
        }
        for changes in [ChinookChanges.lookups, ChinookChanges.aggregates, ChinookChanges.exchange] {
            try rehearsal.change(changes)
            let status = try rehearsal.catchUp()
            #expect(rehearsal.quarantine(status).isEmpty)
            try rehearsal.expectNoFindings()
        }
        try expectCertificates(rehearsal)
    }

    @Test(arguments: [Rehearsal.Stores.postgres, .sqlite])
    func theMusicShopInPostgreSQLMoves(into stores: Rehearsal.Stores) throws {
        let script = try String(
            contentsOfFile: try SharedData.path("chinook/Chinook_PostgreSql.sql"), encoding: .utf8)
        // What the script does to the server itself is done already.
        let tables = script.split(separator: "\n", omittingEmptySubsequences: false).filter {
            !$0.hasPrefix("DROP DATABASE") && !$0.hasPrefix("CREATE DATABASE") && !$0.hasPrefix("\\c ")
        }
        let shop = try PostgresServer.makeDatabase(tables.joined(separator: "\n"))
        let rehearsal = try Rehearsal(
            "chinook", legacy: "shop", services: ["catalogue", "customers", "billing"], stores: stores,
            server: shop.address)
        try FileManager.default.copyItem(
            atPath: try SharedData.path("chinook/Chinook_Sqlite.sqlite"), toPath: rehearsal.legacy)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: rehearsal.legacy)
        // Joined tables have to say what a row was before a change; the refusal says how.
        let refusal = #expect(throws: (any Error).self) { try rehearsal.catchUp() }
        #expect("\(refusal.map { "\($0)" } ?? "")".contains("REPLICA IDENTITY FULL"))
        for table in [
            "album", "artist", "track", "genre", "media_type", "customer", "employee", "invoice",
            "invoice_line",
        ] {
            try shop.app.execute("ALTER TABLE \(table) REPLICA IDENTITY FULL")
        }
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        #expect(try rehearsal.differences().map(\.expected) == [347, 3_503, 59, 8, 412, 2_240])
        try rehearsal.expectNoFindings()
        try rehearsal.change(
            """
            BEGIN; UPDATE track SET album_id = 2, unit_price = 1.29 WHERE track_id = 1;
            INSERT INTO invoice VALUES
                (9001, 1, '2026-01-02', 'Street', 'City', NULL, 'Norway', '0171', 2.58);
            INSERT INTO invoice_line VALUES (9001, 9001, 1, 1.29, 2); COMMIT;
            UPDATE artist SET name = NULL WHERE artist_id = 1;
            UPDATE genre SET name = 'Röck' WHERE genre_id = 1;
            DELETE FROM invoice_line WHERE invoice_id = 7;
            UPDATE employee SET reports_to = 1 WHERE employee_id = 8;
            UPDATE customer SET email = 'swap', support_rep_id = 4 WHERE customer_id = 1;
            """)
        #expect(rehearsal.quarantine(try rehearsal.catchUp()).isEmpty == false)
        try rehearsal.change("UPDATE customer SET email = 'new@shop.example' WHERE customer_id = 1")
        try rehearsal.catchUp()
        try rehearsal.replayQuarantine()
        #expect(rehearsal.quarantine(try rehearsal.catchUp()).isEmpty)
        try rehearsal.expectNoFindings()
        for (context, verdict, report) in try rehearsal.verdictsBesideAnEngine() {
            #expect(verdict == .accept, "\(context): \(report)")
        }
        #expect(try rehearsal.removeCapture().count == 2)
    }

    @Test(arguments: [Rehearsal.Stores.postgres, .sqlite])
    func theWholesalerInPostgreSQLMoves(into stores: Rehearsal.Stores) throws {
        let script = try String(
            contentsOfFile: try SharedData.path("northwind/postgres-northwind.sql"), encoding: .utf8)
        // A setting of older servers.
        let lines = script.split(separator: "\n", omittingEmptySubsequences: false).filter {
            !$0.hasPrefix("SET default_with_oids")
        }
        let shop = try PostgresServer.makeDatabase(lines.joined(separator: "\n"))
        let rehearsal = try Rehearsal(
            "northwind", legacy: "legacy", services: ["orders", "customers", "products"], stores: stores,
            server: shop.address)
        // The comparison reads legacy's rows in the tables of the other edition.
        let copy = try SQLiteConnection(path: rehearsal.legacy, access: .create)
        try copy.execute("PRAGMA synchronous = OFF; BEGIN")
        try copy.execute(
            try String(contentsOfFile: try SharedData.path("northwind/sqlite-create.sql"), encoding: .utf8))
        try copy.execute("COMMIT")
        for table in [
            "orders", "customers", "employees", "shippers", "order_details", "products", "categories",
            "suppliers",
        ] {
            try shop.app.execute("ALTER TABLE \(table) REPLICA IDENTITY FULL")
        }
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        #expect(try rehearsal.differences().map(\.expected) == [830, 2_155, 91, 77])
        try rehearsal.expectNoFindings()
        // History tells nobody anything.
        let outbox = stores == .postgres ? "banyan.banyan_outbox" : "banyan_outbox"
        #expect(try rehearsal.rows("SELECT count(*) FROM \(outbox)", on: "orders") == [["0"]])
        for changes in [NorthwindChanges.lookupsOnServer, NorthwindChanges.ordersOnServer] {
            try rehearsal.change(changes)
            #expect(rehearsal.quarantine(try rehearsal.catchUp()).isEmpty)
            try rehearsal.expectNoFindings()
        }
        try rehearsal.change("UPDATE products SET discontinued = 7 WHERE product_id = 3")
        #expect(
            rehearsal.quarantine(try rehearsal.catchUp()) == ["products": ["unknown_code": 1]])
        try rehearsal.change("UPDATE products SET discontinued = 0 WHERE product_id = 3")
        try rehearsal.catchUp()
        try rehearsal.replayQuarantine()
        #expect(rehearsal.quarantine(try rehearsal.catchUp()).isEmpty)
        try rehearsal.expectNoFindings()
        for (context, verdict, report) in try rehearsal.verdictsBesideAnEngine() {
            #expect(verdict == .accept, "\(context): \(report)")
        }
        #expect(try rehearsal.removeCapture().count == 2)
    }

    private func expectCertificates(_ rehearsal: Rehearsal) throws {
        for (context, verdict, report) in try rehearsal.verdicts() {
            #expect(verdict == .accept, "\(context): \(report)")
        }
    }
}
