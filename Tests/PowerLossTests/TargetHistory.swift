import Apply
import ChangeLog
import Model
import PowerLoss
import SQLite
import TestKit

@testable import SQLiteConnector

/// One history of a service's store on a disk with faults: transactions of rows and ledger, each life ended
/// by whatever comes, and after each the store compared with a prefix of the transactions.
struct TargetHistory {
    private static let table = TableSchema(
        name: "item",
        columns: [
            ColumnSchema(name: "id", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ColumnSchema(name: "name", kind: .text, declaredType: "TEXT", isNullable: false),
        ], key: [0])
    private static let access = TableAccess(table: table, columns: [0, 1], key: [0])

    private let syncs: Bool
    private let disk: FaultDisk
    private var random: SplitMix64
    /// What the table holds after so many transactions, the last one perhaps without an answer.
    private var states: [[String: String]] = [[:]]
    private var acknowledged = 0
    private var epoch = Epoch(0)

    init(seed: UInt64, syncs: Bool = true) throws {
        self.syncs = syncs
        random = SplitMix64(seed: seed)
        disk = try FaultDisk("power-target", seed: random.next())
        let connection = try SQLiteConnection(path: disk.file("service.db"), access: .create)
        try connection.execute(
            """
            PRAGMA page_size = \([512, 1024, 4096][Int.random(in: 0..<3, using: &random)]);
            PRAGMA journal_mode = WAL;
            CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)
            """)
    }

    /// Lives it through.
    mutating func run() throws {
        for _ in 0..<Int.random(in: 2...5, using: &random) {
            let faults = (disk.failedSyncs, disk.refusals)
            order()
            do {
                try live()
            } catch let error as TargetError {
                guard disk.isCut || faults != (disk.failedSyncs, disk.refusals) else {
                    throw ExamFailure("on a sound disk: \(error)")
                }
            }
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

    private mutating func order() {
        let longest = [6, 25, 90, 400][Int.random(in: 0..<4, using: &random)]
        if random.chance(0.7) { disk.cut(atChange: Int.random(in: 1...longest, using: &random)) }
        if random.chance(0.25) { disk.failSync(number: Int.random(in: 1...16, using: &random)) }
        if random.chance(0.2) { disk.limitRoom(Int.random(in: 0...100_000, using: &random)) }
    }

    private mutating func live() throws {
        let target = try SQLiteTarget(path: disk.file("service.db"), name: "service")
        // What is open stays open until the cut, as it does in a process that ends.
        defer { withExtendedLifetime(target) {} }
        if !syncs { try target.connection.execute("PRAGMA synchronous = OFF") }
        var entry = try claim(target)
        // Often, so that short lives fold the write-ahead file, too.
        let pages = Int.random(in: 2...60, using: &random)
        try target.connection.execute("PRAGMA wal_autocheckpoint = \(pages)")
        for _ in 0..<Int.random(in: 2...30, using: &random) {
            do {
                try transact(target, &entry)
            } catch let error as TargetError where error.recovery == .retry && !disk.isCut {
                target.rollback()
                disk.limitRoom(nil)
                try compare(target)
                try transact(target, &entry)
            } catch let error as TargetError {
                // The process may end without closing anything.
                if random.chance(0.5) { disk.cut() }
                throw error
            }
        }
        if random.chance(0.6) { disk.cut() }
    }

    /// Takes the stream over, which makes durable what a process before left unsynced; only from here on it
    /// counts.
    private mutating func claim(_ target: SQLiteTarget) throws -> LedgerEntry {
        let entry = try target.claim("stream")
        guard entry.epoch > epoch else {
            throw ExamFailure("epoch \(entry.epoch) was given before: \(epoch)")
        }
        epoch = entry.epoch
        try compare(target)
        return entry
    }

    // MARK: transactions

    private mutating func transact(_ target: SQLiteTarget, _ entry: inout LedgerEntry) throws {
        var state = states[acknowledged]
        var next = entry
        next.offset = LogOffset(UInt64(acknowledged) + 1)
        next.position = Position(next.offset.value * 10)
        next.mapping = "m\(next.offset)"
        try target.begin()
        try write(target, &state)
        if random.chance(0.2) { try undo(target) }
        guard try target.advance("stream", from: entry, to: next) else {
            throw ExamFailure("the ledger does not move on from \(entry.offset)")
        }
        states = Array(states.prefix(acknowledged + 1)) + [state]
        try target.commit()
        acknowledged += 1
        entry = next
    }

    private mutating func write(_ target: SQLiteTarget, _ state: inout [String: String]) throws {
        var rows = RowBuffer(columns: 2)
        var ids: Set<Int64> = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let id = Int64.random(in: 1...40, using: &random)
            guard ids.insert(id).inserted else { continue }
            let name =
                "\(random.next())" + String(repeating: "x", count: Int.random(in: 0...700, using: &random))
            rows.beginRow()
            RowWriter.integer(id, &rows.bytes)
            RowWriter.text(name, &rows.bytes)
            state["\(id)"] = name
        }
        guard try target.upsert(rows, Self.access).isEmpty else {
            throw ExamFailure("a sound row was refused")
        }
        guard random.chance(0.3) else { return }
        let id = Int64.random(in: 1...40, using: &random)
        try target.delete(Self.keys([id]), Self.access)
        state["\(id)"] = nil
    }

    /// Deletes everything in a savepoint and takes it back.
    private func undo(_ target: SQLiteTarget) throws {
        struct Stop: Error {}
        do {
            try target.savepoint {
                try target.delete(Self.keys(Array(1...40)), Self.access)
                throw Stop()
            }
        } catch is Stop {}
    }

    private static func keys(_ ids: [Int64]) -> RowBuffer {
        var keys = RowBuffer(columns: 1)
        for id in ids {
            keys.beginRow()
            RowWriter.integer(id, &keys.bytes)
        }
        return keys
    }

    // MARK: what must hold

    private mutating func end() throws {
        do {
            let target = try SQLiteTarget(path: disk.file("service.db"), name: "service")
            var entry = try claim(target)
            try transact(target, &entry)
            try compare(target)
            let check = try target.connection.string("PRAGMA integrity_check")
            guard check == "ok" else {
                throw ExamFailure("the store is damaged: \(check ?? "no answer")")
            }
        } catch let error as TargetError {
            throw ExamFailure("on a sound disk: \(error)")
        }
    }

    /// The ledger stands at the last acknowledged transaction, or at the one whose answer was lost, and the
    /// rows are those of exactly that moment.
    private mutating func compare(_ target: SQLiteTarget) throws {
        let entry = try target.ledger(of: "stream")
        let found = Int(entry?.offset.value ?? 0)
        guard found >= acknowledged, found < states.count else {
            throw ExamFailure(
                "the ledger stands at \(found); \(acknowledged) were acknowledged, \(states.count - 1) begun")
        }
        guard entry?.epoch ?? Epoch(0) >= epoch else {
            throw ExamFailure("epoch \(epoch) was given, the ledger has \(entry?.epoch ?? Epoch(0))")
        }
        guard found == 0 || (entry?.position.value == UInt64(found) * 10 && entry?.mapping == "m\(found)")
        else {
            throw ExamFailure("the ledger's row is not one that was written")
        }
        acknowledged = found
        let rows = try target.scan(Self.access)
        var held: [String: String] = [:]
        for row in 0..<rows.count {
            let cells = rows.cells(of: row)
            held[cells[0].text ?? ""] = cells[1].text
        }
        guard held == states[found] else {
            throw ExamFailure("the rows are not those of transaction \(found)")
        }
    }
}
