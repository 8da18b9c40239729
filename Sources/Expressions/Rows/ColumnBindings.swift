public import CEL
public import Model

/// Gives expressions the columns of one row: slot n is the table's column n.
///
/// As with `RowBindings`, nothing is copied, and the caller holds the arena until the next row is bound or
/// `clear` is called.
public final class ColumnBindings: Bindings {
    private let set: RowSet

    /// Bindings for rows of a table.
    public init(_ table: TableSchema) {
        set = RowSet(table)
    }

    /// The variables of such expressions: each column by its name.
    public static func variables(of table: TableSchema) -> [Variable] {
        table.columns.map { Variable($0.name, CELType(column: $0)) }
    }

    /// Binds the row image at an offset; false when the image is damaged or has fewer columns than the table.
    public func bind(arena: UnsafeRawBufferPointer, row: Int) -> Bool {
        // The caller holds the arena, as the type's contract says.
        unsafe set.begin(arena, .one)
        return set.append(row)
    }

    /// Forgets the row, so that nothing points into an arena any more.
    public func clear() { set.clear(.unbound) }

    /// The column's value.
    public func value(at slot: Int) throws(EvaluationError) -> Value {
        try set.field(slot)
    }
}
