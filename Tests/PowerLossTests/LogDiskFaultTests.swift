import ChangeLog
import PowerLoss
import TestKit
import Testing

/// What a failed sync, a killed process and a full disk do to the log, step by step.
@Suite struct LogDiskFaultTests {
    private func log(_ disk: FaultDisk) throws -> EmbeddedLog {
        try EmbeddedLog(
            path: disk.file("log"), options: EmbeddedLog.Options(), clock: .system, files: disk.logFiles)
    }

    /// Three records that are durable, and one of several pages whose sync failed, left by a killed process;
    /// a reader is registered.
    private func killAfterFailedSync(_ disk: FaultDisk) throws {
        let log = try log(disk)
        let writer = try log.writer()
        let reader = try log.reader(named: "apply")
        for number in 1...3 { _ = try writer.append(frames: [[UInt8(number)]], checkpoint: []) }
        disk.failSync(number: 1)
        let error = #expect(throws: LogError.self) {
            try writer.append(frames: [[UInt8](repeating: 4, count: 100_000)], checkpoint: [])
        }
        #expect(error?.code == .failed)
        let refusal = #expect(throws: LogError.self) { try writer.append(frames: [[5]], checkpoint: []) }
        #expect(refusal?.code == .failed && refusal?.recovery == .halt)
        disk.cut()
        withExtendedLifetime((writer, reader)) {}
    }

    @Test(arguments: 1...30)
    func recordsAfterAFailedSyncDoNotStandOnWhatTheDiskDoesNotHave(seed: UInt64) throws {
        let disk = try FaultDisk("log-sync", seed: seed)
        try killAfterFailedSync(disk)
        try disk.restart(after: .process)
        var end = LogOffset.start
        do {
            let writer = try log(disk).writer()
            for _ in 0..<3 { end = try writer.append(frames: [[6]], checkpoint: []) }
            disk.cut()
            withExtendedLifetime(writer) {}
        }
        try disk.restart(after: .power)
        #expect(try log(disk).writer().end == end)
    }

    @Test(arguments: 1...30)
    func whatAReaderSeesBeforeTheWriterIsThereStays(seed: UInt64) throws {
        let disk = try FaultDisk("log-reader", seed: seed)
        try killAfterFailedSync(disk)
        try disk.restart(after: .process)
        var end = LogOffset.start
        do {
            let reader = try log(disk).reader(named: "apply")
            end = try reader.end()
            disk.cut()
            withExtendedLifetime(reader) {}
        }
        try disk.restart(after: .power)
        #expect(try log(disk).writer().end >= end)
    }

    @Test(arguments: 1...30)
    func theLastToCloseFoldsNothingThatTheDiskDoesNotHave(seed: UInt64) throws {
        let disk = try FaultDisk("log-fold", seed: seed)
        try killAfterFailedSync(disk)
        try disk.restart(after: .process)
        disk.cut(atChange: 12 + Int(seed % 20))
        do {
            let log = try log(disk)
            if seed.isMultiple(of: 2) { try log.unregister("apply") } else { _ = try log.observer() }
        } catch let error as LogError {
            #expect(disk.isCut, "\(error)")
        }
        disk.cut()
        try disk.restart(after: .power)
        let writer = try log(disk).writer()
        #expect(writer.end >= LogOffset(3))
        #expect(try log(disk).observer().verify().end == writer.end)
    }

    @Test func aFullDiskIsCalledFullWhereverItIsMetAndRoomBringsTheLogBack() throws {
        for room in stride(from: 0, through: 400_000, by: 7_000) {
            let disk = try FaultDisk("log-full", seed: UInt64(room))
            disk.limitRoom(room)
            var acknowledged = LogOffset.start
            let error = #expect(throws: LogError.self) {
                let writer = try log(disk).writer()
                while true {
                    acknowledged = try writer.append(
                        frames: [[UInt8](repeating: 1, count: 5_000)], checkpoint: [])
                }
            }
            #expect(
                error?.code == .full && error?.recovery == .retry, "\(room): \(String(describing: error))")
            disk.limitRoom(nil)
            let writer = try log(disk).writer()
            #expect(writer.end == acknowledged, "\(room)")
            #expect(try writer.append(frames: [[2]], checkpoint: []) == acknowledged.next, "\(room)")
        }
    }
}
