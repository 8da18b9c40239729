import CEL
import Expressions
public import Model
public import Plan

/// Turns legacy rows into one kind of aggregate: the anti-corruption layer. Pure: equal rows give equal results.
///
/// It keeps scratch memory, so each thread has its own.
public final class AggregateTranslator {
    /// The context's name.
    public let context: String
    /// What is translated.
    public let aggregate: CheckedAggregate
    /// The columns that are written to the aggregate's table, and its key.
    public let columns: [Int]
    /// For each part, the columns that are written to its table.
    public let partColumns: [[Int]]

    private let aliases: [ReadBinding]
    private let bindings: RowBindings
    private let fieldByColumn: [Int: CheckedField]
    private let namespace: String

    /// A translator for one aggregate of a context.
    public init(context: CheckedContext, aggregate: CheckedAggregate) {
        self.context = context.name
        self.aggregate = aggregate
        aliases = context.reads
        bindings = RowBindings(context.reads.map(\.table))
        fieldByColumn = Dictionary(uniqueKeysWithValues: aggregate.fields.map { ($0.column, $0) })
        columns = (aggregate.fields.map(\.column) + [aggregate.surrogate].compactMap(\.self)).sorted()
        partColumns = aggregate.parts.map { part in (part.parent + part.fields.map(\.column)).sorted() }
        namespace = "\(context.name)/\(aggregate.name)"
    }

    /// A set to translate into.
    public func makeSet() -> TranslationSet {
        TranslationSet(
            rows: RowBuffer(columns: columns.count), parts: partColumns.map { RowBuffer(columns: $0.count) })
    }

    /// Translates root rows that stand in an arena by themselves; nil stands for a row that is gone.
    public func translate(
        rows: [(legacyKey: Key, image: Int?)], arena: UnsafeRawBufferPointer, into set: inout TranslationSet
    ) {
        for (legacyKey, image) in rows {
            guard let image else {
                set.items.append(gone(legacyKey))
                continue
            }
            // The arena is the caller's for the length of this call, and the bindings are read only within it.
            let isSound = unsafe bindings.bind(aggregate.root, arena: arena, row: image)
            set.items.append(translateBound(legacyKey, isSound: isSound, sources: nil, into: &set))
        }
        bindings.clear()
    }

    /// Translates aggregates made of rows of several tables.
    public func translate(_ sources: AggregateSources, into set: inout TranslationSet) {
        unsafe withArenas(sources.rows[...], []) { arenas in
            for (index, legacyKey) in sources.legacyKeys.enumerated() {
                let state = SourceCursor(sources: sources, index: index)
                unsafe set.items.append(translate(legacyKey, state, arenas, into: &set))
            }
        }
        bindings.clear()
    }

    private func withArenas(
        _ buffers: ArraySlice<RowBuffer>, _ found: [UnsafeRawBufferPointer],
        _ body: ([UnsafeRawBufferPointer]) -> Void
    ) {
        guard let first = buffers.first else { return unsafe body(found) }
        // Every arena stays pinned until the innermost call returns.
        unsafe first.bytes.withUnsafeBytes { arena in
            unsafe withArenas(buffers.dropFirst(), found + [arena], body)
        }
    }

    private func translate(
        _ legacyKey: Key, _ cursor: SourceCursor, _ arenas: [UnsafeRawBufferPointer], into set: inout TranslationSet
    ) -> Translation {
        let roots = cursor.rows(of: aggregate.root, in: cursor.index)
        guard let root = roots.first else { return Translation(legacyKey: legacyKey, outcome: .excluded) }
        var isSound = unsafe bind(aggregate.root, root, cursor, arenas)
        var rowOf: [Int: Int] = [aggregate.root: root]
        var missing: Set<Int> = []
        for alias in aggregate.uses where alias != aggregate.root {
            let read = aliases[alias]
            // An alias that joins to a `many` alias has no row of its own here; its part binds it row by row.
            guard let joins = read.joins else { continue }
            guard let parent = rowOf[joins] else {
                guard missing.contains(joins) else { continue }
                // What joins to a row that does not exist has no row either.
                if read.cardinality == .many {
                    isSound = unsafe bindings.bind(alias, arena: arenas[alias], rows: []) && isSound
                } else {
                    bindings.bindMissing(alias)
                    missing.insert(alias)
                }
                continue
            }
            let rows = cursor.rows(of: alias, in: parent)
            switch read.cardinality {
            case .many:
                let starts = rows.map { Int(cursor.sources.rows[alias].starts[$0]) }
                isSound = unsafe bindings.bind(alias, arena: arenas[alias], rows: starts) && isSound
            case .root, .one, .optional:
                if let row = rows.first {
                    rowOf[alias] = row
                    isSound = unsafe bind(alias, row, cursor, arenas) && isSound
                } else if read.cardinality == .optional {
                    bindings.bindMissing(alias)
                    missing.insert(alias)
                } else {
                    return Translation(legacyKey: legacyKey, outcome: .pending(read.alias))
                }
            }
        }
        let source = unsafe PartSource(cursor: cursor, arenas: arenas, rowOf: rowOf)
        return translateBound(legacyKey, isSound: isSound, sources: source, into: &set)
    }

    private func bind(_ alias: Int, _ row: Int, _ cursor: SourceCursor, _ arenas: [UnsafeRawBufferPointer]) -> Bool {
        // The arena is pinned by `withArenas`.
        unsafe bindings.bind(alias, arena: arenas[alias], row: Int(cursor.sources.rows[alias].starts[row]))
    }

    private func translateBound(
        _ legacyKey: Key, isSound: Bool, sources: PartSource?, into set: inout TranslationSet
    ) -> Translation {
        guard isSound else { return failed(legacyKey, "damaged_row", "a row image has fewer columns than its table") }
        var result = Translation(legacyKey: legacyKey, outcome: .excluded)
        let rowsBefore = set.rows.count
        let partsBefore = set.parts.map(\.count)
        do {
            result.naturalKey = try naturalKey()
            guard try isIncluded(aggregate.when) else {
                result.serviceKey = try serviceKey(of: result.naturalKey)
                return result
            }
            try requireKey(result.naturalKey)
            result.row = set.rows.count
            try appendRow(naturalKey: result.naturalKey, to: &set.rows)
            let keyInRow = aggregate.table.key.compactMap { columns.firstIndex(of: $0) }
            let serviceKey = set.rows.key(of: rowsBefore, columns: keyInRow)
            result.serviceKey = serviceKey
            for (index, part) in aggregate.parts.enumerated() {
                let rows = try appendParts(part, index, serviceKey, sources, to: &set.parts[index])
                result.parts.append(rows)
            }
            result.outcome = .row
            return result
        } catch {
            while set.rows.count > rowsBefore { set.rows.dropLast() }
            for (index, count) in partsBefore.enumerated() {
                while set.parts[index].count > count { set.parts[index].dropLast() }
            }
            result.row = nil
            result.parts = []
            result.outcome = .failed(error)
            return result
        }
    }

    private func failed(_ legacyKey: Key, _ reason: String, _ message: String) -> Translation {
        Translation(legacyKey: legacyKey, outcome: .failed(TranslationFailure(reason: reason, message: message)))
    }

    /// A row that is gone: its service key, where the legacy key alone gives it.
    private func gone(_ legacyKey: Key) -> Translation {
        let table = aliases[aggregate.root].table
        var image: [UInt8] = []
        for column in table.columns.indices {
            if let place = table.key.firstIndex(of: column) {
                legacyKey.appendValue(place, to: &image)
            } else {
                RowWriter.absent(&image)
            }
        }
        var result = Translation(legacyKey: legacyKey, outcome: .excluded)
        guard aggregate.surrogate == nil else { return result }
        unsafe image.withUnsafeBytes { arena in
            // The bindings are read only inside this closure.
            guard unsafe bindings.bind(aggregate.root, arena: arena, row: 0) else { return }
            do throws(TranslationFailure) {
                result.serviceKey = try serviceKey(of: nil)
            } catch {
                // The key needs columns that are gone: the cross-reference knows it, and no one else has to.
                result.serviceKey = nil
            }
        }
        return result
    }

    // MARK: one row

    private func naturalKey() throws(TranslationFailure) -> Key {
        var bytes: [UInt8] = []
        for expression in aggregate.natural {
            let value = try evaluate(expression, "identity.natural")
            guard ValueEncoder.appendCanonical(value, to: &bytes) else {
                throw TranslationFailure(
                    reason: "identity_unusable", message: "\(expression.location): no value that can be part of a key")
            }
        }
        return Key(bytes: bytes)
    }

    private func requireKey(_ key: Key?) throws(TranslationFailure) {
        guard let key, !key.hasNull else {
            throw TranslationFailure(
                reason: "identity_missing", message: "part of the natural key of \(aggregate.name) is NULL")
        }
    }

    private func isIncluded(_ when: CompiledExpression?) throws(TranslationFailure) -> Bool {
        guard let when else { return true }
        guard case .bool(let isIncluded) = try evaluate(when, "when") else {
            throw TranslationFailure(reason: "type_mismatch", message: "\(when.location): `when` gives no bool")
        }
        return isIncluded
    }

    private func appendRow(naturalKey: Key?, to rows: inout RowBuffer) throws(TranslationFailure) {
        rows.beginRow()
        for column in columns {
            if column == aggregate.surrogate {
                SurrogateID.append(
                    namespace: namespace, naturalKey: naturalKey, column: aggregate.table.columns[column], to: &rows.bytes)
            } else if let field = fieldByColumn[column] {
                try append(field, table: aggregate.table, to: &rows.bytes)
            }
        }
    }

    /// The service key of a row that is no aggregate (any more), from the fields that make up the key.
    private func serviceKey(of naturalKey: Key?) throws(TranslationFailure) -> Key {
        var bytes: [UInt8] = []
        for column in aggregate.table.key {
            if column == aggregate.surrogate {
                SurrogateID.append(
                    namespace: namespace, naturalKey: naturalKey, column: aggregate.table.columns[column], to: &bytes)
            } else if let field = fieldByColumn[column] {
                try append(field, table: aggregate.table, to: &bytes)
            }
        }
        return Key(bytes: bytes)
    }

    private func append(
        _ field: CheckedField, table: TableSchema, to bytes: inout [UInt8]
    ) throws(TranslationFailure) {
        let column = table.columns[field.column]
        let value = try evaluate(field.expression, column.name)
        do {
            try ValueEncoder.encode(value, for: column, into: &bytes)
        } catch {
            throw TranslationFailure(
                reason: "type_mismatch", message: "\(field.expression.location): \(column.name): \(error)")
        }
    }

    private func evaluate(
        _ expression: CompiledExpression, _ what: String
    ) throws(TranslationFailure) -> Value {
        do {
            return try expression.program.evaluate(bindings)
        } catch {
            throw TranslationFailure(
                reason: FailureReason.word(for: error), message: "\(expression.location): \(what): \(error.message)")
        }
    }

    // MARK: parts

    private func appendParts(
        _ part: CheckedPart, _ index: Int, _ serviceKey: Key, _ source: PartSource?, to rows: inout RowBuffer
    ) throws(TranslationFailure) -> Range<Int> {
        let first = rows.count
        guard let source, let joins = aliases[part.of].joins,
            let parent = source.rowOf[joins]
        else { return first..<first }
        let cursor = source.cursor
        let fields = Dictionary(uniqueKeysWithValues: part.fields.map { ($0.column, $0) })
        for row in cursor.rows(of: part.of, in: parent) {
            // The arenas are pinned by `withArenas`.
            var isSound = unsafe bind(part.of, row, cursor, source.arenas)
            for alias in aggregate.uses where aliases[alias].joins == part.of {
                guard let found = cursor.rows(of: alias, in: row).first else {
                    bindings.bindMissing(alias)
                    continue
                }
                isSound = unsafe bind(alias, found, cursor, source.arenas) && isSound
            }
            guard isSound else { throw TranslationFailure(reason: "damaged_row", message: "part \(part.name)") }
            guard try isIncluded(part.when) else { continue }
            rows.beginRow()
            for column in partColumns[index] {
                if let place = part.parent.firstIndex(of: column) {
                    serviceKey.appendValue(place, to: &rows.bytes)
                } else if let field = fields[column] {
                    try append(field, table: part.table, to: &rows.bytes)
                }
            }
        }
        return first..<rows.count
    }
}
