import CEL
import Model

extension SQLCompiler {
    /// `a == b`: null equals null and nothing else; NULL only where one side is an error.
    func equality(_ a: SQLTerm, _ b: SQLTerm, at position: CEL.Position) throws(SQLRefusal) -> String {
        if a.family == .null { return nullTest(b) }
        if b.family == .null { return nullTest(a) }
        let (left, right) = try comparable(a, b, at: position)
        if left.isNull == nil, right.isNull == nil { return "(\(left.sql) = \(right.sql))" }
        if !left.mayFail, !right.mayFail { return dialect.same(left.sql, right.sql) }
        var sql = "(CASE"
        if let a = left.isNull, let b = right.isNull {
            sql += " WHEN \(a) AND \(b) THEN \(dialect.bool(true))"
        }
        // A null beside a value is unequal; beside an error it is an error, and the CASE ends in NULL.
        if let a = left.isNull {
            sql += " WHEN \(a) AND \(right.sql) IS NOT NULL THEN \(dialect.bool(false))"
        }
        if let b = right.isNull {
            sql += " WHEN \(b) AND \(left.sql) IS NOT NULL THEN \(dialect.bool(false))"
        }
        return sql + " ELSE \(left.sql) = \(right.sql) END)"
    }

    func nullTest(_ term: SQLTerm) -> String {
        guard term.mayFail else { return term.isNull ?? dialect.bool(false) }
        let isNull = term.isNull.map { " WHEN \($0) THEN \(dialect.bool(true))" } ?? ""
        return "(CASE\(isNull) WHEN \(term.sql) IS NOT NULL THEN \(dialect.bool(false)) END)"
    }

    /// `a < b` and its like: an error, and so NULL, where either side is null.
    func order(
        _ operation: BinaryOperator, _ a: SQLTerm, _ b: SQLTerm, at position: CEL.Position
    ) throws(SQLRefusal) -> String {
        let (left, right) = try comparable(a, b, at: position)
        switch left.family {
        case .null: throw SQLRefusal("null has no order", at: position)
        case .text where dialect == .postgres:
            return "((\(left.sql) COLLATE \(dialect.bytewise)) \(operation.rawValue) \(right.sql))"
        default: return "(\(left.sql) \(operation.rawValue) \(right.sql))"
        }
    }

    /// `a in [constants]`: false for a null that is not listed.
    mutating func membership(_ a: SQLTerm, _ list: Expression) throws(SQLRefusal) -> String {
        guard case .list(let elements) = list.kind else {
            throw SQLRefusal("`in` takes a list of constants in a database", at: list.position)
        }
        var values: [String] = []
        var left = a
        var hasNull = false
        for element in elements {
            guard !element.isOptional, let value = try constant(element.value) else {
                throw SQLRefusal("`in` takes a list of constants in a database", at: element.value.position)
            }
            let written = try written(value, at: element.value.position)
            if written.family == .null {
                hasNull = true
                continue
            }
            let pair = try comparable(a, written, at: element.value.position)
            guard pair.0.sql == left.sql || values.isEmpty else {
                return try anyOf(a, elements.map(\.value))
            }
            left = pair.0
            values.append(pair.1.sql)
        }
        return inList(a, left.sql, values, hasNull: hasNull)
    }

    private func inList(_ a: SQLTerm, _ sql: String, _ values: [String], hasNull: Bool) -> String {
        let found =
            values.isEmpty
            ? (a.mayFail
                ? "(CASE WHEN \(a.sql) IS NOT NULL THEN \(dialect.bool(false)) END)" : dialect.bool(false))
            : "(\(sql) IN (\(values.joined(separator: ", "))))"
        guard let isNull = a.isNull else { return found }
        if a.mayFail { return "(CASE WHEN \(isNull) THEN \(dialect.bool(hasNull)) ELSE \(found) END)" }
        return hasNull ? "(\(isNull) OR \(found))" : "(NOT \(isNull) AND \(found))"
    }

    /// Equality with each in turn, for lists whose elements are compared in different forms.
    private mutating func anyOf(_ a: SQLTerm, _ elements: [Expression]) throws(SQLRefusal) -> String {
        var parts: [String] = []
        for element in elements { parts.append(try equality(a, try term(element), at: element.position)) }
        return "(" + parts.joined(separator: " OR ") + ")"
    }

    /// Both terms in a form in which SQL's comparison is that of expressions.
    func comparable(_ a: SQLTerm, _ b: SQLTerm, at position: CEL.Position) throws(SQLRefusal) -> (
        SQLTerm, SQLTerm
    ) {
        switch (a.family, b.family) {
        case (.decimal, .decimal), (.decimal, .int), (.int, .decimal): return try decimals(a, b, at: position)
        case (.int, .double), (.double, .int):
            guard dialect == .sqlite else { break }
            return (a, b)
        case (.uuid, .uuid), (.localTimestamp, .localTimestamp), (.timestamp, .timestamp):
            guard dialect == .postgres else { break }
            return (a, b)
        case (let x, let y) where x == y && x != .incomparable: return (a, b)
        default: break
        }
        throw SQLRefusal("values of these types are not compared in \(dialect.rawValue)", at: position)
    }

    /// Decimals and ints: as PostgreSQL's own numbers, or at one scale, or as the doubles that SQLite stores.
    private func decimals(_ a: SQLTerm, _ b: SQLTerm, at position: CEL.Position) throws(SQLRefusal) -> (
        SQLTerm, SQLTerm
    ) {
        guard dialect == .sqlite else { return (a, b) }
        if a.isUnscaledDecimal || b.isUnscaledDecimal {
            return (try plain(a, at: position), try plain(b, at: position))
        }
        let scale = max(a.scale, b.scale)
        return (scaled(a, to: scale), scaled(b, to: scale))
    }

    /// A decimal without a declared scale is compared with the double nearest to a constant, which for up to
    /// fifteen digits is the same.
    private func plain(_ term: SQLTerm, at position: CEL.Position) throws(SQLRefusal) -> SQLTerm {
        guard !term.isUnscaledDecimal, term.family != .int else { return term }
        guard let number = term.number, number.coefficient.magnitude < 1_000_000_000_000_000 else {
            throw SQLRefusal(
                "a decimal without a declared scale is only compared with constants", at: position)
        }
        var plain = term
        plain.sql = "(\(term.sql) / 1\(String(repeating: "0", count: number.scale)).0)"
        return plain
    }

    /// The term in units of 10^-`scale`; a product past 64 bits becomes a double, which is still on the right
    /// side of any decimal.
    func scaled(_ term: SQLTerm, to scale: Int) -> SQLTerm {
        guard scale > term.scale else { return term }
        var result = term
        result.sql = "(\(term.sql) * 1\(String(repeating: "0", count: scale - term.scale)))"
        result.family = .decimal(scale: scale)
        return result
    }
}

extension SQLTerm {
    var isUnscaledDecimal: Bool { family == .decimal(scale: nil) }

    /// Digits after the point in SQLite's whole-number form; none for an int.
    var scale: Int {
        if case .decimal(let scale?) = family { scale } else { 0 }
    }
}
