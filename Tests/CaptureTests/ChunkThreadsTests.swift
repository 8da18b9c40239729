import Foundation
import Model
import Synchronization
import TestKit
import Testing

@testable import Capture

/// The threads that read chunks.
@Suite struct ChunkThreadsTests {
    /// A reader that answers with nothing but what it was asked for; some of them break.
    private final class Reader: BoundedRangeReader {
        private let isBroken: Bool

        init(isBroken: Bool) { self.isBroken = isBroken }

        func estimatedRows(of table: String) throws -> Int { 5 }

        func boundary(of table: String, after key: Key?, rows: Int) throws -> Key? { Key(bytes: [1]) }

        func chunk(of table: String, after key: Key?, limit: ChunkLimit) throws -> RangeChunk {
            RangeChunk(batch: ChangeBatch(tables: []), frontier: .start, lastKey: nil, isLast: true)
        }

        func chunk(of table: String, after key: Key?, through end: Key, limit: ChunkLimit) throws
            -> RangeChunk
        {
            if isBroken { throw CaptureError(.unavailable, "the connection broke", hint: "none") }
            return RangeChunk(batch: ChangeBatch(tables: []), frontier: .start, lastKey: end, isLast: true)
        }
    }

    private func request(_ id: UInt64) -> BackfillMachine.Request {
        BackfillMachine.Request(
            id: id, table: "t", isBoundWanted: true, limit: ChunkLimit(rows: 1, bytes: 1), low: .start)
    }

    /// Asks for some chunks and waits for them; in words, in no order that means anything.
    private func answers(_ open: @escaping @Sendable (_ count: Int) throws -> any RangeReader) throws
        -> [String: Int]
    {
        let opened = Mutex(0)
        let threads = ChunkThreads.start(3, control: CaptureControl(), counting: ["t"]) {
            try open(
                opened.withLock { count in
                    count += 1; return count
                })
        }
        defer { threads.stop() }
        var found: [String: Int] = [:]
        func take() {
            for answer in threads.take() {
                switch answer {
                case .bound(let end, _): found["bound \(end.map { $0.bytes } ?? [])", default: 0] += 1
                case .chunk(_, let id, _): found["chunk \(id)", default: 0] += 1
                case .estimate(let rows, _): found["estimate \(rows)", default: 0] += 1
                case .unreadable(let unknown, _): found["unreadable \(unknown.table)", default: 0] += 1
                case .fewer: found["fewer", default: 0] += 1
                case .failed: found["failed", default: 0] += 1
                }
            }
        }
        try waitUntil("the first reader") {
            take()
            return found["estimate 5"] != nil || found["failed"] != nil
        }
        for id in 1...30 { threads.ask(request(UInt64(id))) }
        try waitUntil("all chunks") {
            take()
            return found["failed"] != nil || (1...30).allSatisfy { found["chunk \($0)"] != nil }
        }
        return found
    }

    @Test func eachRequestIsAnsweredOnce() throws {
        let found = try answers { _ in Reader(isBroken: false) }
        #expect(found["bound [1]"] == 30)
        #expect((1...30).allSatisfy { found["chunk \($0)"] == 1 })
    }

    /// A server that has no room for more connections, or breaks them, slows history down and stops nothing.
    @Test(arguments: [true, false]) func whatAReaderCannotReadAnotherOneReads(_ opens: Bool) throws {
        let found = try answers { count in
            if count > 1, !opens { throw CaptureError(.unavailable, "too many connections", hint: "none") }
            return Reader(isBroken: count > 1)
        }
        #expect(found["failed"] == nil)
        #expect((1...30).allSatisfy { found["chunk \($0)"] == 1 })
        // Where the bound was told it stays as it is.
        #expect(found["bound [1]"] == 30)
    }

    @Test func theFirstReadersFailureIsEverybodys() throws {
        let found = try answers { count in Reader(isBroken: true) }
        #expect(found["failed"] == 1)
    }
}
