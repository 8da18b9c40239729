public import CEL
public import Model

/// Gives expressions the rows of a mapping: slot n is the n-th alias, a record, a list of records, or null.
///
/// Nothing is copied: a value is read from its row image when an expression asks for it, and texts stay in
/// the arena. The caller holds every arena until the alias is bound anew or `clear` is called. One thread
/// uses one of these.
public final class RowBindings: Bindings {
    private enum Shape {
        case unbound, missing, one, many
    }

    private let sets: [RowSet]
    private var shapes: [Shape]

    /// Bindings for aliases of these tables, in slot order.
    public init(_ tables: [TableSchema]) {
        sets = tables.map(RowSet.init)
        shapes = Array(repeating: .unbound, count: tables.count)
    }

    /// Binds an alias to the row image at an offset; false when the image is damaged or has fewer columns
    /// than the table.
    public func bind(_ slot: Int, arena: UnsafeRawBufferPointer, row: Int) -> Bool {
        // The caller holds the arena, as the type's contract says.
        unsafe sets[slot].begin(arena)
        shapes[slot] = .one
        return sets[slot].append(row)
    }

    /// Binds an alias to a list of row images; false when one of them is damaged or has fewer columns than
    /// the table.
    public func bind(_ slot: Int, arena: UnsafeRawBufferPointer, rows: [Int]) -> Bool {
        // The caller holds the arena, as the type's contract says.
        unsafe sets[slot].begin(arena)
        shapes[slot] = .many
        for row in rows where !sets[slot].append(row) { return false }
        return true
    }

    /// Binds an alias to null: the row it stands for does not exist.
    public func bindMissing(_ slot: Int) {
        sets[slot].clear()
        shapes[slot] = .missing
    }

    /// Forgets all rows, so that nothing points into an arena any more.
    public func clear() {
        for slot in sets.indices {
            sets[slot].clear()
            shapes[slot] = .unbound
        }
    }

    /// The alias as a record, a list of records, or null.
    public func value(at slot: Int) throws(EvaluationError) -> Value {
        guard sets.indices.contains(slot) else {
            throw EvaluationError(.unavailable, "a variable has no value")
        }
        switch shapes[slot] {
        case .one: return .record(RecordReference(sets[slot], row: 0))
        case .many: return .list(.records(sets[slot], first: 0, count: Int32(clamping: sets[slot].count)))
        case .missing: return .null
        case .unbound: throw EvaluationError(.unavailable, "no row of \(sets[slot].recordType.name) is bound")
        }
    }

    /// One column of the alias's row.
    public func field(_ field: Int, at slot: Int) throws(EvaluationError) -> Value {
        guard sets.indices.contains(slot) else {
            throw EvaluationError(.unavailable, "a variable has no value")
        }
        switch shapes[slot] {
        case .one: return try sets[slot].field(field, row: 0)
        case .missing:
            throw EvaluationError(
                .noSuchOverload, "there is no row of \(sets[slot].recordType.name); test for null first")
        case .many, .unbound:
            throw EvaluationError(.unavailable, "no single row of \(sets[slot].recordType.name) is bound")
        }
    }
}
