import CEL

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
