import ChangeLog
import Foundation
import Model
import SQLite
import TestKit
import Testing

@Suite struct SpaceTests {
    @Test func theWriteAheadFileStaysSmallHoweverMuchIsAppended() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let reader = try fixture.log.reader(named: "apply")
        let frame = try LogFixture.batch(1, bytes: 200_000).frame()
        var largest = 0
        for _ in 0..<150 {
            let end = try writer.append(frames: [frame], checkpoint: [])
            _ = try reader.frames(after: LogOffset(end.value - 1), byteLimit: 1)
            largest = max(largest, fileSize(fixture.log.path + "-wal"))
        }
        #expect(largest < 12 << 20)
    }

    @Test func removedRecordsMakeRoomForNewOnes() throws {
        var options = EmbeddedLog.Options()
        options.fileBytesMax = 8 << 20
        let fixture = try LogFixture(options: options)
        let writer = try fixture.log.writer()
        let reader = try fixture.log.reader(named: "apply")
        let frame = try LogFixture.batch(1, bytes: 200_000).frame()
        for _ in 0..<120 {
            try reader.advance(to: try writer.append(frames: [frame], checkpoint: []))
            fixture.clock.advance(by: .seconds(1))
            try writer.trim(RetentionPolicy(age: .seconds(5)))
        }
        #expect(writer.end == LogOffset(120))
        #expect(try fixture.log.observer().summary().fileBytes <= 8 << 20)
    }

    @Test func aLongBacklogIsGivenBackToTheDiskStepByStep() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let reader = try fixture.log.reader(named: "apply")
        let frame = try LogFixture.batch(1, bytes: 900_000).frame()
        while writer.end.value * UInt64(frame.count) < 100 << 20 {
            _ = try writer.append(frames: [frame], checkpoint: [])
        }
        try reader.advance(to: writer.end)
        fixture.clock.advance(by: .seconds(1))
        let policy = RetentionPolicy(age: .zero)
        var trim = try writer.trim(policy)
        #expect(!trim.isComplete)
        #expect(trim.bytes <= 16 << 20)
        while !trim.isComplete { trim = try writer.trim(policy) }
        for _ in 0..<8 { try writer.trim(policy) }
        #expect(try fixture.log.observer().summary().fileBytes < 70 << 20)
        #expect(try writer.append(frames: [frame], checkpoint: []) == reader.end())
    }

    @Test func aRecordBeyondTheLimitIsRefusedAndTheWriterGoesOn() throws {
        var options = EmbeddedLog.Options()
        options.recordBytesMax = 10_000
        let fixture = try LogFixture(options: options)
        let writer = try fixture.log.writer()
        let error = logError { _ = try writer.append([LogFixture.batch(1, bytes: 20_000)], checkpoint: []) }
        #expect(error?.code == .oversized)
        #expect(try writer.append([LogFixture.batch(1, bytes: 100)], checkpoint: []) == LogOffset(1))
    }

    @Test func limitsThatMakeNoSenseAreNamed() {
        var options = EmbeddedLog.Options()
        options.recordBytesMax = 1_000_000_000
        #expect(
            logError { _ = try EmbeddedLog(path: "x", options: options) }?.message.contains("recordBytesMax")
                == true)
        options = .init()
        options.fileBytesMax = 1
        #expect(
            logError { _ = try EmbeddedLog(path: "x", options: options) }?.message.contains("fileBytesMax")
                == true)
    }

    @Test func aClosedLogLeavesNoDescriptorsOpen() throws {
        let fixture = try LogFixture()
        func open() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/self/fd/" + name)
                return target?.hasPrefix(fixture.folder.path) == true
            }.count
        }
        for number in 1...20 {
            let writer = try fixture.log.writer()
            let reader = try fixture.log.reader(named: "apply")
            _ = try writer.append([LogFixture.batch(UInt64(number))], checkpoint: [])
            _ = try reader.records(after: .start, byteLimit: 1 << 20)
            try writer.close()
        }
        #expect(try open() == 0)
    }
}
