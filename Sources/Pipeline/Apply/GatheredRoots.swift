import Model

/// What a transaction that is too large to be held did to the root rows of one kind of aggregate: one row of
/// a scratch store for each, in the order in which they were touched first.
///
/// Two changes of a row become one, just as within a step that is held (`RootRows`).
final class GatheredRoots {
    /// Roots at a time, and bytes of their images.
    private static let rootsMost = 1_000
    private static let bytesMost = 4 << 20

    private let store: any TargetStore
    private let access: TableAccess
    private let columns: Int
    private let hasImages: Bool
    private var count: Int64 = 0
    private var bytes = 0
    private var reached: Key?

    /// Roots of a table of so many columns.
    ///
    /// - Parameters:
    ///   - number: Tells the aggregates of a context apart.
    ///   - hasImages: Whether the root row alone decides what becomes of it.
    ///   - store: Outside a transaction; one is open when `note` is called.
    init(number: Int, columns: Int, hasImages: Bool, store: any TargetStore) throws {
        self.store = store
        self.columns = columns
        self.hasImages = hasImages
        let table = Self.table(number)
        access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        try store.ensure(table, indexes: [[1]])
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
        var number: Int64
        var key: Key
        var cause: RootRows.Cause
        var wasKnown: Bool

        init(number: Int64, key: Key, cause: RootRows.Cause, wasKnown: Bool) {
            self.number = number
            self.key = key
            self.cause = cause
            self.wasKnown = wasKnown
        }

        init(_ cells: [OwnedCell]) {
            number = cells[0].integer
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
            RowWriter.integer(number, &rows.bytes)
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
        if let refusal = try store.upsert(rows, access).first {
            throw TargetError(
                .failed, "scratch refuses a row: \(refusal.message)", hint: "this is a defect of Banyan's")
        }
    }

    /// The next roots; none when all have been had.
    ///
    /// - Returns: The roots, and those of which the target held the state before the transaction.
    func next() throws -> (roots: RootRows, known: Set<Key>) {
        let each = bytes / max(1, Int(count))
        let limit = min(Self.rootsMost, max(1, Self.bytesMost / max(1, each)))
        let rows = try store.range(after: reached, through: nil, limit: limit, access)
        if rows.count > 0 { reached = rows.key(of: rows.count - 1, columns: [0]) }
        let found = (0..<rows.count).map { Root(rows.cells(of: $0)) }
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
