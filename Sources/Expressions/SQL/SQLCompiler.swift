import CEL
import Model

/// Writes an expression as SQL.
struct SQLCompiler {
    /// A predicate longer than this is no condition for a database but a program.
    private static let bytesMax = 64 * 1024

    let checked: CheckedExpression
    let scope: SQLScope
    let dialect: SQLDialect
    let constants: SQLPredicate.Constants
    private(set) var parameters: [SQLParameter] = []
    /// The type as which PostgreSQL reads each parameter; one parameter has one type.
    private var parameterTypes: [String] = []

    init(
        _ checked: CheckedExpression, _ scope: SQLScope, _ dialect: SQLDialect,
        _ constants: SQLPredicate.Constants
    ) {
        self.checked = checked
        self.scope = scope
        self.dialect = dialect
        self.constants = constants
    }

    mutating func whole() throws(SQLRefusal) -> String {
        try condition(checked.expression)
    }

    /// A node of type bool as a condition: true, false, or NULL for an error.
    mutating func condition(_ node: Expression) throws(SQLRefusal) -> String {
        let sql = try term(node)
        guard sql.family == .bool else { throw SQLRefusal("a condition is needed here", at: node.position) }
        return sql.sql
    }

    /// Any node that has a value in SQL.
    mutating func term(_ node: Expression) throws(SQLRefusal) -> SQLTerm {
        let term = try build(node)
        guard term.sql.utf8.count <= Self.bytesMax else {
            throw SQLRefusal("the predicate is too long for a database", at: node.position)
        }
        return term
    }

    private mutating func build(_ node: Expression) throws(SQLRefusal) -> SQLTerm {
        if let constant = try constant(node) { return try written(constant, at: node.position) }
        switch node.kind {
        case .identifier, .select: return try column(node)
        case .has(_, let field, _): return try presence(node, field)
        case .unary(.not, let operand): return truth("(NOT \(try condition(operand)))")
        case .unary(.negate, let operand): return try negated(operand, at: node.position)
        case .binary(let operation, let left, let right): return try binary(node, operation, left, right)
        case .conditional(let test, let positive, let negative):
            return try conditional(
                try condition(test), try term(positive), try term(negative), at: node.position)
        case .call(let function, _, let target?, let arguments):
            return try search(node, function, target, arguments)
        case .call(let function, _, nil, _):
            throw SQLRefusal("\(function)() does not run in a database", at: node.position)
        case .literal, .index, .list, .map, .comprehension, .bind, .optionalMap:
            throw SQLRefusal("this does not run in a database", at: node.position)
        }
    }

    private mutating func binary(
        _ node: Expression, _ operation: BinaryOperator, _ left: Expression, _ right: Expression
    ) throws(SQLRefusal) -> SQLTerm {
        switch operation {
        case .and: return truth("(\(try condition(left)) AND \(try condition(right)))")
        case .or: return truth("(\(try condition(left)) OR \(try condition(right)))")
        case .equal: return truth(try equality(try term(left), try term(right), at: node.position))
        case .notEqual:
            return truth("(NOT \(try equality(try term(left), try term(right), at: node.position)))")
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            return truth(try order(operation, try term(left), try term(right), at: node.position))
        case .membership: return truth(try membership(try term(left), right))
        case .add, .subtract, .multiply:
            return try arithmetic(operation, try term(left), try term(right), at: node.position)
        case .divide, .remainder:
            throw SQLRefusal("division differs between databases and does not run in one", at: node.position)
        }
    }

    /// `test ? a : b`, which is an error where the test is one.
    private func conditional(
        _ test: String, _ positive: SQLTerm, _ negative: SQLTerm, at position: CEL.Position
    ) throws(SQLRefusal) -> SQLTerm {
        guard positive.family == negative.family, positive.family != .null else {
            throw SQLRefusal("both branches need one type in a database", at: position)
        }
        func either(_ first: String, _ second: String, _ rest: String) -> String {
            "(CASE WHEN \(test) THEN \(first) WHEN NOT \(test) THEN \(second)\(rest) END)"
        }
        let never = dialect.bool(false)
        var result = SQLTerm(
            sql: either(positive.sql, negative.sql, ""), family: positive.family, mayFail: true)
        if positive.isNull != nil || negative.isNull != nil {
            result.isNull = either(positive.isNull ?? never, negative.isNull ?? never, " ELSE \(never)")
        }
        return result
    }

    /// A condition as a term: never null as a value, NULL only for an error.
    func truth(_ sql: String) -> SQLTerm { SQLTerm(sql: sql, family: .bool, mayFail: true) }

    /// Writes a parameter, or the constant itself; PostgreSQL is told its type, SQLite sees it from the
    /// value.
    mutating func write(
        _ parameter: SQLParameter, _ type: String, at position: CEL.Position
    ) throws(SQLRefusal) -> String {
        let cast = dialect == .sqlite ? "" : "::\(type)"
        guard case .bound(let first) = constants else {
            return try SQLLiteral.text(parameter, dialect, at: position) + cast
        }
        let known = parameters.indices.first { parameters[$0] == parameter && parameterTypes[$0] == type }
        if known == nil {
            parameters.append(parameter)
            parameterTypes.append(type)
        }
        let number = first + (known ?? parameters.count - 1)
        return (dialect == .sqlite ? "?\(number)" : "$\(number)") + cast
    }
}
