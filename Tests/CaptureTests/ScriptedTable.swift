import Capture
import Model

/// A generator of numbers that a seed determines.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        // SplitMix64.
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

/// Two-column tables in memory, with a log of committed transactions and range reads at the present state.
struct ScriptedTables {
    enum Step {
        case put(Int64, Int64)
        case move(from: Int64, to: Int64, Int64)
        case remove(Int64)
        case truncate
    }

    struct Committed {
        var position: Position
        var steps: [(table: Int, step: Step, before: Int64?)]
    }

    let schemas: [TableSchema]
    var rows: [[Int64: Int64]]
    var log: [Committed] = []

    init(_ names: [String]) {
        schemas = names.map { name in
            TableSchema(
                name: name,
                columns: [ColumnSchema(name: "id", kind: .int64), ColumnSchema(name: "v", kind: .int64)],
                key: [0])
        }
        rows = names.map { _ in [:] }
    }

    var end: Position { log.last?.position ?? .start }

    mutating func commit(_ steps: [(Int, Step)], gap: UInt64 = 1) {
        var committed = Committed(position: Position(end.value + gap), steps: [])
        for (table, step) in steps {
            switch step {
            case .put(let key, let value):
                committed.steps.append((table, step, rows[table][key]))
                rows[table][key] = value
            case .move(let from, let to, let value):
                guard let before = rows[table][from], rows[table][to] == nil else { continue }
                committed.steps.append((table, step, before))
                rows[table][from] = nil
                rows[table][to] = value
            case .remove(let key):
                guard let before = rows[table].removeValue(forKey: key) else { continue }
                committed.steps.append((table, step, before))
            case .truncate:
                committed.steps.append((table, step, nil))
                rows[table] = [:]
            }
        }
        log.append(committed)
    }

    /// The transactions with these indexes as one batch; `through` cuts the last one after so many steps.
    func batch(_ range: Range<Int>, from first: Int = 0, through last: Int? = nil) -> ChangeBatch {
        var batch = ChangeBatch(tables: schemas)
        for index in range {
            let steps = log[index].steps
            let start = index == range.lowerBound ? first : 0
            let end = index == range.upperBound - 1 ? last ?? steps.count : steps.count
            let firstChange = batch.changes.count
            for (table, step, before) in steps[start..<end] {
                append(step, before, UInt16(table), to: &batch)
            }
            batch.transactions.append(
                .init(
                    position: log[index].position, committedAt: nil, origin: .application,
                    changes: firstChange..<batch.changes.count))
            batch.continues = end < steps.count
        }
        return batch
    }

    private func append(_ step: Step, _ before: Int64?, _ table: UInt16, to batch: inout ChangeBatch) {
        func image(_ key: Int64, _ value: Int64) -> UInt32 {
            defer {
                RowWriter.integer(key, &batch.bytes)
                RowWriter.integer(value, &batch.bytes)
            }
            return UInt32(batch.bytes.count)
        }
        var change = ChangeBatch.Change(operation: .truncate, table: table, before: nil, after: nil)
        switch step {
        case .put(let key, let value):
            change.operation = before == nil ? .insert : .update
            if let before { change.before = image(key, before) }
            change.after = image(key, value)
        case .move(let from, let to, let value):
            change.operation = .update
            change.before = image(from, before ?? 0)
            change.after = image(to, value)
        case .remove(let key):
            change.operation = .delete
            change.before = image(key, before ?? 0)
        case .truncate: break
        }
        batch.changes.append(change)
    }

    /// Reads a chunk of the present state.
    func read(_ request: BackfillMachine.Request) -> RangeChunk {
        let table = schemas.firstIndex { $0.name == request.table } ?? 0
        let after = request.after.flatMap(Self.number) ?? .min
        let through = request.through.flatMap(Self.number) ?? .max
        let keys = rows[table].keys.filter { (request.after == nil || $0 > after) && $0 <= through }.sorted()
        var batch = ChangeBatch(tables: [schemas[table]])
        for key in keys.prefix(request.limit.rows) {
            batch.changes.append(
                .init(operation: .read, table: 0, before: nil, after: UInt32(batch.bytes.count)))
            RowWriter.integer(key, &batch.bytes)
            RowWriter.integer(rows[table][key] ?? 0, &batch.bytes)
        }
        batch.transactions = [
            .init(position: end, committedAt: nil, origin: .application, changes: 0..<batch.changes.count)
        ]
        return RangeChunk(
            batch: batch, frontier: end, lastKey: keys.prefix(request.limit.rows).last.map(Self.key),
            isLast: keys.count <= request.limit.rows)
    }

    /// Where a chunk will end that holds as many rows as it may; nil when the table ends sooner.
    func boundary(_ request: BackfillMachine.Request) -> Key? {
        let table = schemas.firstIndex { $0.name == request.table } ?? 0
        let after = request.after.flatMap(Self.number) ?? .min
        let keys = rows[table].keys.filter { request.after == nil || $0 > after }.sorted()
        return keys.count > request.limit.rows ? Self.key(keys[request.limit.rows - 1]) : nil
    }

    static func key(_ number: Int64) -> Key {
        var bytes: [UInt8] = []
        RowWriter.integer(number, &bytes)
        return Key(bytes: bytes)
    }

    static func number(_ key: Key) -> Int64? {
        unsafe key.bytes.withUnsafeBytes { unsafe CellView($0, at: 0)?.integer }
    }
}

/// What a reader of the log would hold: rows by key, transactions kept apart until they are whole.
struct ScriptedReplica {
    var rows: [String: [Int64: Int64]] = [:]
    /// States that came after a newer one of the same key; values grow with each commit.
    private(set) var regressions = 0
    private var newest: [String: [Int64: Int64]] = [:]
    private var parts: [ChangeBatch] = []

    mutating func read(_ records: [ChangeBatch]) {
        for record in records {
            if record.isAbandonment {
                parts.removeAll()
            } else if record.isHistorical {
                apply(record)
            } else {
                parts.append(record)
                guard !record.continues else { continue }
                for part in parts { apply(part) }
                parts.removeAll()
            }
        }
    }

    private mutating func apply(_ batch: ChangeBatch) {
        for change in batch.changes {
            let name = batch.tables[Int(change.table)].name
            if change.operation == .truncate { rows[name] = [:] }
            if let before = cells(batch, change.before) { rows[name]?[before.0] = nil }
            if let after = cells(batch, change.after) {
                rows[name, default: [:]][after.0] = after.1
                if let known = newest[name]?[after.0], known > after.1 { regressions += 1 }
                newest[name, default: [:]][after.0] = after.1
            }
        }
    }

    private func cells(_ batch: ChangeBatch, _ image: UInt32?) -> (Int64, Int64)? {
        guard let image else { return nil }
        var offsets = RowOffsets()
        return unsafe batch.bytes.withUnsafeBytes { arena in
            guard unsafe offsets.scan(arena, at: Int(image), columns: 2),
                let key = unsafe CellView(arena, at: offsets[0]),
                let value = unsafe CellView(arena, at: offsets[1])
            else { return nil }
            return (key.integer, value.integer)
        }
    }
}
