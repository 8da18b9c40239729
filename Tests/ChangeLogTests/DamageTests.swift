import ChangeLog
import Foundation
import Model
import SQLite
import TestKit
import Testing

/// Damage in the middle of the main file: always reported, never a record lost or changed in silence.
@Suite struct DamageTests {
    private func makeFolded(_ count: UInt64) throws -> (LogFixture, [ChangeBatch]) {
        let fixture = try LogFixture()
        let kept = (1...count).map { LogFixture.batch($0, bytes: 3_000) }
        let writer = try fixture.log.writer()
        for batch in kept { _ = try writer.append([batch], checkpoint: [1, 2, 3]) }
        try writer.close()
        return (fixture, kept)
    }

    @Test func aBitChangedAnywhereIsReportedOrChangesNothing() throws {
        let (fixture, kept) = try makeFolded(8)
        // The last connection has closed by now, so everything is in the main file.
        #expect(fileSize(fixture.log.path + "-wal") == 0)
        let bytes = try readBytes(fixture.log.path)
        var generator = SplitMix64.unseen()
        var reported = 0
        for _ in 0..<500 {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let copy = try fixture.copy("copy")
            var damaged = bytes
            damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            try writeBytes(damaged, copy.path)
            do {
                _ = try copy.writer()
                let read = try LogFixture.batches(copy)
                #expect(read == kept, "changed at \(place), seed \(generator.seed)")
            } catch let error as LogError {
                reported += 1
                #expect([.corrupt, .foreign, .failed].contains(error.code), "changed at \(place): \(error)")
            }
        }
        #expect(reported > 100, "seed \(generator.seed)")
    }

    @Test func anEditedRecordASwappedPairACutAndAGapAreNamed() throws {
        let fifth = "(SELECT frame FROM record WHERE \"offset\" = 5)"
        let fifthWhole = "(SELECT frame, checksum FROM record WHERE \"offset\" = 5)"
        let edits: [(sql: String, offset: UInt64)] = [
            ("UPDATE record SET appended_at = appended_at + 1 WHERE \"offset\" = 3", 3),
            ("UPDATE record SET frame = \(fifth) WHERE \"offset\" = 4", 4),
            ("UPDATE record SET (frame, checksum) = \(fifthWhole) WHERE \"offset\" = 4", 4),
            ("DELETE FROM record WHERE \"offset\" = 6", 6),
            ("DELETE FROM record WHERE \"offset\" BETWEEN 2 AND 7", 2),
        ]
        for edit in edits {
            let (fixture, kept) = try makeFolded(8)
            try SQLiteConnection(path: fixture.log.path, access: .readWrite).execute(edit.sql)
            let reader = try fixture.log.observer()
            let before = try (0..<edit.offset - 1).map {
                try #require(try reader.records(after: LogOffset($0), byteLimit: 1).first?.batch)
            }
            #expect(before == Array(kept.prefix(Int(edit.offset) - 1)))
            let error = logError { _ = try reader.records(after: LogOffset(edit.offset - 1), byteLimit: 1) }
            #expect(error?.code == .corrupt, "\(edit.sql)")
            #expect(error?.offset == LogOffset(edit.offset), "\(edit.sql)")
            #expect(logError { _ = try reader.verify() }?.offset == LogOffset(edit.offset), "\(edit.sql)")
        }
    }

    @Test func aRecordOfAnotherBranchOfTheSameLogDoesNotFit() throws {
        let (fixture, _) = try makeFolded(3)
        let branch = try fixture.copy("branch")
        for (log, first) in [(fixture.log, UInt64(10)), (branch, 20)] {
            let writer = try log.writer()
            _ = try writer.append([LogFixture.batch(first), LogFixture.batch(first + 1)], checkpoint: [])
            try writer.close()
        }
        let connection = try SQLiteConnection(path: fixture.log.path, access: .readWrite)
        try connection.execute("ATTACH \(SQLiteName.literal(branch.path)) AS branch")
        try connection.execute(
            """
            UPDATE main.record SET (appended_at, checksum, frame) =
                (SELECT appended_at, checksum, frame FROM branch.record WHERE "offset" = 4) WHERE "offset" = 4
            """)
        // Its own checksum holds in that place; the record after it does not follow from it.
        let error = logError { _ = try fixture.log.observer().verify() }
        #expect(error?.code == .corrupt)
        #expect(error?.offset == LogOffset(5))
    }

    @Test func aLostFirstOrLastRecordKeepsTheWriterFromOpening() throws {
        for (sql, offset) in [
            ("DELETE FROM record WHERE \"offset\" = 1", 1), ("DELETE FROM record WHERE \"offset\" >= 7", 8),
            ("UPDATE record SET appended_at = 1 WHERE \"offset\" = 8", 8), ("DELETE FROM record", 1),
        ] as [(String, UInt64)] {
            let (fixture, _) = try makeFolded(8)
            try SQLiteConnection(path: fixture.log.path, access: .readWrite).execute(sql)
            let error = logError { _ = try fixture.log.writer() }
            #expect(error?.code == .corrupt, "\(sql)")
            #expect(error?.offset == LogOffset(offset), "\(sql)")
        }
    }

    @Test func anEditedHeaderOrFloorIsReported() throws {
        let (fixture, _) = try makeFolded(3)
        _ = try fixture.log.reader(named: "apply")
        let connection = try SQLiteConnection(path: fixture.log.path, access: .readWrite)
        try connection.execute("UPDATE reader SET floor = 3")
        let writer = try fixture.log.writer()
        #expect(logError { try writer.trim(RetentionPolicy(age: .zero)) }?.code == .corrupt)
        try connection.execute("UPDATE log SET checkpoint = x'01'")
        #expect(logError { _ = try fixture.log.observer().end() }?.code == .corrupt)
        #expect(logError { _ = try writer.append([], checkpoint: []) }?.code == .corrupt)
    }

    @Test func aWholeLogVerifies() throws {
        let (fixture, kept) = try makeFolded(8)
        let result = try fixture.log.observer().verify()
        #expect(result.records == 8)
        #expect(result.end == LogOffset(8))
        #expect(try result.bytes == kept.reduce(0) { try $0 + $1.frame().count })
    }
}
