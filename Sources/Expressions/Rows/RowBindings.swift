public import CEL
public import Model

/// Gives expressions the rows of a mapping: slot n is the n-th alias, a record, a list of records, or null.
///
/// Nothing is copied: a value is read from its row image when an expression asks for it, and texts stay in
/// the arena. The caller holds every arena until the alias is bound anew or `clear` is called. One thread
/// uses one of these.
@safe public final class RowBindings: Bindings {
    let sets: [RowSet]
    /// The cells of each set: found without counting references.
    let cells: UnsafeMutableBufferPointer<UnsafeMutablePointer<RowCells>>

    /// Bindings for aliases of these tables, in slot order.
    public init(_ tables: [TableSchema]) {
        sets = tables.map(RowSet.init)
        unsafe cells = .allocate(capacity: sets.count)
        // The sets, which own the cells, live as long as this object.
        for (slot, set) in sets.enumerated() { unsafe cells.initializeElement(at: slot, to: set.cells) }
    }

    deinit { unsafe cells.deallocate() }

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
        guard slot >= 0, unsafe slot < cells.count else {
            throw EvaluationError(.unavailable, "a variable has no value")
        }
        // The slot was compared with the count, and the sets that own the cells live as long as this object.
        guard unsafe cells[slot].pointee.shape == .one, unsafe cells[slot].pointee.has(field, row: 0) else {
            return try sets[slot].field(field)
        }
        do throws(CellFault) {
            return try unsafe cells[slot].pointee.value(field, row: 0)
        } catch {
            let type = sets[slot].recordType
            throw error.error(table: type.name, column: type.fields[field].name)
        }
    }

    /// One column of the alias's row as an int, when it is declared and stored as one.
    public func integer(_ field: Int, at slot: Int) -> Int64? {
        guard let rows = unsafe singleCells(at: slot), unsafe rows.pointee.has(field, row: 0) else {
            return nil
        }
        return unsafe rows.pointee.integer(field, row: 0)
    }

    /// The bytes of one column of the alias's row, when it is declared and stored as text.
    public func text(_ field: Int, at slot: Int) -> UnsafeRawBufferPointer? {
        guard let rows = unsafe singleCells(at: slot), unsafe rows.pointee.has(field, row: 0) else {
            return nil
        }
        return unsafe rows.pointee.text(field, row: 0)
    }

    /// Whether the alias is one row whose source did not send this column.
    public func isAbsent(_ field: Int, at slot: Int) -> Bool {
        guard let rows = unsafe singleCells(at: slot), unsafe rows.pointee.has(field, row: 0) else {
            return false
        }
        return unsafe rows.pointee.isAbsent(field, row: 0)
    }

    /// The cells behind a slot that holds one row; nil for every other.
    @inline(__always)
    func singleCells(at slot: Int) -> UnsafeMutablePointer<RowCells>? {
        // The slot is compared with the count, and the sets that own the cells live as long as this object.
        unsafe slot >= 0 && slot < cells.count && cells[slot].pointee.shape == .one ? cells[slot] : nil
    }
}
