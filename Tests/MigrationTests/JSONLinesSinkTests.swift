import Apply
import Foundation
import Model
import TestKit
import Testing

@testable import Migration

@Suite struct JSONLinesSinkTests {
    private func event(_ number: Int) -> OutboxEvent {
        OutboxEvent(
            sequence: Int64(number), id: "id-\(number)", aggregateType: "t", aggregateID: "\(number)",
            type: "Happened",
            payload: "{\"text\":\"zwei\\nZeilen \(number)\"}", timestamp: nil, position: Position(1),
            isHistorical: false)
    }

    private func ids(_ path: String) throws -> [String] {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.isEmpty || text.hasSuffix("\n"))
        return try text.split(separator: "\n").map { line in
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            return object?["id"] as? String ?? "?"
        }
    }

    @Test func everyCutOfTheLastDeliveryIsRepairedByDeliveringAgain() throws {
        let folder = try TemporaryFolder("sink", isInMemory: true)
        let whole = folder.file("whole.jsonl")
        try JSONLinesSink(path: whole).deliver([event(1), event(2)])
        let bytes = try Data(contentsOf: URL(filePath: whole))
        for length in 0...bytes.count {
            let path = folder.file("cut-\(length).jsonl")
            try bytes.prefix(length).write(to: URL(filePath: path))
            let sink = try JSONLinesSink(path: path)
            try sink.deliver([event(1), event(2)])
            try sink.deliver([event(3)])
            #expect(try ids(path) == ["id-1", "id-2", "id-3"], "cut at \(length)")
        }
    }

    @Test func aTornLineLongerThanOneBlockIsCutOff() throws {
        let folder = try TemporaryFolder("sink", isInMemory: true)
        let path = folder.file("events.jsonl")
        try JSONLinesSink(path: path).deliver([event(1)])
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(("{\"id\":\"id-2\"" + String(repeating: "x", count: 20_000)).utf8))
        try handle.close()
        try JSONLinesSink(path: path).deliver([event(2)])
        #expect(try ids(path) == ["id-1", "id-2"])
    }

    @Test func twoSinksShareAFile() throws {
        let folder = try TemporaryFolder("sink", isInMemory: true)
        let path = folder.file("events.jsonl")
        let one = try JSONLinesSink(path: path)
        let other = try JSONLinesSink(path: path)
        try one.deliver([event(1)])
        try other.deliver([event(2)])
        try one.deliver([event(3)])
        #expect(try ids(path) == ["id-1", "id-2", "id-3"])
    }

    @Test func whatAnotherEngineHasDeliveredMeanwhileIsNotRepeated() throws {
        let folder = try TemporaryFolder("sink", isInMemory: true)
        let path = folder.file("events.jsonl")
        let paused = try JSONLinesSink(path: path)
        try paused.deliver([event(1)])
        let other = try JSONLinesSink(path: path)
        try other.deliver([event(1), event(2)])
        try other.deliver([event(3), event(4)])
        // It goes on where it stood, and does not know what happened meanwhile.
        try paused.deliver([event(2)])
        try paused.deliver([event(3), event(4), event(5)])
        try other.deliver([event(5), event(6)])
        #expect(try ids(path) == ["id-1", "id-2", "id-3", "id-4", "id-5", "id-6"])
    }

    @Test func halfALineOfSomebodyElseIsCutOffBeforeTheNextDelivery() throws {
        let folder = try TemporaryFolder("sink", isInMemory: true)
        let path = folder.file("events.jsonl")
        let sink = try JSONLinesSink(path: path)
        try sink.deliver([event(1)])
        // Another context's sink dies in the middle of a line while this one runs.
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data("{\"id\":\"ha".utf8))
        try handle.close()
        try sink.deliver([event(2)])
        #expect(try ids(path) == ["id-1", "id-2"])
    }

    @Test func whatIsFoundAgainIsSyncedBeforeItIsReceipted() throws {
        final class Disk {
            var works = false
            var syncs = 0
        }
        let folder = try TemporaryFolder("sink", isInMemory: true)
        let path = folder.file("events.jsonl")
        let disk = Disk()
        disk.works = true
        let sink = try JSONLinesSink(path: path) { descriptor in
            guard disk.works else { return -1 }
            disk.syncs += 1
            return fsync(descriptor)
        }
        #expect(disk.syncs == 1, "the name of a file that may be new is not synced")
        disk.works = false
        #expect(throws: MigrationError.self) { try sink.deliver([event(1)]) }
        // The line can be read, and nobody knows whether it is on the disk.
        #expect(throws: MigrationError.self) { try sink.deliver([event(1)]) }
        disk.works = true
        try sink.deliver([event(1)])
        #expect(disk.syncs == 2)
        #expect(try ids(path) == ["id-1"])
        // Another process may have been killed between the write and its sync.
        disk.syncs = 0
        let next = try JSONLinesSink(path: path) { descriptor in
            disk.syncs += 1
            return fsync(descriptor)
        }
        try next.deliver([event(1), event(2)])
        #expect(disk.syncs == 3)
        #expect(try ids(path) == ["id-1", "id-2"])
    }
}
