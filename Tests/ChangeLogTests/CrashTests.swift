import ChangeLog
import Foundation
import Model
import TestKit
import Testing

/// A process of its own that appends, is killed or runs into a failing disk, and is compared with what it had
/// acknowledged.
@Suite(.serialized) struct CrashTests {
    private final class Appender {
        let process = Process()
        private let pipe = Pipe()
        private var rest: [UInt8] = []

        init(_ arguments: [String]) throws {
            let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
            process.executableURL = URL(filePath: own).deletingLastPathComponent().appending(
                path: "log-appender")
            process.arguments = arguments
            process.standardOutput = pipe
            try process.run()
        }

        /// The next line of its output; nil at the end.
        func line() -> String? {
            while true {
                if let end = rest.firstIndex(of: 0x0A) {
                    let line = String(decoding: rest[..<end], as: UTF8.self)
                    rest.removeFirst(end + 1)
                    return line
                }
                let more = pipe.fileHandleForReading.availableData
                if more.isEmpty { return nil }
                rest += more
            }
        }

        func kill() {
            Foundation.kill(process.processIdentifier, SIGKILL)
        }
    }

    private func number(_ line: String) -> UInt64? { line.split(separator: " ").last.flatMap { UInt64($0) } }

    private func expectAll(
        _ log: EmbeddedLog, through acked: UInt64, seed: UInt64, bytes: Int, _ round: String
    ) throws {
        let writer = try log.writer()
        #expect(writer.end.value >= acked, "\(round)")
        // One append may have become durable without its acknowledgement.
        #expect(writer.end.value <= acked + 1, "\(round)")
        let batches = try LogFixture.batches(log)
        #expect(batches.count == Int(writer.end.value), "\(round)")
        for (index, batch) in batches.enumerated() {
            var generator = SplitMix64(seed: seed &+ UInt64(index + 1))
            let expected = RandomBatch.make(using: &generator, bytes: bytes, position: UInt64(index + 1))
            #expect(batch == expected, "\(round), record \(index + 1)")
        }
        #expect(
            try writer.checkpoint() == (writer.end == .start ? nil : Array("\(writer.end)".utf8)), "\(round)")
        try writer.close()
    }

    @Test func everyAcknowledgedRecordIsThereAfterAKillAtAnyMoment() throws {
        var generator = SplitMix64.unseen()
        let seed = generator.seed
        let fixture = try LogFixture(isInMemory: false)
        var acked: UInt64 = 0
        for round in 1...30 {
            let appender = try Appender([fixture.log.path, "\(seed)", "30000", "1000000"])
            let opened = try #require(appender.line())
            acked = max(acked, number(opened) ?? 0)
            // Killed after so many acknowledgements, at whatever it is doing then; or while it opens.
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                guard let line = appender.line(), line.hasPrefix("acked") else { break }
                acked = number(line) ?? acked
            }
            appender.kill()
            while let line = appender.line() {
                if line.hasPrefix("acked") { acked = number(line) ?? acked }
            }
            appender.process.waitUntilExit()
            try expectAll(
                fixture.log, through: acked, seed: seed, bytes: 30_000, "round \(round), seed \(seed)")
        }
        #expect(acked > 0)
    }

    @Test func aDiskThatRefusesWritesStopsTheWriterAndLosesNothing() throws {
        let fixture = try LogFixture(isInMemory: false)
        for limit in [300_000, 1_000_000, 3_000_000, 5_000_000] {
            let appender = try Appender([fixture.log.path, "7", "100000", "1000000", "\(limit)"])
            var acked: UInt64 = 0
            var refusals: [String] = []
            while let line = appender.line() {
                if line.hasPrefix("acked") || line.hasPrefix("open") { acked = number(line) ?? acked }
                if line.hasPrefix("acked") { #expect(refusals.isEmpty, "acknowledged after a refusal") }
                if line.hasPrefix("refused") { refusals.append(line) }
            }
            appender.process.waitUntilExit()
            #expect(appender.process.terminationStatus == 3)
            #expect(refusals.count == 3)
            try expectAll(fixture.log, through: acked, seed: 7, bytes: 100_000, "limit \(limit)")
        }
    }

    @Test func aReaderBesideAWriterInAnotherProcessSeesEveryRecord() throws {
        let fixture = try LogFixture(isInMemory: false)
        try fixture.log.writer().close()
        let appender = try Appender([fixture.log.path, "5", "2000", "40"])
        let reader = try fixture.log.observer()
        var last = LogOffset.start
        while last < LogOffset(40) {
            try #require(try reader.waitForRecords(after: last, atMost: .seconds(60)) == .records)
            for record in try reader.records(after: last, byteLimit: 10_000) {
                #expect(record.offset == last.next)
                last = record.offset
            }
        }
        while appender.line() != nil {}
        appender.process.waitUntilExit()
        #expect(appender.process.terminationStatus == 0)
    }
}
