import Capture
import Foundation
import Migration
import SQLite
import TestKit
import Testing

/// A music shop that becomes three services.
@Suite(.serialized) struct ChinookTests {
    private let rehearsal: Rehearsal

    init() throws {
        let path = try SharedData.path("chinook/Chinook_Sqlite.sqlite")
        rehearsal = try Rehearsal("chinook", legacy: "shop", services: ["catalogue", "customers", "billing"])
        try FileManager.default.copyItem(atPath: path, toPath: rehearsal.legacy)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: rehearsal.legacy)
    }

    @Test func everyAggregateOfTheHistoryArrives() throws {
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        let differences = try rehearsal.differences()
        #expect(differences.map(\.expected) == [347, 3_503, 59, 8, 412, 2_240])
        try rehearsal.expectNoFindings()
        try expectCertificates()
        // History tells nobody anything.
        for service in ["customers", "billing"] {
            #expect(try rehearsal.rows("SELECT count(*) FROM banyan_outbox", on: service) == [["0"]])
        }
    }

    @Test func changesOfEveryKindArrive() throws {
        try rehearsal.catchUp()
        for changes in [ChinookChanges.lookups, ChinookChanges.aggregates, ChinookChanges.business] {
            try rehearsal.change(changes)
            let status = try rehearsal.catchUp()
            #expect(rehearsal.quarantine(status).isEmpty)
            try rehearsal.expectNoFindings()
        }
        try expectCertificates()
    }

    @Test func valuesUniqueInTheServiceAreExchanged() throws {
        try rehearsal.catchUp()
        try rehearsal.change(ChinookChanges.exchange)
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        try rehearsal.expectNoFindings()
    }

    @Test func historyIsReadWhileTheShopIsOpen() throws {
        let writer = try ShopWriter(path: rehearsal.legacy)
        print("seed \(writer.seed)")
        defer { _ = writer.finish() }
        try waitUntil("the shop is open") { writer.count > 10 }
        var isOpenAtTheEnd = false
        _ = try rehearsal.run { status in
            let tables = status.captures["shop"]?.backfill ?? []
            if !isOpenAtTheEnd, !tables.isEmpty, tables.allSatisfy(\.isDone) {
                isOpenAtTheEnd = writer.isWriting
                writer.close()
            }
            return false
        }
        #expect(isOpenAtTheEnd)
        try #require(writer.finish() == nil)
        let status = try rehearsal.catchUp()
        print("\(writer.count) transactions while history was read")
        #expect(rehearsal.quarantine(status).isEmpty)
        try rehearsal.expectNoFindings()
        try expectCertificates()
    }

    @Test func aRunThatIsStoppedAnywhereGoesOn() throws {
        try rehearsal.change(ChinookChanges.growth)
        var stops = 0
        var places: [Int] = []
        var isRead = false
        while !isRead || stops < 5 {
            stops += 1
            var seen = 0
            let status =
                stops == 1
                ? try rehearsal.runForAMoment()
                : try rehearsal.run { _ in
                    seen += 1
                    return seen >= stops
                }
            let tables = status.captures["shop"]?.backfill ?? []
            places.append(tables.map(\.rowsDone).reduce(0, +))
            isRead = !tables.isEmpty && tables.allSatisfy(\.isDone)
            try rehearsal.change(ChinookChanges.transaction(UInt64(stops) &* 0x9E37_79B9_7F4A_7C15))
        }
        let status = try rehearsal.catchUp()
        print("stopped with \(places) rows of history in the log")
        #expect(places.first != places.last, "no run was stopped before history was read")
        #expect(rehearsal.quarantine(status).isEmpty)
        try rehearsal.expectNoFindings()
        try expectCertificates()
    }

    private func expectCertificates() throws {
        for (context, verdict, report) in try rehearsal.verdicts() {
            #expect(verdict == .accept, "\(context): \(report)")
        }
    }
}
