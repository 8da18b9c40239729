import CEL
import Expressions
public import Model
public import Plan

/// Turns legacy rows into one kind of aggregate: the anti-corruption layer. Pure: equal rows give equal
/// results.
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
    private let mapper: RowMapper
    private let when: ExpressionStep?
    private let natural: [ExpressionStep]
    /// What fills each column of `columns`; nil for the surrogate.
    private let steps: [FieldStep?]
    /// What fills each column of the service key; nil for the surrogate.
    private let keySteps: [FieldStep?]
    private let parts: [PartMapper]
    /// Where the service key's columns stand in a row.
    private let keyInRow: [Int]
    private let surrogate: SurrogateID?
    /// Whether the natural key is nothing but values that are copied to the service's key, which is refused
    /// itself where one is missing.
    private let isNaturalKeyCopied: Bool
    /// Whether the rows being translated may lack what was not sent, and what the last one lacks.
    private var keepsUnsent = false
    private var unsent: TranslationFailure?

    /// A translator for one aggregate of a context.
    public init(context: CheckedContext, aggregate: CheckedAggregate) {
        self.context = context.name
        self.aggregate = aggregate
        aliases = context.reads
        mapper = RowMapper(context.reads.map(\.table))
        when = aggregate.when.map { ExpressionStep($0, of: "when") }
        natural = aggregate.natural.map { ExpressionStep($0, of: "identity.natural") }
        let columns = (aggregate.fields.map(\.column) + [aggregate.surrogate].compactMap(\.self)).sorted()
        self.columns = columns
        keyInRow = aggregate.table.key.compactMap { columns.firstIndex(of: $0) }
        steps = FieldStep.steps(
            for: columns, fields: aggregate.fields, table: aggregate.table, reads: context.reads)
        keySteps = FieldStep.steps(
            for: aggregate.table.key, fields: aggregate.fields, table: aggregate.table, reads: context.reads)
        partColumns = aggregate.parts.map { part in (part.parent + part.fields.map(\.column)).sorted() }
        parts = zip(aggregate.parts, partColumns).map { part, columns in
            PartMapper(part, columns: columns, uses: aggregate.uses, reads: context.reads)
        }
        let copied = Set(keySteps.compactMap { $0?.isExact == true ? $0?.plain?.field : nil })
        isNaturalKeyCopied =
            aggregate.isSingleRow && aggregate.surrogate == nil
            && aggregate.natural.allSatisfy { natural in
                natural.columns.map { copied.isSuperset(of: $0.map(\.column)) } ?? false
                    && FieldStep.isColumn(natural)
            }
        surrogate = aggregate.surrogate.map { column in
            SurrogateID(
                namespace: "\(context.name)/\(aggregate.name)", column: aggregate.table.columns[column])
        }
    }

    /// A set to translate into.
    public func makeSet() -> TranslationSet {
        TranslationSet(
            rows: RowBuffer(columns: columns.count), parts: partColumns.map { RowBuffer(columns: $0.count) })
    }

    /// Translates root rows that stand in an arena by themselves; nil stands for a row that is gone.
    ///
    /// - Parameters:
    ///   - rows: The rows.
    ///   - arena: Where they stand.
    ///   - keepsUnsent: Whether a field that reads nothing but columns which the source did not send may be
    ///     missing in a row (`Translation.unsent`), rather than that the row cannot be translated.
    ///   - set: What is translated is added to it.
    public func translate(
        rows: [(legacyKey: Key, image: Int?)], arena: UnsafeRawBufferPointer, keepsUnsent: Bool = false,
        into set: inout TranslationSet
    ) {
        self.keepsUnsent = keepsUnsent
        defer { self.keepsUnsent = false }
        for (legacyKey, image) in rows {
            guard let image else {
                set.items.append(withoutRow(legacyKey, .excluded))
                continue
            }
            // The arena is the caller's for the length of this call, and the bindings are read only within
            // it.
            let isSound = unsafe mapper.bindings.bind(aggregate.root, arena: arena, row: image)
            set.items.append(translateBound(legacyKey, isSound: isSound, sources: nil, into: &set))
        }
        mapper.bindings.clear()
    }

    /// Translates a root row of which nothing but the service's row is wanted, straight into a buffer.
    ///
    /// The arena is read within the call only; `forgetRow` is called behind the last row.
    ///
    /// - Returns: False when the row is no such aggregate; nothing was appended then.
    /// - Throws: When it cannot be translated: the buffer is of no use then.
    public func appendRow(
        of image: Int, arena: UnsafeRawBufferPointer, to rows: inout RowBuffer
    ) throws(TranslationFailure) -> Bool {
        // The arena is the caller's for the length of this call, and the bindings are read only within it.
        guard unsafe mapper.bindings.bind(aggregate.root, arena: arena, row: image) else {
            throw Self.damaged
        }
        guard try mapper.holds(when) else { return false }
        var key: Key?
        if !isNaturalKeyCopied {
            key = try naturalKey()
            try requireKey(key)
        }
        try appendRow(naturalKey: key, to: &rows)
        return true
    }

    /// Lets go of the row that was translated last.
    public func forgetRow() { mapper.bindings.clear() }

    /// Translates aggregates made of rows of several tables.
    public func translate(_ sources: AggregateSources, into set: inout TranslationSet) {
        unsafe withArenas(sources.rows[...], []) { arenas in
            for (index, legacyKey) in sources.legacyKeys.enumerated() {
                let state = SourceCursor(sources: sources, index: index)
                unsafe set.items.append(translate(legacyKey, state, arenas, into: &set))
            }
        }
        mapper.bindings.clear()
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
        _ legacyKey: Key, _ cursor: SourceCursor, _ arenas: [UnsafeRawBufferPointer],
        into set: inout TranslationSet
    ) -> Translation {
        let roots = cursor.rows(of: aggregate.root, in: cursor.index)
        guard let root = roots.first else { return withoutRow(legacyKey, .excluded) }
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
                    isSound = unsafe mapper.bindings.bind(alias, arena: arenas[alias], rows: []) && isSound
                } else {
                    mapper.bindings.bindMissing(alias)
                    missing.insert(alias)
                }
                continue
            }
            let rows = cursor.rows(of: alias, in: parent)
            switch read.cardinality {
            case .many:
                let starts = rows.map { Int(cursor.sources.rows[alias].starts[$0]) }
                isSound = unsafe mapper.bindings.bind(alias, arena: arenas[alias], rows: starts) && isSound
            case .root, .one, .optional:
                if let row = rows.first {
                    rowOf[alias] = row
                    isSound = unsafe bind(alias, row, cursor, arenas) && isSound
                } else if read.cardinality == .optional {
                    mapper.bindings.bindMissing(alias)
                    missing.insert(alias)
                } else {
                    return withoutRow(legacyKey, .pending(read.alias))
                }
            }
        }
        let source = unsafe PartSource(cursor: cursor, arenas: arenas, rowOf: rowOf)
        return translateBound(legacyKey, isSound: isSound, sources: source, into: &set)
    }

    private func bind(_ alias: Int, _ row: Int, _ cursor: SourceCursor, _ arenas: [UnsafeRawBufferPointer])
        -> Bool
    {
        // The arena is pinned by `withArenas`.
        unsafe mapper.bindings.bind(
            alias, arena: arenas[alias], row: Int(cursor.sources.rows[alias].starts[row]))
    }

    private func translateBound(
        _ legacyKey: Key, isSound: Bool, sources: PartSource?, into set: inout TranslationSet
    ) -> Translation {
        guard isSound else { return Translation(legacyKey: legacyKey, outcome: .failed(Self.damaged)) }
        var result = Translation(legacyKey: legacyKey, outcome: .excluded)
        let rowsBefore = set.rows.count
        let partsBefore = set.parts.map(\.count)
        do {
            // What is no such aggregate needs no sound values: nothing else of it is computed.
            guard try mapper.holds(when) else {
                result.serviceKey = keyFromLegacyKey()
                return result
            }
            result.naturalKey = try naturalKey()
            try requireKey(result.naturalKey)
            result.row = set.rows.count
            unsent = nil
            try appendRow(naturalKey: result.naturalKey, to: &set.rows)
            result.unsent = unsent
            let serviceKey = set.rows.key(of: rowsBefore, columns: keyInRow)
            result.serviceKey = serviceKey
            for (index, part) in parts.enumerated() {
                result.parts.append(try appendParts(part, serviceKey, sources, to: &set.parts[index]))
            }
            result.outcome = .row
            return result
        } catch {
            while set.rows.count > rowsBefore { set.rows.dropLast() }
            for (index, count) in partsBefore.enumerated() {
                while set.parts[index].count > count { set.parts[index].dropLast() }
            }
            result.row = nil
            result.unsent = nil
            result.parts = []
            result.outcome = .failed(error)
            return result
        }
    }

    private static let damaged = TranslationFailure(
        reason: "damaged_row", message: "a row image has fewer columns than its table")

    /// The service key that a legacy key alone gives; nil when it takes more than that.
    package func serviceKey(ofLegacy legacyKey: Key) -> Key? {
        defer { mapper.bindings.clear() }
        return withoutRow(legacyKey, .excluded).serviceKey
    }

    /// The natural key that a root row alone gives; nil when it takes other rows or values that were not
    /// sent.
    package func naturalKey(ofRoot image: ArraySlice<UInt8>) -> Key? {
        guard aggregate.natural.allSatisfy({ $0.checked.slots.allSatisfy { $0 == aggregate.root } })
        else { return nil }
        defer { mapper.bindings.clear() }
        return unsafe image.withUnsafeBytes { arena in
            // The bindings are read only inside this closure.
            guard unsafe mapper.bindings.bind(aggregate.root, arena: arena, row: 0) else { return nil }
            do throws(TranslationFailure) {
                return try naturalKey()
            } catch {
                // A row that cannot be translated says nothing of its key.
                return nil
            }
        }
    }

    /// An aggregate whose root row is gone, or that waits: its service key, where the legacy key gives it.
    private func withoutRow(_ legacyKey: Key, _ outcome: Translation.Outcome) -> Translation {
        let table = aliases[aggregate.root].table
        var image: [UInt8] = []
        for column in table.columns.indices {
            if let place = table.key.firstIndex(of: column) {
                legacyKey.appendValue(place, to: &image)
            } else {
                RowWriter.absent(&image)
            }
        }
        var result = Translation(legacyKey: legacyKey, outcome: outcome)
        guard aggregate.surrogate == nil else { return result }
        unsafe image.withUnsafeBytes { arena in
            // The bindings are read only inside this closure.
            guard unsafe mapper.bindings.bind(aggregate.root, arena: arena, row: 0) else { return }
            result.serviceKey = keyFromLegacyKey()
        }
        return result
    }

    /// The service key of the bound root row, where the legacy key alone gives it.
    private func keyFromLegacyKey() -> Key? {
        guard surrogate == nil else { return nil }
        do throws(TranslationFailure) {
            return try serviceKey(of: nil)
        } catch {
            // The key needs more than the legacy key: the cross-reference knows it, and no one else has to.
            return nil
        }
    }

    // MARK: one row

    private func naturalKey() throws(TranslationFailure) -> Key {
        var bytes: [UInt8] = []
        for step in natural { try mapper.appendNatural(step, to: &bytes) }
        return Key(bytes: bytes)
    }

    private func requireKey(_ key: Key?) throws(TranslationFailure) {
        guard let key, !key.hasNull else {
            throw TranslationFailure(
                reason: "identity_missing", message: "part of the natural key of \(aggregate.name) is NULL")
        }
    }

    private func appendRow(naturalKey: Key?, to rows: inout RowBuffer) throws(TranslationFailure) {
        rows.beginRow()
        for step in steps {
            if let step {
                try append(step, to: &rows.bytes)
            } else {
                surrogate?.append(naturalKey, to: &rows.bytes)
            }
        }
    }

    private func append(_ step: FieldStep, to bytes: inout [UInt8]) throws(TranslationFailure) {
        guard keepsUnsent, !step.isKey, mapper.readsOnlyUnsent(step) else {
            return try mapper.append(step, to: &bytes)
        }
        RowWriter.absent(&bytes)
        unsent = TranslationFailure(
            reason: "not_sent",
            message: "\(step.expression.location): \(step.column.name) was not sent by its source, and the "
                + "service has no earlier value of it")
    }

    /// The service key of a row that is no aggregate (any more), from the fields that make up the key.
    private func serviceKey(of naturalKey: Key?) throws(TranslationFailure) -> Key {
        var bytes: [UInt8] = []
        for step in keySteps {
            if let step {
                try mapper.append(step, to: &bytes)
            } else {
                surrogate?.append(naturalKey, to: &bytes)
            }
        }
        return Key(bytes: bytes)
    }

    // MARK: parts

    private func appendParts(
        _ part: PartMapper, _ serviceKey: Key, _ source: PartSource?, to rows: inout RowBuffer
    ) throws(TranslationFailure) -> Range<Int> {
        let first = rows.count
        guard let source, let joins = aliases[part.of].joins, let parent = source.rowOf[joins] else {
            return first..<first
        }
        let cursor = source.cursor
        for row in cursor.rows(of: part.of, in: parent) {
            // The arenas are pinned by `withArenas`.
            var isSound = unsafe bind(part.of, row, cursor, source.arenas)
            for alias in part.companions {
                guard let found = cursor.rows(of: alias, in: row).first else {
                    mapper.bindings.bindMissing(alias)
                    continue
                }
                isSound = unsafe bind(alias, found, cursor, source.arenas) && isSound
            }
            guard isSound else {
                throw TranslationFailure(reason: "damaged_row", message: "part \(part.name)")
            }
            try part.append(serviceKey, mapper, to: &rows)
        }
        return first..<rows.count
    }
}
