import CEL
import Model

extension SQLCompiler {
    /// The column that a name or field means.
    mutating func column(_ node: Expression) throws(SQLRefusal) -> SQLTerm {
        let (source, column) = try place(of: node)
        return term(of: column, try reference(source, column, at: node.position))
    }

    /// `has(x.f)`: the field is not null.
    mutating func presence(_ node: Expression, _ field: String) throws(SQLRefusal) -> SQLTerm {
        let (source, column) = try place(of: node)
        let name = try reference(source, column, at: node.position)
        return SQLTerm(sql: "(NOT \(nullTest(term(of: column, name))))", family: .bool, mayFail: true)
    }

    private func place(of node: Expression) throws(SQLRefusal) -> (SQLScope.Source, ColumnSchema) {
        switch checked.reference(of: node) {
        case .variable(let slot)? where !scope.slotsAreRecords:
            if let source = scope.sources.first, source.table.columns.indices.contains(slot) {
                return (source, source.table.columns[slot])
            }
        case .field(let index, let slot?)? where scope.slotsAreRecords:
            if scope.sources.indices.contains(slot), scope.sources[slot].table.columns.indices.contains(index)
            {
                return (scope.sources[slot], scope.sources[slot].table.columns[index])
            }
        default: break
        }
        throw SQLRefusal("only columns of a row can be read in a database", at: node.position)
    }

    private func reference(
        _ source: SQLScope.Source, _ column: ColumnSchema, at position: CEL.Position
    ) throws(SQLRefusal) -> String {
        do throws(ExpressionError) {
            let name = try SQLIdentifier(column.name).quoted
            guard let qualifier = source.qualifier else { return name }
            return try SQLIdentifier(qualifier).quoted + "." + name
        } catch {
            throw SQLRefusal(error.message, at: position)
        }
    }

    /// A column's value, in a form that is NULL where the cell would be an error in an expression.
    private func term(of column: ColumnSchema, _ name: String) -> SQLTerm {
        // A catalog may say NOT NULL of a primary key in which SQLite keeps NULL all the same.
        let isNull = "(\(name) IS NULL)"
        switch (column.kind, dialect) {
        case (.int64, _): return SQLTerm(sql: name, family: .int, isNull: isNull)
        case (.double, .sqlite): return SQLTerm(sql: name, family: .double, isNull: isNull)
        case (.text, _), (.json, .sqlite):
            return SQLTerm(sql: text(column, name), family: .text, isNull: isNull)
        case (.bytes, _): return SQLTerm(sql: name, family: .bytes, isNull: isNull)
        case (.bool, .postgres): return SQLTerm(sql: name, family: .bool, isNull: isNull)
        case (.bool, .sqlite):
            return SQLTerm(
                sql: "(CASE WHEN \(name) IN (0, 1) THEN \(name) END)", family: .bool, isNull: isNull,
                mayFail: true)
        case (.decimal, .postgres): return SQLTerm(sql: name, family: .decimal(scale: nil), isNull: isNull)
        case (.decimal, .sqlite): return decimal(column, name, isNull)
        case (.date, .postgres): return SQLTerm(sql: name, family: .date, isNull: isNull)
        case (.date, .sqlite):
            // Without a modifier, SQLite before 3.43 gives 2024-02-30 back as it came.
            return SQLTerm(
                sql: "(CASE WHEN date(\(name), '+0 days') = \(name) AND \(name) > '0001' THEN \(name) END)",
                family: .date,
                isNull: isNull, mayFail: true)
        case (.timestamp, .postgres): return SQLTerm(sql: name, family: .localTimestamp, isNull: isNull)
        case (.timestampZoned, .postgres): return SQLTerm(sql: name, family: .timestamp, isNull: isNull)
        case (.uuid, .postgres): return SQLTerm(sql: name, family: .uuid, isNull: isNull)
        default: return SQLTerm(sql: name, family: .incomparable, isNull: isNull)
        }
    }

    /// Text compares by bytes, as expressions do, whatever the column's collation; padded types keep their
    /// padding.
    private func text(_ column: ColumnSchema, _ name: String) -> String {
        if dialect == .postgres, let width = SQLCompiler.paddedWidth(column.declaredType) {
            return "rpad(\(name)::text, \(width))"
        }
        return column.collation == nil ? name : "(\(name) COLLATE \(dialect.bytewise))"
    }

    /// The width of PostgreSQL's blank-padded type, whose cast to text would cut the padding off.
    private static func paddedWidth(_ declaredType: String) -> Int? {
        let type = declaredType.lowercased()
        for name in ["character(", "char(", "bpchar("] where type.hasPrefix(name) && type.hasSuffix(")") {
            return Int(type.dropFirst(name.count).dropLast())
        }
        return nil
    }

    /// A decimal of SQLite, which stores a double or an integer: with a declared scale a whole number of
    /// units, binary noise rounded away and real digits past the scale refused; without one the number as it
    /// is.
    private func decimal(_ column: ColumnSchema, _ name: String, _ isNull: String) -> SQLTerm {
        let isNumber = "typeof(\(name)) IN ('integer', 'real')"
        guard let scale = column.scale, (0...15).contains(scale) else {
            let sql = """
                (CASE WHEN \(isNumber) AND abs(\(name)) <= \(Self.exactInDouble) THEN \(name) END)
                """
            return SQLTerm(sql: sql, family: .decimal(scale: nil), isNull: isNull, mayFail: true)
        }
        let power = "1" + String(repeating: "0", count: scale) + ".0"
        let units = "round(\(name) * \(power))"
        let sql = """
            (CASE WHEN \(isNumber) AND abs(\(name) * \(power)) <= \(Self.exactInDouble) \
            AND abs(\(name) * \(power) - \(units)) <= max(1e-6, abs(\(name) * \(power)) * 9e-16) \
            THEN CAST(\(units) AS INTEGER) END)
            """
        return SQLTerm(sql: sql, family: .decimal(scale: scale), isNull: isNull, mayFail: true)
    }
}
