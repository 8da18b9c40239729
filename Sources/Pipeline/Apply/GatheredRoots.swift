import Model

/// What a transaction that is too large to be held did to the root rows of one kind of aggregate: one row of
/// a scratch store for each, in the order in which they were touched first.
///
/// Two changes of a row become one, just as within a step that is held (`RootRows`).
final class GatheredRoots {
    /// Bytes of the images of roots that are taken at a time.
    private static let bytesMost = 4 << 20

    private let store: ScratchStore
    private let access: TableAccess
    private let exchanges: TableAccess
    private let columns: Int
    private let hasImages: Bool
    private var count = 0
    private var bytes = 0
    /// For each root by its number less one, the number of one that stands with it and came before; its own
    /// when there is none.
    private var earlier: [Int32] = []
    /// The roots that stand together, by the first of them.
    private var together: [Int: [Int]] = [:]
    private var reached = 0

    /// Roots of a table of so many columns.
    ///
    /// - Parameters:
    ///   - number: Tells the aggregates of a context apart.
    ///   - hasImages: Whether the root row alone decides what becomes of it.
    ///   - store: Holds the tables before anything else is called.
    init(number: Int, columns: Int, hasImages: Bool, store: ScratchStore) {
        self.store = store
        self.columns = columns
        self.hasImages = hasImages
        let table = Self.table(number)
        access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        let taken = Self.exchanges(number)
        exchanges = TableAccess(table: taken, columns: Array(taken.columns.indices), key: taken.key)
    }

    /// The tables that it needs.
    static func tables(_ number: Int) -> [(table: TableSchema, indexes: [[Int]])] {
        [(table(number), [[1]]), (exchanges(number), [])]
    }

    private static func exchanges(_ number: Int) -> TableSchema {
        TableSchema(
            name: "banyan_exchanged_\(number)",
            columns: [
                ColumnSchema(name: "thing", kind: .bytes, isNullable: false),
                ColumnSchema(name: "number", kind: .int64, isNullable: false),
            ], key: [0])
    }

    private static func table(_ number: Int) -> TableSchema {
        TableSchema(
            name: "banyan_gathered_\(number)",
            columns: [
                ColumnSchema(name: "number", kind: .int64, isNullable: false),
                ColumnSchema(name: "legacy_key", kind: .bytes, isNullable: false),
                ColumnSchema(name: "operation", kind: .text, isNullable: false),
                ColumnSchema(name: "ordinal", kind: .int64, isNullable: false),
                ColumnSchema(name: "before_image", kind: .bytes),
                ColumnSchema(name: "after_image", kind: .bytes),
                ColumnSchema(name: "flags", kind: .int64, isNullable: false),
            ], key: [0])
    }

    /// One root as it is stored.
    private struct Root {
        var number: Int
        var key: Key
        var cause: RootRows.Cause
        var wasKnown: Bool

        init(number: Int, key: Key, cause: RootRows.Cause, wasKnown: Bool) {
            self.number = number
            self.key = key
            self.cause = cause
            self.wasKnown = wasKnown
        }

        init(_ cells: [OwnedCell]) {
            number = Int(cells[0].integer)
            key = Key(bytes: cells[1].bytes)
            let flags = cells[6].integer
            cause = RootRows.Cause(
                operation: cells[2].text ?? "", before: cells[4].isNull ? nil : cells[4].bytes,
                after: cells[5].isNull ? nil : cells[5].bytes, ordinal: Int(cells[3].integer),
                isInsert: flags & 1 != 0, isContinuous: flags & 2 != 0)
            wasKnown = flags & 4 != 0
        }

        func append(to rows: inout RowBuffer) {
            rows.beginRow()
            RowWriter.integer(Int64(number), &rows.bytes)
            RowWriter.bytes(key.bytes, kind: .bytes, &rows.bytes)
            RowWriter.text(cause.operation, &rows.bytes)
            RowWriter.integer(Int64(cause.ordinal), &rows.bytes)
            for image in [cause.before, cause.after] {
                if let image {
                    RowWriter.bytes(image, kind: .bytes, &rows.bytes)
                } else {
                    RowWriter.null(&rows.bytes)
                }
            }
            RowWriter.integer(
                (cause.isInsert ? 1 : 0) + (cause.isContinuous ? 2 : 0) + (wasKnown ? 4 : 0), &rows.bytes)
        }
    }

    /// Adds what a part of the transaction did.
    ///
    /// - Parameters:
    ///   - roots: The root rows that it may have changed, each once.
    ///   - known: Those of which the target held the state before this part.
    func note(_ roots: RootRows, known: Set<Key>) throws {
        if roots.keys.isEmpty { return }
        var wanted = RowBuffer(columns: 1)
        for key in roots.keys {
            wanted.beginRow()
            RowWriter.bytes(key.bytes, kind: .bytes, &wanted.bytes)
        }
        let held = try store.fetch(wanted, by: [1], access)
        var rows = RowBuffer(columns: access.columns.count)
        for (index, key) in roots.keys.enumerated() {
            let cause = roots.cause(at: index, columns: columns)
            bytes += (cause.before?.count ?? 0) + (cause.after?.count ?? 0)
            if let row = held.groups[index].first {
                var root = Root(held.rows.cells(of: row))
                root.cause.follow(cause, columns: columns)
                root.append(to: &rows)
            } else {
                count += 1
                let root = Root(number: count, key: key, cause: cause, wasKnown: known.contains(key))
                root.append(to: &rows)
            }
        }
        try store.upsert(rows, access)
    }

    // MARK: what stands together

    /// Finds the roots that may hand something to one another which only one may have: a key, a unique value.
    /// They are taken at one time, however many they are.
    ///
    /// - Parameter things: Tells what each of these roots has, and what it wants.
    func join(_ things: (RootRows) throws -> [[Key]]) throws {
        earlier = (0..<Int32(count)).map { $0 + 1 }
        var start = 1
        while start <= count {
            let numbers = Array(start..<min(start + limit(1_000), count + 1))
            start += numbers.count
            try unite(numbers, by: try things(try roots(numbers).roots))
        }
        for number in earlier.indices.map({ $0 + 1 }) {
            let first = first(with: number)
            if first != number { together[first, default: [first]].append(number) }
        }
    }

    /// Puts roots together that have or want the same thing, among themselves and with those before.
    private func unite(_ numbers: [Int], by things: [[Key]]) throws {
        var firsts: [Key: Int] = [:]
        for (number, things) in zip(numbers, things) {
            for thing in things {
                unite(firsts[thing, default: number], number)
                firsts[thing] = firsts[thing] ?? number
            }
        }
        let order = firsts.keys.sorted()
        if order.isEmpty { return }
        var wanted = RowBuffer(columns: 1)
        for thing in order {
            wanted.beginRow()
            RowWriter.bytes(thing.bytes, kind: .bytes, &wanted.bytes)
        }
        let found = try store.fetch(wanted, by: exchanges.key, exchanges)
        var fresh = RowBuffer(columns: 2)
        for (place, thing) in order.enumerated() {
            guard let number = firsts[thing] else { continue }
            if let row = found.groups[place].first {
                unite(Int(found.rows.cells(of: row)[1].integer), number)
            } else {
                fresh.append(wanted[place])
                RowWriter.integer(Int64(number), &fresh.bytes)
            }
        }
        if !fresh.isEmpty { try store.upsert(fresh, exchanges) }
    }

    private func unite(_ one: Int, _ other: Int) {
        let (one, other) = (first(with: one), first(with: other))
        if one != other { earlier[max(one, other) - 1] = Int32(min(one, other)) }
    }

    /// The first of the roots that stand together with one.
    private func first(with number: Int) -> Int {
        if earlier.isEmpty { return number }
        var first = number
        while Int(earlier[first - 1]) != first { first = Int(earlier[first - 1]) }
        // The next search is short.
        var place = number
        while place != first { (place, earlier[place - 1]) = (Int(earlier[place - 1]), Int32(first)) }
        return first
    }

    // MARK: taking them

    /// The next roots, about so many; none when all have been had.
    ///
    /// - Returns: The roots, and those of which the target held the state before the transaction.
    func next(_ most: Int) throws -> (roots: RootRows, known: Set<Key>) {
        var numbers: [Int] = []
        let limit = limit(most)
        while reached < count, numbers.count < limit {
            reached += 1
            // Those that stand together come with the first of them.
            if first(with: reached) == reached { numbers += together[reached] ?? [reached] }
        }
        return try roots(numbers)
    }

    private func limit(_ most: Int) -> Int {
        min(most, max(1, Self.bytesMost / max(1, bytes / max(1, count))))
    }

    private func roots(_ numbers: [Int]) throws -> (roots: RootRows, known: Set<Key>) {
        var wanted = RowBuffer(columns: 1)
        for number in numbers {
            wanted.beginRow()
            RowWriter.integer(Int64(number), &wanted.bytes)
        }
        if numbers.isEmpty { return (RootRows(), []) }
        let rows = try store.fetch(wanted, by: access.key, access)
        let found = rows.groups.compactMap { $0.first.map { Root(rows.rows.cells(of: $0)) } }
        let roots = RootRows(
            replay: found.map { (key: $0.key, image: hasImages ? $0.cause.after : nil, cause: $0.cause) })
        return (roots, Set(found.filter(\.wasKnown).map(\.key)))
    }
}

extension RootRows.Cause {
    /// Adds what happened to the row later in the same transaction.
    fileprivate mutating func follow(_ later: RootRows.Cause, columns: Int) {
        // A change of another row says nothing of this one's own.
        if later.ordinal == Self.recompute.ordinal { return }
        if ordinal == Self.recompute.ordinal {
            self = later
            return
        }
        if later.isContinuous, let newer = later.after, let earlier = after {
            after = Array(RowImage.completed(newer[...], from: earlier[...], columns: columns))
        } else {
            after = later.after
        }
        if !later.isContinuous {
            isContinuous = false
            before = later.before
        }
        operation = later.operation
        ordinal = later.ordinal
    }
}
