import Capture
import Foundation
import Model
import SQLite
import Testing

@testable import SQLiteConnector

/// Transactions told apart by the write-ahead log.
@Suite struct SQLiteSourceBoundaryTests {
    private func fixture(wal: Bool = true, before: String = "") throws -> SQLiteSourceFixture {
        let fixture = try SQLiteSourceFixture(
            "\(before); CREATE TABLE t (id INTEGER PRIMARY KEY, v)", wal: wal)
        try fixture.install("t")
        _ = try fixture.source()
        return fixture
    }

    /// Commits `sizes` as transactions of so many rows; they may insert as many again and take them back.
    private func commit(_ sizes: [Int], takesBack: Bool = false, _ fixture: SQLiteSourceFixture) throws {
        for size in sizes {
            try fixture.app.execute("BEGIN")
            for _ in 0..<size {
                try fixture.app.execute("INSERT INTO t (v) VALUES (zeroblob(\(Int.random(in: 0...600))))")
            }
            if takesBack {
                try fixture.app.execute("SAVEPOINT s")
                for _ in 0..<size { try fixture.app.execute("INSERT INTO t (v) VALUES (zeroblob(500))") }
                try fixture.app.execute("ROLLBACK TO s; RELEASE s")
            }
            try fixture.app.execute("COMMIT")
        }
    }

    private func sizes(_ fixture: SQLiteSourceFixture, byteLimit: Int = 1 << 20) throws -> [Int] {
        fixture.transactions = []
        try fixture.drain(byteLimit: byteLimit)
        return fixture.transactions.map(\.changes.count)
    }

    @Test func tellsTransactionsOfOnePollApart() throws {
        let fixture = try fixture()
        let sizes = [1, 2, 30, 1, 100, 3]
        try commit(sizes, fixture)
        #expect(try self.sizes(fixture) == sizes)
        #expect(try fixture.source().fidelity == TransactionFidelity(exact: 6, merged: 0))
        // Transactions that touch nothing captured, and rolled back ones, leave no end.
        try fixture.app.execute("CREATE TABLE o (x)")
        try commit([2], fixture)
        try fixture.app.execute(
            "INSERT INTO o VALUES (1); BEGIN; DELETE FROM t; ROLLBACK; INSERT INTO o VALUES (2)")
        try commit([4], fixture)
        #expect(try self.sizes(fixture) == [2, 4])
    }

    @Test(arguments: [100, 3000])
    func cutsBatchesAtTransactionsEnds(byteLimit: Int) throws {
        let fixture = try fixture()
        let sizes = (0..<40).map { _ in Int.random(in: 1...12) }
        try commit(sizes, fixture)
        let source = try fixture.source()
        var found: [UInt64: Int] = [:]
        while let batch = try source.next(byteLimit: byteLimit) {
            for transaction in batch.transactions {
                found[transaction.position.value, default: 0] += transaction.changes.count
            }
            if batch.continues { #expect(batch.transactions.count == 1) }
        }
        #expect(found.sorted { $0.key < $1.key }.map(\.value) == sizes)
    }

    @Test func aTransactionInPartsIsCountedAsExactly() throws {
        let fixture = try fixture()
        try commit([1, 100, 100, 2], fixture)
        #expect(try sizes(fixture, byteLimit: 200).reduce(0, +) == 203)
        #expect(try fixture.source().fidelity == TransactionFidelity(exact: 4, merged: 0))
    }

    @Test func goesOnWhenTheLogStartsOverAfterItWasRead() throws {
        let fixture = try fixture()
        // Each run is shorter than the one before, whose end can therefore still be seen.
        for size in [200, 60, 15, 3] {
            try commit([size, size, 1], fixture)
            #expect(try sizes(fixture) == [size, size, 1])
            _ = try fixture.app.string("PRAGMA wal_checkpoint(RESTART)")
        }
        #expect(try fixture.source().fidelity == TransactionFidelity(exact: 12, merged: 0))
    }

    @Test func mergesWhatWasOverwrittenUnread() throws {
        let fixture = try fixture()
        try commit([1], fixture)
        #expect(try sizes(fixture) == [1])
        try commit([2, 3], fixture)
        _ = try fixture.app.string("PRAGMA wal_checkpoint(TRUNCATE)")
        try commit([4, 5], fixture)
        // The first commit of the new run ends what went by unseen.
        #expect(try sizes(fixture) == [2 + 3 + 4, 5])
        #expect(try fixture.source().fidelity == TransactionFidelity(exact: 2, merged: 1))
        try commit([6, 7], fixture)
        #expect(try sizes(fixture) == [6, 7])
    }

    /// For each commit that is read another one is made: whoever follows the end never gets there.
    @Test func readingEndsAlthoughPeopleWriteAsFast() throws {
        let fixture = try fixture()
        try commit(Array(repeating: 1, count: 200), fixture)
        let file = try #require(WALFile(path: fixture.path + "-wal"))
        let header = try #require(WALFormat.Header(file.read(WALFormat.headerBytes, at: 0)))
        var cursor = WALCursor(header)
        var visits = 0
        let end = try cursor.read(file, nonce: 0) { _ in
            visits += 1
            try #require(visits < 1_000)
            try commit([1], fixture)
            return .take
        }
        #expect(visits > 150)
        #expect(end < file.size)
    }

    @Test func mergesWithoutAWriteAheadLog() throws {
        let fixture = try fixture(wal: false)
        try commit([1, 2], fixture)
        #expect(try sizes(fixture) == [3])
        try commit([4], fixture)
        #expect(try sizes(fixture) == [4])
        #expect(try fixture.source().fidelity == TransactionFidelity(exact: 0, merged: 2))
    }

    @Test func readsTheStartOfTheLogAfterARestart() throws {
        let fixture = try fixture()
        let point = try fixture.source().resumePoint
        try commit([2, 3, 4], fixture)
        _ = try fixture.reopen(after: point)
        #expect(try sizes(fixture) == [2, 3, 4])
    }

    /// A page that a rolled-back savepoint filled comes from the free list, so nobody takes its rows out of
    /// it again: it is committed as it is, a free page that looks like the journal's last.
    @Test func rowsOfARolledBackSavepointAreNoEnd() throws {
        let fixture = try fixture()
        try commit([2000], fixture)
        try fixture.drain()
        try fixture.app.execute("DELETE FROM banyan_journal WHERE seq < 1500")
        for round in 0..<60 {
            let end = try fixture.app.integer("SELECT max(seq) FROM banyan_journal") ?? 0
            try fixture.app.execute("BEGIN; INSERT INTO t (v) VALUES (zeroblob(\(round * 13)))")
            try fixture.app.execute("SAVEPOINT s")
            for _ in 0..<Int.random(in: 1...30) {
                try fixture.app.execute("INSERT INTO t (v) VALUES (zeroblob(\(Int.random(in: 0...900))))")
            }
            try fixture.app.execute("ROLLBACK TO s; RELEASE s; COMMIT")
            try commit([30], fixture)
            fixture.transactions = []
            try fixture.drain()
            #expect(fixture.transactions.map { Int64($0.position.value) - end } == [1, 31])
        }
        #expect(try fixture.source().fidelity == TransactionFidelity(exact: 121, merged: 0))
    }

    /// Whatever the log's runs, checkpoints, trims and page moves are: an end is never found where no commit
    /// was.
    @Test(arguments: 0..<24)
    func neverSplitsATransaction(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let vacuum = ["", "PRAGMA auto_vacuum = FULL", "PRAGMA page_size = 1024"][Int(seed % 3)]
        let fixture = try fixture(before: vacuum)
        try fixture.app.execute("PRAGMA wal_autocheckpoint = \(Int.random(in: 1...40, using: &random))")
        try fixture.app.execute("CREATE TABLE o (x)")
        var ends: Set<UInt64> = []
        for _ in 0..<150 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<6:
                let takesBack = Bool.random(using: &random)
                try commit([Int.random(in: 1...40, using: &random)], takesBack: takesBack, fixture)
                ends.insert(UInt64(try fixture.app.integer("SELECT max(seq) FROM banyan_journal") ?? 0))
            case 6: try fixture.app.execute("INSERT INTO o VALUES (zeroblob(20000))")
            case 7: try fixture.app.execute("DELETE FROM o")
            case 8:
                let source = try fixture.source()
                try source.confirm(source.resumePoint.position)
                if Int.random(in: 0..<3, using: &random) == 0 {
                    _ = try fixture.reopen(after: source.resumePoint)
                }
            default: try fixture.drain(byteLimit: Int.random(in: 500...50_000, using: &random))
            }
        }
        try fixture.drain()
        #expect(fixture.transactions.allSatisfy { ends.contains($0.position.value) }, "seed \(seed)")
        #expect(try fixture.replica == fixture.present(), "seed \(seed)")
    }
}
