import ChangeLog
import Foundation
import Model
import TestKit
import Testing

/// What recovery makes of a write-ahead file that was cut or changed at every place of its last records.
@Suite struct TornTailTests {
    private struct Torn {
        var fixture: LogFixture
        var kept: [ChangeBatch]
        var wal: [UInt8]
        var before: Int
    }

    /// Three acknowledged records, then a fourth whose bytes are from `before` on.
    private func make() throws -> (LogFixture, EmbeddedLogWriter, [ChangeBatch], before: Int, wal: [UInt8]) {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let kept = (1...4).map { LogFixture.batch($0, bytes: 9_000) }
        _ = try writer.append(Array(kept.prefix(3)), checkpoint: [3])
        let before = fileSize(fixture.log.path + "-wal")
        _ = try writer.append([kept[3]], checkpoint: [4])
        return (fixture, writer, kept, before, try readBytes(fixture.log.path + "-wal"))
    }

    /// Places from `start` to `end`: all near a boundary of pages or frames, every 61st elsewhere.
    private func places(_ start: Int, _ end: Int) -> [Int] {
        (start..<end).filter { place in
            let inFrame = (place - 32) % (16_384 + 24)
            return place < start + 3 || place >= end - 3 || inFrame < 26 || inFrame > 16_404
                || place % 61 == 0
        }
    }

    @Test func anUnacknowledgedRecordCutAnywhereIsGoneWholeAndTheOthersStay() throws {
        let (fixture, writer, kept, before, wal) = try make()
        defer { withExtendedLifetime(writer) {} }
        for place in places(before, wal.count) {
            let copy = try fixture.copy("copy", witness: false)
            try writeBytes(Array(wal.prefix(place)), copy.path + "-wal")
            let reopened = try copy.writer()
            #expect(reopened.end == LogOffset(3), "cut at \(place)")
            #expect(try reopened.checkpoint() == [3], "cut at \(place)")
            #expect(try LogFixture.batches(copy) == Array(kept.prefix(3)), "cut at \(place)")
        }
    }

    @Test func anUnacknowledgedRecordWithAChangedBitIsGoneWholeAndTheOthersStay() throws {
        let (fixture, writer, kept, before, wal) = try make()
        defer { withExtendedLifetime(writer) {} }
        for place in places(before, wal.count) {
            let copy = try fixture.copy("copy", witness: false)
            var damaged = wal
            damaged[place] ^= 1 << (place % 8)
            try writeBytes(damaged, copy.path + "-wal")
            let reopened = try copy.writer()
            let count = Int(reopened.end.value)
            // SQLite does not check a few bytes of a frame's header that it does not use; then the record is
            // whole.
            #expect(count == 3 || count == 4, "changed at \(place)")
            #expect(try LogFixture.batches(copy) == Array(kept.prefix(count)), "changed at \(place)")
            #expect(try reopened.checkpoint() == [UInt8(count)], "changed at \(place)")
        }
    }

    @Test func anAcknowledgedRecordIsNeverMissedInSilence() throws {
        let (fixture, writer, kept, before, wal) = try make()
        defer { withExtendedLifetime(writer) {} }
        for place in places(32, wal.count) where place < before ? place % 7 == 0 : true {
            let copy = try fixture.copy("copy")
            var damaged = wal
            damaged[place] ^= 1 << (place % 8)
            try writeBytes(place % 2 == 0 ? damaged : Array(wal.prefix(place)), copy.path + "-wal")
            do {
                let reopened = try copy.writer()
                #expect(reopened.end == LogOffset(4), "at \(place)")
                #expect(try LogFixture.batches(copy) == kept, "at \(place)")
            } catch let error as LogError {
                #expect(error.code == .corrupt, "at \(place): \(error)")
            }
        }
    }

    @Test func aRemovedWriteAheadFileIsNoticed() throws {
        let (fixture, writer, _, _, _) = try make()
        defer { withExtendedLifetime(writer) {} }
        let copy = try fixture.copy("copy")
        try FileManager.default.removeItem(atPath: copy.path + "-wal")
        let error = logError { _ = try copy.writer() }
        #expect(error?.code == .corrupt)
        #expect(error?.offset == LogOffset(1))
    }

    @Test func aRemovedOrEmptiedOrOlderFileIsNoticed() throws {
        let fixture = try LogFixture()
        let old = try {
            let writer = try fixture.log.writer()
            _ = try writer.append([LogFixture.batch(1)], checkpoint: [])
            try writer.close()
            return try fixture.copy("old")
        }()
        let older = try readBytes(old.path)
        _ = try fixture.log.writer().append([LogFixture.batch(2)], checkpoint: [])
        let copy = try fixture.copy("copy")
        for bytes in [[], older] {
            for suffix in ["-wal", "-shm"] where FileManager.default.fileExists(atPath: copy.path + suffix) {
                try FileManager.default.removeItem(atPath: copy.path + suffix)
            }
            try writeBytes(bytes, copy.path)
            let code = logError { _ = try copy.writer() }?.code
            #expect(code == (bytes.isEmpty ? .foreign : .corrupt))
        }
        try FileManager.default.removeItem(atPath: copy.path)
        #expect(logError { _ = try copy.writer() }?.code == .corrupt)
    }
}
