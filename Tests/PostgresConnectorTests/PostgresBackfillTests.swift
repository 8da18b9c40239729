import Capture
import Foundation
import Model
import PostgreSQL
import Synchronization
import TestKit
import Testing

@testable import PostgresConnector

/// History read chunk by chunk while others write, and the stream: both together are the table.
@Suite struct PostgresBackfillTests {
    private static let rows = 400

    /// How many transactions writers may still commit: a reader that is slower than they are must not fall
    /// behind them for ever.
    private final class Leave: Sendable {
        private let left = Mutex(0)

        func give(_ count: Int) { left.withLock { $0 = count } }

        /// Waits for leave; false when nobody gives any more.
        func take(while isGiven: () -> Bool) throws -> Bool {
            var isTaken = false
            try waitUntil("leave to write", within: .seconds(60)) {
                isTaken = left.withLock { count in
                    if count == 0 { return false }
                    count -= 1
                    return true
                }
                return isTaken || !isGiven()
            }
            return isTaken && isGiven()
        }
    }

    /// A writer with a connection of its own: transactions with savepoints, some of which are durable later.
    private static func write(_ address: String, _ number: Int, while mayWrite: () throws -> Bool) throws {
        let app = try PostgresConnection(try PostgresAddress(address), application: "writer \(number)")
        if number % 2 == 1 { try app.execute("SET synchronous_commit = off") }
        var generator = SplitMix64(seed: UInt64(number))
        while try mayWrite() {
            try app.execute("BEGIN")
            for step in 0..<Int.random(in: 1...4, using: &generator) {
                let id = Int.random(in: 0..<rows, using: &generator) * 4 + number
                if step % 2 == 1 { try app.execute("SAVEPOINT s") }
                switch Int.random(in: 0..<10, using: &generator) {
                case 0: try app.execute("DELETE FROM t WHERE id = \(id)")
                case 1:
                    try app.execute(
                        "UPDATE t SET id = -id WHERE id = \(id) AND NOT EXISTS (SELECT FROM t WHERE id = -\(id))"
                    )
                default:
                    try app.execute(
                        "INSERT INTO t VALUES (\(id), \(generator.next() >> 1)) "
                            + "ON CONFLICT (id) DO UPDATE SET v = excluded.v")
                }
            }
            try app.execute(generator.chance(0.9) ? "COMMIT" : "ROLLBACK")
        }
    }

    @Test func chunksAndStreamTogetherAreTheTable() throws {
        let captured = try CapturedDatabase("CREATE TABLE t (id int PRIMARY KEY, v int8 NOT NULL)", ["t"])
        try captured.app.execute("INSERT INTO t SELECT n, 0 FROM generate_series(0, \(4 * Self.rows)) n")
        let isRunning = Atomic(true)
        let leave = Leave()
        let failures = Mutex<[String]>([])
        let ended = Atomic(0)
        let address = captured.database.address
        for number in 0..<4 {
            Thread.detachNewThread {
                do {
                    try Self.write(address, number) {
                        try leave.take { isRunning.load(ordering: .relaxed) }
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
                ended.add(1, ordering: .relaxed)
            }
        }
        defer { isRunning.store(false, ordering: .relaxed) }
        let source = try captured.source()
        _ = try source.open(after: nil)
        let reader = try captured.reader()
        var tuning = BackfillTuning()
        tuning.rowsFirst = 60
        tuning.rowsMax = 60
        var machine = BackfillMachine(context: "c", tables: ["t"], tuning: tuning)
        var rows: [Key: [UInt8]] = [:]
        var dropped = 0
        try waitUntil("history is read", within: .seconds(60)) {
            leave.give(2_000)
            let request = machine.request(at: source.resumePoint.position)
            let chunk = try request.map { request in
                // What is committed while the chunk is read is seen after it.
                (request, try reader.chunk(of: "t", after: request.after, limit: request.limit))
            }
            // Only up to here: on a busy machine the writers stay ahead of whoever reads them.
            let end = try source.currentPosition()
            while source.resumePoint.position < end, let batch = try source.next(byteLimit: 10_000) {
                machine.observe(batch)
                Self.apply(batch, to: &rows)
                while let placed = machine.place(at: source.resumePoint.position) {
                    dropped += placed.chunk?.rowsDropped ?? 0
                    Self.apply(placed, to: &rows)
                }
            }
            if let (request, chunk) = chunk {
                machine.received(chunk, for: request.id, took: .milliseconds(1))
            }
            while let placed = machine.place(at: source.resumePoint.position) {
                dropped += placed.chunk?.rowsDropped ?? 0
                Self.apply(placed, to: &rows)
            }
            return machine.isFinished
        }
        isRunning.store(false, ordering: .relaxed)
        try waitUntil("the writers have ended") { ended.load(ordering: .relaxed) == 4 }
        #expect(failures.withLock { $0 } == [])
        let patient = PatientSource(source)
        while let batch = try patient.next(byteLimit: 10_000) { Self.apply(batch, to: &rows) }
        var wanted: [Key: [UInt8]] = [:]
        Self.apply(
            try reader.chunk(of: "t", after: nil, limit: .init(rows: 100_000, bytes: 1 << 30)).batch,
            to: &wanted)
        #expect(rows == wanted)
        #expect(machine.checkpoint.tables[0].chunks > 10 && dropped > 0)
    }

    private static func apply(_ batch: ChangeBatch, to rows: inout [Key: [UInt8]]) {
        func read(_ image: UInt32?, _ table: TableSchema) -> (Key, [UInt8])? {
            guard let image else { return nil }
            var offsets = RowOffsets()
            return unsafe batch.bytes.withUnsafeBytes { arena in
                // The source wrote the image just now.
                guard unsafe offsets.scan(arena, at: Int(image), columns: table.columns.count) else {
                    return nil
                }
                return unsafe (
                    Key(arena, offsets: offsets, columns: table.key), Array(arena[Int(image)..<offsets.end])
                )
            }
        }
        for change in batch.changes {
            let table = batch.tables[Int(change.table)]
            if let (key, _) = read(change.before, table) { rows[key] = nil }
            if let (key, image) = read(change.after, table) { rows[key] = image }
        }
    }
}
