import Capture
import Foundation
import Migration
import SQLite
import Synchronization
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
        #expect(try rehearsal.findings().isEmpty)
        try expectCertificates()
    }

    @Test func changesOfEveryKindArrive() throws {
        try rehearsal.catchUp()
        for changes in [ChinookChanges.lookups, ChinookChanges.aggregates, ChinookChanges.business] {
            try rehearsal.change(changes)
            let status = try rehearsal.catchUp()
            #expect(rehearsal.quarantine(status).isEmpty)
            #expect(try rehearsal.findings().isEmpty)
        }
        try expectCertificates()
    }

    @Test func valuesUniqueInTheServiceAreExchanged() throws {
        try rehearsal.catchUp()
        try rehearsal.change(ChinookChanges.exchange)
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        #expect(try rehearsal.findings().isEmpty)
    }

    @Test func historyIsReadWhileTheShopIsOpen() async throws {
        let seed = UInt64.random(in: 1...UInt64.max)
        print("seed \(seed)")
        let isRead = Atomic(false)
        let legacy = rehearsal.legacy
        async let written = Self.write(to: legacy, seed: seed) { isRead.load(ordering: .acquiring) }
        var sawHistory = false
        defer { isRead.store(true, ordering: .releasing) }
        _ = try rehearsal.run { status in
            let tables = status.captures["shop"]?.backfill ?? []
            sawHistory = sawHistory || tables.contains { $0.rowsDone > 0 }
            if !tables.isEmpty, tables.allSatisfy(\.isDone) { isRead.store(true, ordering: .releasing) }
            return false
        }
        isRead.store(true, ordering: .releasing)
        let transactions = try await written
        #expect(sawHistory && transactions > 0)
        let status = try rehearsal.catchUp()
        print("\(transactions) transactions while history was read")
        #expect(rehearsal.quarantine(status).isEmpty)
        #expect(try rehearsal.findings().isEmpty)
        try expectCertificates()
    }

    @Test func aRunThatIsStoppedAnywhereGoesOn() throws {
        var stops = 0
        var rows = 0
        while stops < 20 {
            let wanted = rows
            let status = try rehearsal.run { status in
                (status.captures["shop"]?.backfill.map(\.rowsDone).reduce(0, +) ?? 0) > wanted
            }
            let read = status.captures["shop"]?.backfill ?? []
            rows = read.map(\.rowsDone).reduce(0, +)
            stops += 1
            try rehearsal.change(ChinookChanges.transaction(UInt64(stops) &* 0x9E37_79B9_7F4A_7C15))
            if !read.isEmpty, read.allSatisfy(\.isDone) { break }
        }
        let status = try rehearsal.catchUp()
        print("stopped \(stops) times")
        #expect(rehearsal.quarantine(status).isEmpty)
        #expect(try rehearsal.findings().isEmpty)
        try expectCertificates()
    }

    private static func write(to path: String, seed: UInt64, until isDone: () -> Bool) async throws -> Int {
        var random = SplitMix64(seed: seed)
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        var count = 0
        while !isDone(), count < 20_000 {
            let transaction = ChinookChanges.transaction(random.next())
            try connection.immediate { try connection.execute(transaction) }
            count += 1
        }
        return count
    }

    private func expectCertificates() throws {
        for (context, verdict, report) in try rehearsal.verdicts() {
            #expect(verdict == .accept, "\(context): \(report)")
        }
    }
}
