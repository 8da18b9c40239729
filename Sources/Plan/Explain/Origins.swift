import CEL

/// A column of a table, by name.
public struct ColumnName: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The table.
    public var table: String
    /// The column.
    public var column: String

    /// Names a column.
    public init(table: String, column: String) {
        self.table = table
        self.column = column
    }

    /// Table order, then column order.
    public static func < (left: ColumnName, right: ColumnName) -> Bool {
        (left.table, left.column) < (right.table, right.column)
    }

    /// `table.column`.
    public var description: String { "\(table).\(column)" }
}

/// What an expression is made of.
enum Origins {
    /// The columns that an expression over rows reads, each once, in source order.
    static func columns(of expression: CompiledExpression) -> [ColumnName] {
        var seen: Set<ColumnName> = []
        return expression.checked.fields.map { ColumnName(table: $0.record.name, column: $0.name) }
            .filter { seen.insert($0).inserted }
    }

    /// The code tables that an expression translates with, each once.
    static func codes(of expression: CompiledExpression) -> [String] {
        var seen: Set<String> = []
        return CodeUse.all(in: expression.checked.expression).map(\.table).filter { seen.insert($0).inserted }
    }
}
