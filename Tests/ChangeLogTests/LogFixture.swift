import ChangeLog
import Foundation
import Model
import TestKit

/// A log in a temporary folder with some records in it, for tests that look at its files.
struct LogFixture {
    let folder: TemporaryFolder
    let log: EmbeddedLog
    let clock = ManualClock()

    init(options: EmbeddedLog.Options = .init(), isInMemory: Bool = true) throws {
        folder = try TemporaryFolder("log", isInMemory: isInMemory)
        log = try EmbeddedLog(path: folder.file("log"), options: options, clock: clock.wallClock)
    }

    /// The log's files as a killed process leaves them, under another name.
    func copy(_ name: String, witness: Bool = true) throws -> EmbeddedLog {
        let path = folder.file(name)
        for suffix in ["", "-wal", "-shm", ".end", ".lock"]
        where FileManager.default.fileExists(atPath: path + suffix) {
            try FileManager.default.removeItem(atPath: path + suffix)
        }
        for suffix in ["", "-wal"] + (witness ? [".end"] : [])
        where FileManager.default.fileExists(atPath: log.path + suffix) {
            try FileManager.default.copyItem(atPath: log.path + suffix, toPath: path + suffix)
        }
        return try EmbeddedLog(path: path, options: log.options, clock: clock.wallClock)
    }

    /// Every record's batch.
    static func batches(_ log: EmbeddedLog) throws -> [ChangeBatch] {
        let reader = try log.observer()
        var batches: [ChangeBatch] = []
        var last = try reader.base()
        while let record = try reader.records(after: last, byteLimit: 1).first {
            batches.append(record.batch)
            last = record.offset
        }
        return batches
    }

    /// A batch that follows from its number.
    static func batch(_ number: UInt64, bytes: Int = 500) -> ChangeBatch {
        var generator = SplitMix64(seed: number)
        return RandomBatch.make(using: &generator, bytes: bytes, position: number)
    }
}

/// The bytes of a file.
func readBytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

/// Replaces a file's bytes.
func writeBytes(_ bytes: [UInt8], _ path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

/// The size of a file; 0 when there is none.
func fileSize(_ path: String) -> Int {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else { return 0 }
    return attributes[.size] as? Int ?? 0
}

/// The code of the log's error that `body` throws; nil when it throws none.
func logError(_ body: () throws -> Void) -> LogError? {
    do {
        try body()
        return nil
    } catch {
        return error as? LogError
    }
}
