import Foundation
import PowerLoss
import SQLite
import TestKit
import Testing

/// The disk with faults itself: it loses what it may, keeps what it must, and leaves others alone.
@Suite struct FaultDiskTests {
    /// A database with one synced row, and then, at this level of syncing, as many as fit into a second one.
    private func survivors(seed: UInt64, level: String) throws -> Int64? {
        let disk = try FaultDisk("fault-disk", seed: seed)
        do {
            let connection = try SQLiteConnection(path: disk.file("d"), access: .create)
            try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (v); INSERT INTO t VALUES (0)")
            try connection.execute("PRAGMA synchronous = \(level)")
            for _ in 0..<20 { try connection.execute("INSERT INTO t VALUES (zeroblob(3000))") }
            disk.cut()
            let error = #expect(throws: SQLiteError.self) { try connection.execute("DELETE FROM t") }
            #expect(error?.primaryCode == 10)
        }
        try disk.restart(after: .power)
        return try SQLiteConnection(path: disk.file("d"), access: .readWrite).integer(
            "SELECT count(*) FROM t")
    }

    @Test func whatWasSyncedStaysAndWhatWasNotIsKeptLostOrCutAnywhere() throws {
        var counts: Set<Int64> = []
        for seed in 1...60 {
            #expect(try survivors(seed: UInt64(seed), level: "FULL") == 21)
            let kept = try #require(try survivors(seed: UInt64(seed), level: "NORMAL"))
            #expect((1...21).contains(kept))
            counts.insert(kept)
        }
        #expect(counts.isSuperset(of: [1, 21]) && counts.count > 4, "survivors: \(counts.sorted())")
    }

    @Test func theSameSeedLeavesTheSame() throws {
        for seed in UInt64(1)...10 {
            let first = try survivors(seed: seed, level: "NORMAL")
            #expect(try survivors(seed: seed, level: "NORMAL") == first)
        }
    }

    @Test func aCutLeavesOtherFoldersAlone() throws {
        let disk = try FaultDisk("fault-disk", seed: 1)
        let other = try TemporaryFolder("other-disk", isInMemory: true)
        let connection = try SQLiteConnection(path: other.file("d"), access: .create)
        disk.cut()
        try connection.execute("PRAGMA journal_mode = WAL; CREATE TABLE t (v); INSERT INTO t VALUES (1)")
        #expect(try connection.integer("SELECT v FROM t") == 1)
        #expect(disk.changes == 0)
        #expect(throws: SQLiteError.self) {
            try SQLiteConnection(path: disk.file("d"), access: .create).execute("CREATE TABLE t (v)")
        }
    }

    @Test func aDiskHoldsAsMuchAsThereIsRoomFor() throws {
        let disk = try FaultDisk("fault-disk", seed: 1)
        let connection = try SQLiteConnection(path: disk.file("d"), access: .create)
        try connection.execute("CREATE TABLE t (v)")
        disk.limitRoom(100_000)
        let error = #expect(throws: SQLiteError.self) {
            while true { try connection.execute("INSERT INTO t VALUES (zeroblob(3000))") }
        }
        #expect(error?.isFull == true)
        let attributes = try FileManager.default.attributesOfItem(atPath: disk.file("d"))
        #expect((attributes[.size] as? Int ?? 0) <= 110_000)
        disk.limitRoom(nil)
        try connection.execute("INSERT INTO t VALUES (zeroblob(3000))")
        #expect(try connection.string("PRAGMA integrity_check") == "ok")
    }
}
