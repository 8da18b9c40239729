import ChangeLog
import Foundation
import Model
import TestKit
import Testing

@Suite struct ReadersTests {
    @Test func aReaderGoesOnAtItsFloorAfterAReopen() throws {
        let fixture = try LogFixture()
        try {
            let writer = try fixture.log.writer()
            let reader = try fixture.log.reader(named: "apply")
            _ = try writer.append((1...5).map { LogFixture.batch($0) }, checkpoint: [])
            try reader.advance(to: LogOffset(4))
            #expect(try fixture.log.observer().summary().readers.first?.floor == .start)
            _ = try writer.append([], checkpoint: [])
            #expect(try fixture.log.observer().summary().readers.first?.floor == LogOffset(4))
            try reader.advance(to: LogOffset(5))
            try writer.close()
        }()
        let again = try EmbeddedLog(path: fixture.log.path)
        #expect(try again.observer().summary().readers.map(\.floor) == [LogOffset(5)])
    }

    @Test func aReaderWithoutAWriterStoresItsFloorItself() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        _ = try writer.append([LogFixture.batch(1)], checkpoint: [])
        let elsewhere = try EmbeddedLog(path: fixture.log.path)
        let reader = try elsewhere.reader(named: "mirror")
        try reader.advance(to: LogOffset(1))
        #expect(try fixture.log.observer().summary().readers.map(\.floor) == [LogOffset(1)])
        try fixture.log.unregister("mirror")
        #expect(logError { try reader.advance(to: LogOffset(2)) }?.code == .unregistered)
        #expect(try writer.append([LogFixture.batch(2)], checkpoint: []) == LogOffset(2))
    }

    @Test func registeringForRemovedRecordsIsRefused() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let reader = try fixture.log.reader(named: "apply")
        _ = try writer.append((1...5).map { LogFixture.batch($0) }, checkpoint: [])
        try reader.advance(to: LogOffset(5))
        fixture.clock.advance(by: .seconds(1))
        #expect(try writer.trim(RetentionPolicy(age: .zero)).records == 5)
        let late = logError { _ = try fixture.log.reader(named: "late", from: LogOffset(2)) }
        #expect(late?.code == .trimmed)
        #expect(late?.recovery == .resnapshot)
        #expect(try fixture.log.reader(named: "late").base() == LogOffset(5))
        #expect(try fixture.log.observer().records(after: LogOffset(5), byteLimit: 1).isEmpty)
    }

    @Test func anObserverHoldsNothingBackAndMayNotAdvance() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        _ = try writer.append([LogFixture.batch(1)], checkpoint: [])
        let observer = try fixture.log.observer()
        #expect(logError { try observer.advance(to: LogOffset(1)) }?.code == .unregistered)
        #expect(try observer.summary().readers.isEmpty)
    }

    @Test func theSummaryTellsWhatTheLogHolds() throws {
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let batches = (1...3).map { LogFixture.batch($0) }
        for batch in batches {
            _ = try writer.append([batch], checkpoint: [])
            fixture.clock.advance(by: .seconds(1))
        }
        let summary = try fixture.log.observer().summary()
        #expect(summary.identity == writer.identity)
        #expect(summary.end == LogOffset(3))
        #expect(try summary.bytes == batches.reduce(0) { try $0 + $1.frame().count })
        #expect(summary.newestAt == (summary.oldestAt ?? 0) + 2_000_000)
    }

    @Test func rawFramesAreWhatWasEncoded() throws {
        let fixture = try LogFixture()
        let batches = (1...3).map { LogFixture.batch($0) }
        _ = try fixture.log.writer().append(batches, checkpoint: [])
        let frames = try fixture.log.observer().frames(after: .start, byteLimit: 1 << 20)
        #expect(try frames.map(\.bytes) == batches.map { try $0.frame() })
        #expect(try frames.map { try ChangeBatch(frame: $0.bytes) } == batches)
    }

    @Test(arguments: 0..<4) func randomBatchesComeBackInOrderBesideAWritingThread(round: Int) throws {
        var generator = SplitMix64.unseen()
        let seed = generator.seed
        let fixture = try LogFixture()
        let writer = try fixture.log.writer()
        let reader = try fixture.log.reader(named: "apply")
        var kept: [ChangeBatch] = []
        var read: [ChangeBatch] = []
        var last = LogOffset.start
        for step in 0..<60 {
            let more = (0..<Int.random(in: 0...3, using: &generator)).map { _ in
                RandomBatch.make(using: &generator, bytes: 1 << Int.random(in: 2...17, using: &generator))
            }
            kept += more
            _ = try writer.append(more, checkpoint: [UInt8(step)])
            guard generator.chance(0.6) else { continue }
            for record in try reader.records(
                after: last, byteLimit: 1 << Int.random(in: 0...20, using: &generator))
            {
                #expect(record.offset == last.next, "seed \(seed)")
                last = record.offset
                read.append(record.batch)
            }
            try reader.advance(to: last)
            if generator.chance(0.2) {
                fixture.clock.advance(by: .seconds(1))
                try writer.trim(RetentionPolicy(age: .zero))
            }
        }
        while let record = try reader.records(after: last, byteLimit: 1).first {
            last = record.offset
            read.append(record.batch)
        }
        #expect(read == kept, "seed \(seed)")
    }
}
