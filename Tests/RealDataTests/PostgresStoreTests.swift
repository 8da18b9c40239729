import Foundation
import Migration
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

    private func expectCertificates(_ rehearsal: Rehearsal) throws {
        for (context, verdict, report) in try rehearsal.verdicts() {
            #expect(verdict == .accept, "\(context): \(report)")
        }
    }
}
