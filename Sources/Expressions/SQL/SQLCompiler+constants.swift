import CEL
import Model

extension SQLCompiler {
    /// The value of a node that is a literal, a negated number, or a conversion of a literal; nil for any
    /// other.
    func constant(_ node: Expression) throws(SQLRefusal) -> Value? {
        switch node.kind {
        case .literal(let literal): return literal.value
        case .unary(.negate, let operand):
            switch try constant(operand) {
            case .int(let number)? where number != .min: return .int(-number)
            case .double(let number)?: return .double(-number)
            case .opaque(let opaque)?:
                // The one decimal without a negative is no constant; whoever asks refuses it.
                guard let decimal = opaque as? Decimal128, let negated = try? decimal.negated() else {
                    return nil
                }
                return .opaque(negated)
            default: return nil
            }
        case .call(let function, _, nil, let arguments):
            guard arguments.count == 1, case .literal(let literal) = arguments[0].kind else { return nil }
            return try converted(function, literal, at: node.position)
        default: return nil
        }
    }

    private func converted(
        _ function: String, _ literal: Literal, at position: CEL.Position
    ) throws(SQLRefusal) -> Value? {
        do {
            switch (function, literal) {
            case ("decimal", .string(let text)): return .opaque(try Decimal128(text))
            case ("decimal", .int(let number)): return .opaque(Decimal128(number))
            case ("decimal", .double(let number)): return .opaque(try Decimal128(shortest: number))
            case ("date", .string(let text)): return .opaque(try CalendarDate(text))
            case ("date", .int(let number)): return .opaque(try CalendarDate(yyyymmdd: number))
            case ("uuid", .string(let text)): return .opaque(try UUIDValue(text))
            case ("local_timestamp", .string(let text)), ("timestamp", .string(let text)):
                let timestamp = try Model.Timestamp(text)
                guard timestamp.isZoned == (function == "timestamp") else { return nil }
                return .opaque(timestamp)
            default: return nil
            }
        } catch {
            throw SQLRefusal("the constant cannot be read: \(error)", at: position)
        }
    }

    /// A constant as a term.
    mutating func written(_ value: Value, at position: CEL.Position) throws(SQLRefusal) -> SQLTerm {
        switch value {
        case .null: return SQLTerm(sql: "NULL", family: .null, isNull: dialect.bool(true))
        case .bool(let value): return SQLTerm(sql: dialect.bool(value), family: .bool)
        case .int(let number):
            let sql = try write(.integer(number), "bigint", at: position)
            return SQLTerm(sql: sql, family: .int, number: Decimal128(number))
        case .double(let number):
            guard number.isFinite else { throw SQLRefusal("the number is not finite", at: position) }
            return SQLTerm(sql: try write(.double(number), "double precision", at: position), family: .double)
        case .string(let text):
            return SQLTerm(sql: try write(.text(text.string), "text", at: position), family: .text)
        case .bytes(let bytes):
            return SQLTerm(sql: try write(.bytes(bytes.array), "bytea", at: position), family: .bytes)
        case .opaque(let opaque): return try written(opaque, at: position)
        default: throw SQLRefusal("a \(value.type.name) has no constant in a database", at: position)
        }
    }

    private mutating func written(_ opaque: any OpaqueValue, at position: CEL.Position) throws(SQLRefusal)
        -> SQLTerm
    {
        switch opaque {
        case let decimal as Decimal128: return try written(decimal, at: position)
        case let date as CalendarDate:
            return SQLTerm(sql: try write(.text(date.description), "date", at: position), family: .date)
        case let uuid as UUIDValue:
            return SQLTerm(sql: try write(.text(uuid.description), "uuid", at: position), family: .uuid)
        case let timestamp as Model.Timestamp:
            let type = timestamp.isZoned ? "timestamptz" : "timestamp"
            return SQLTerm(
                sql: try write(.text(timestamp.description), type, at: position),
                family: timestamp.isZoned ? .timestamp : .localTimestamp)
        default: throw SQLRefusal("a \(opaque.typeName) has no constant in a database", at: position)
        }
    }

    /// A decimal: in SQLite a whole number of units of its last digit, so that it is exact.
    private mutating func written(_ decimal: Decimal128, at position: CEL.Position) throws(SQLRefusal)
        -> SQLTerm
    {
        let normal = decimal.normalized
        guard dialect == .sqlite else {
            return SQLTerm(
                sql: try write(.text(normal.description), "numeric", at: position),
                family: .decimal(scale: nil),
                number: normal)
        }
        guard let units = Int64(exactly: normal.coefficient), units.magnitude <= SQLCompiler.exactInDouble
        else {
            throw SQLRefusal("SQLite has no exact number for a decimal of that size", at: position)
        }
        return SQLTerm(
            sql: try write(.integer(units), "bigint", at: position), family: .decimal(scale: normal.scale),
            number: normal)
    }

    /// The largest number up to which doubles hold every integer.
    static let exactInDouble: UInt64 = 9_007_199_254_740_991
}
