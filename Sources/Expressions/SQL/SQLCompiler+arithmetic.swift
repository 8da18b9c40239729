import CEL
import Model

extension SQLCompiler {
    /// `a + b`, `a - b` or `a * b` of ints and decimals; NULL where it is an error, a null operand and an
    /// overflow included.
    func arithmetic(
        _ operation: BinaryOperator, _ a: SQLTerm, _ b: SQLTerm, at position: CEL.Position
    ) throws(SQLRefusal) -> SQLTerm {
        switch (a.family, b.family) {
        case (.int, .int): return integer(operation, a, b)
        case (.decimal, .decimal), (.decimal, .int), (.int, .decimal):
            guard dialect == .sqlite else {
                return SQLTerm(
                    sql: "(\(a.sql)::numeric \(operation.rawValue) \(b.sql)::numeric)",
                    family: .decimal(scale: nil),
                    mayFail: true)
            }
            guard !a.isUnscaledDecimal, !b.isUnscaledDecimal else {
                throw SQLRefusal("decimals without a declared scale are not added up in SQLite", at: position)
            }
            return units(operation, a, b)
        default: throw SQLRefusal("only ints and decimals are added up in a database", at: position)
        }
    }

    /// `-a`
    mutating func negated(_ operand: Expression, at position: CEL.Position) throws(SQLRefusal) -> SQLTerm {
        let zero = SQLTerm(sql: "0", family: .int, number: .zero)
        return try arithmetic(.subtract, zero, try term(operand), at: position)
    }

    private func integer(_ operation: BinaryOperator, _ a: SQLTerm, _ b: SQLTerm) -> SQLTerm {
        switch dialect {
        case .sqlite:
            let sql = "(\(a.sql) \(operation.rawValue) \(b.sql))"
            return SQLTerm(sql: whole(sql), family: .int, mayFail: true)
        case .postgres:
            let sql = "(\(a.sql)::numeric \(operation.rawValue) \(b.sql)::numeric)"
            let range = "BETWEEN -9223372036854775808 AND 9223372036854775807"
            return SQLTerm(sql: "(CASE WHEN \(sql) \(range) THEN \(sql) END)", family: .int, mayFail: true)
        }
    }

    /// Decimals of SQLite as whole numbers of units.
    private func units(_ operation: BinaryOperator, _ a: SQLTerm, _ b: SQLTerm) -> SQLTerm {
        if operation == .multiply {
            let sql = "(\(a.sql) * \(b.sql))"
            return SQLTerm(sql: whole(sql), family: .decimal(scale: a.scale + b.scale), mayFail: true)
        }
        let scale = max(a.scale, b.scale)
        let sql = "(\(scaled(a, to: scale).sql) \(operation.rawValue) \(scaled(b, to: scale).sql))"
        return SQLTerm(sql: whole(sql), family: .decimal(scale: scale), mayFail: true)
    }

    /// SQLite turns an integer overflow into a double without a word; here it is NULL.
    private func whole(_ sql: String) -> String { "(CASE WHEN typeof\(sql) = 'integer' THEN \(sql) END)" }
}
