public import CEL
public import Model

/// Gives expressions the rows of a mapping: slot n is the n-th alias, a record, a list of records, or null.
///
/// Nothing is copied: a value is read from its row image when an expression asks for it, and texts stay in
/// the arena. The caller holds every arena until the alias is bound anew or `clear` is called. One thread
/// uses one of these.
public final class RowBindings: Bindings {
    let sets: [RowSet]

    /// Bindings for aliases of these tables, in slot order.
    public init(_ tables: [TableSchema]) {
        sets = tables.map(RowSet.init)
    }

    /// Binds an alias to the row image at an offset; false when the image is damaged or has fewer columns
    /// than the table.
    public func bind(_ slot: Int, arena: UnsafeRawBufferPointer, row: Int) -> Bool {
        // The caller holds the arena, as the type's contract says.
        unsafe sets[slot].begin(arena, .one)
        return sets[slot].append(row)
    }

    /// Binds an alias to a list of row images; false when one of them is damaged or has fewer columns than
    /// the table.
    public func bind(_ slot: Int, arena: UnsafeRawBufferPointer, rows: [Int]) -> Bool {
        // The caller holds the arena, as the type's contract says.
        unsafe sets[slot].begin(arena, .many)
        for row in rows where !sets[slot].append(row) { return false }
        return true
    }

    /// Binds an alias to null: the row it stands for does not exist.
    public func bindMissing(_ slot: Int) { sets[slot].clear(.missing) }

    /// Forgets all rows, so that nothing points into an arena any more.
    public func clear() {
        for set in sets { set.clear(.unbound) }
    }

    /// The alias as a record, a list of records, or null.
    public func value(at slot: Int) throws(EvaluationError) -> Value {
        guard sets.indices.contains(slot) else {
            throw EvaluationError(.unavailable, "a variable has no value")
        }
        let set = sets[slot]
        switch set.shape {
        case .one: return .record(RecordReference(set, row: 0))
        case .many: return .list(.records(set, first: 0, count: Int32(clamping: set.count)))
        case .missing: return .null
        case .unbound: throw EvaluationError(.unavailable, "no row of \(set.recordType.name) is bound")
        }
    }

    /// One column of the alias's row.
    public func field(_ field: Int, at slot: Int) throws(EvaluationError) -> Value {
        guard sets.indices.contains(slot) else {
            throw EvaluationError(.unavailable, "a variable has no value")
        }
        return try sets[slot].field(field)
    }

    /// The set behind a slot that holds one row; nil for every other.
    func singleRow(at slot: Int) -> RowSet? {
        sets.indices.contains(slot) && sets[slot].shape == .one ? sets[slot] : nil
    }
}
