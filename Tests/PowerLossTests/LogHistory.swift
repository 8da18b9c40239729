import Model
import PowerLoss
import SQLite
import TestKit

@testable import ChangeLog

/// One history of a log on a disk with faults: lives of a writer, each ended by whatever comes, and after
/// each the log compared with what was acknowledged.
struct LogHistory {
    /// What is wrong on purpose, so that the checks can be checked.
    enum Flaw {
        /// Commits are not synced.
        case syncsNothing
        /// Names of files are not synced.
        case syncsNoNames
        /// Syncs say that they were done, and were not.
        case diskLies
    }

    private struct Attempt {
        var frames: [[UInt8]]
        var checkpoint: [UInt8]
    }

    private let flaw: Flaw?
    private let disk: FaultDisk
    private let clock = ManualClock()
    private var random: SplitMix64
    /// Every frame that was acknowledged or seen in an open log, from record 1.
    private var frames: [[UInt8]] = []
    private var checkpoint: [UInt8]?
    /// The append that did not return.
    private var attempt: Attempt?
    /// The log that was opened first.
    private var identity: LogIdentity?
    /// How far the reader has ever declared to need nothing.
    private var declared = LogOffset.start
    private var isRegistered = false
    /// The least that trims have removed.
    private var trimmed = LogOffset.start

    init(seed: UInt64, flaw: Flaw? = nil) throws {
        self.flaw = flaw
        random = SplitMix64(seed: seed)
        disk = try FaultDisk("power-log", seed: random.next())
        disk.refuseFolderSyncs(random.chance(0.5))
        if flaw == .diskLies { disk.ignoreSyncs(true) }
    }

    /// Lives it through.
    mutating func run() throws {
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            order()
            try live()
            if disk.isCut {
                try disk.restart(after: random.chance(0.6) ? .power : .process)
            } else {
                disk.cut(atChange: 0)
                disk.failSync(number: 0)
                disk.limitRoom(nil)
            }
        }
        try end()
    }

    /// Orders the faults of one life.
    private mutating func order() {
        let longest = [6, 25, 90, 400][Int.random(in: 0..<4, using: &random)]
        if random.chance(0.7) { disk.cut(atChange: Int.random(in: 1...longest, using: &random)) }
        if random.chance(0.25) { disk.failSync(number: Int.random(in: 1...16, using: &random)) }
        if random.chance(0.2) { disk.limitRoom(Int.random(in: 0...600_000, using: &random)) }
    }

    private func log() throws -> EmbeddedLog {
        let files = disk.logFiles
        let calls =
            flaw == .syncsNoNames
            ? LogFileCalls(rename: files.rename, syncFolder: { _ in 0 }, writeStart: files.writeStart) : files
        return try EmbeddedLog(
            path: disk.file("log"), options: EmbeddedLog.Options(), clock: clock.wallClock, files: calls)
    }

    // MARK: a life

    private mutating func live() throws {
        let (failed, refused) = (disk.failedSyncs, disk.refusals)
        do {
            try use()
        } catch let error as LogError {
            if disk.isCut { return }
            switch error.code {
            case .failed where disk.failedSyncs > failed: return
            case .full where disk.refusals > refused: return
            default: throw ExamFailure("with \(disk.failedSyncs - failed) failed syncs: \(error)")
            }
        }
    }

    private mutating func use() throws {
        let log = try log()
        if isRegistered, random.chance(0.3) { try readFirst(log) }
        let writer = try log.writer()
        // What is open stays open until the cut, as it does in a process that ends.
        defer { withExtendedLifetime(writer) {} }
        try compare(log, writer)
        if flaw == .syncsNothing { try writer.connection.execute("PRAGMA synchronous = OFF") }
        let reader = try log.reader(named: "apply")
        defer { withExtendedLifetime(reader) {} }
        isRegistered = true
        for _ in 0..<Int.random(in: 2...14, using: &random) { try step(writer, reader) }
        if random.chance(0.3) { try writer.close() }
        if random.chance(0.6) { disk.cut() }
    }

    /// A reader that is there before the writer may apply what it sees, so that must stay.
    private mutating func readFirst(_ log: EmbeddedLog) throws {
        let end = try log.reader(named: "apply").end()
        guard let attempt, !attempt.frames.isEmpty, end.value == UInt64(frames.count + attempt.frames.count)
        else { return }
        frames += attempt.frames
        checkpoint = attempt.checkpoint
        self.attempt = nil
    }

    private mutating func step(_ writer: EmbeddedLogWriter, _ reader: EmbeddedLogReader) throws {
        switch Int.random(in: 0..<10, using: &random) {
        case 0:
            let offset = LogOffset(UInt64.random(in: declared.value...writer.end.value, using: &random))
            declared = max(declared, offset)
            try reader.advance(to: offset)
        case 1:
            let bytes = random.chance(0.5) ? Int.random(in: 0...200_000, using: &random) : nil
            let removed = try writer.trim(
                RetentionPolicy(age: .seconds(bytes == nil ? 3 : 9_999), bytes: bytes))
            trimmed = LogOffset(trimmed.value + UInt64(removed.records))
        case 2:
            let from = max(trimmed, LogOffset(UInt64(frames.count) / 2))
            for frame in try reader.frames(after: from, byteLimit: 50_000) { try compare(frame) }
        default:
            try append(writer)
        }
    }

    private mutating func append(_ writer: EmbeddedLogWriter) throws {
        clock.advance(by: .seconds(1))
        let wanted = Attempt(
            frames: (0..<Int.random(in: random.chance(0.1) ? 0...0 : 1...3, using: &random)).map { _ in
                frame()
            },
            checkpoint: random.bytes(Int.random(in: 0...40, using: &random)))
        attempt = wanted
        do {
            let end = try writer.append(frames: wanted.frames, checkpoint: wanted.checkpoint)
            frames += wanted.frames
            checkpoint = wanted.checkpoint
            attempt = nil
            guard end.value == UInt64(frames.count) else {
                throw ExamFailure("an append returned \(end), not \(frames.count)")
            }
        } catch let error as LogError {
            do {
                _ = try writer.append(frames: [[1]], checkpoint: [])
            } catch is LogError {
                // The process may end without closing anything.
                if random.chance(0.5) { disk.cut() }
                throw error
            }
            throw ExamFailure("the writer took a record after \(error)")
        }
    }

    /// Bytes that tell records apart, mostly few, and now and then more than the write-ahead file keeps.
    private mutating func frame() -> [UInt8] {
        let size =
            switch Int.random(in: 0..<40, using: &random) {
            case 0: 1_400_000
            case 1...3: Int.random(in: 20_000...150_000, using: &random)
            default: Int.random(in: 0...3_000, using: &random)
            }
        return random.bytes(16) + [UInt8](repeating: UInt8(truncatingIfNeeded: random.next()), count: size)
    }

    // MARK: what must hold

    /// The disk works again: the log opens, holds what it must, and takes more.
    private mutating func end() throws {
        do {
            let log = try log()
            let writer = try log.writer()
            try compare(log, writer)
            try append(writer)
            try writer.close()
            try compare(log, log.writer())
            let check = try SQLiteConnection(path: log.path, access: .readOnly).string(
                "PRAGMA integrity_check")
            guard check == "ok" else {
                throw ExamFailure("the file is damaged: \(check ?? "no answer")")
            }
        } catch let error as LogError {
            throw ExamFailure("on a sound disk: \(error)")
        }
    }

    /// Compares an open log with what was acknowledged; what it holds beyond that counts as acknowledged from
    /// now on, because readers see it.
    private mutating func compare(_ log: EmbeddedLog, _ writer: EmbeddedLogWriter) throws {
        try settleAttempt(writer)
        guard try writer.checkpoint() == checkpoint else {
            throw ExamFailure("the checkpoint is not that of record \(writer.end)")
        }
        guard identity == nil || writer.identity == identity else {
            throw ExamFailure("the log is another one")
        }
        identity = writer.identity
        let reader = try log.observer()
        var last = try reader.base()
        guard trimmed <= last, last <= declared else {
            throw ExamFailure("records up to \(last) are gone; \(trimmed)...\(declared) may be")
        }
        trimmed = last
        try compareFloors(try reader.summary().readers)
        while last < writer.end {
            for frame in try reader.frames(after: last, byteLimit: 1 << 20) {
                guard frame.offset == last.next else {
                    throw ExamFailure("record \(frame.offset) follows \(last)")
                }
                try compare(frame)
                last = frame.offset
            }
        }
    }

    private mutating func settleAttempt(_ writer: EmbeddedLogWriter) throws {
        let end = Int(writer.end.value)
        if let attempt, end == frames.count + attempt.frames.count {
            let found = try writer.checkpoint()
            // An attempt without records shows in the checkpoint alone.
            if !attempt.frames.isEmpty || found == attempt.checkpoint { checkpoint = attempt.checkpoint }
            frames += attempt.frames
        }
        guard end == frames.count else {
            throw ExamFailure(
                "the log ends at \(end); \(frames.count) records were acknowledged, "
                    + "\(attempt?.frames.count ?? 0) more attempted")
        }
        attempt = nil
    }

    private func compare(_ frame: LogFrame) throws {
        guard frames.indices.contains(Int(frame.offset.value) - 1),
            frames[Int(frame.offset.value) - 1] == frame.bytes
        else { throw ExamFailure("record \(frame.offset) is not what was appended") }
    }

    private func compareFloors(_ readers: [LogReaderFloor]) throws {
        guard isRegistered else { return }
        guard readers.map(\.name) == ["apply"], readers[0].floor <= declared, trimmed <= readers[0].floor
        else {
            throw ExamFailure("the reader's floor is not between \(trimmed) and \(declared)")
        }
    }
}
