/// A field of a computed record, by index.
final class RecordFieldNode: Node {
    let operand: any Node
    let field: Int
    let position: Position

    init(_ operand: any Node, field: Int, at position: Position) {
        self.operand = operand
        self.field = field
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try operand.value(&run)
        guard case .record(let record) = value else {
            throw EvaluationError(.noSuchField, "\(value.type.name) has no fields", position: position)
        }
        do throws(EvaluationError) {
            return try record.provider.field(field, row: record.row)
        } catch {
            throw error.at(position)
        }
    }
}

/// A field by name, of a map, a record or an optional of these.
final class SelectNode: Node {
    let operand: any Node
    let field: String
    let key: Value
    let isOptional: Bool
    let position: Position

    init(_ operand: any Node, field: String, isOptional: Bool, at position: Position) {
        self.operand = operand
        self.field = field
        key = Value(field)
        self.isOptional = isOptional
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try operand.value(&run)
        do throws(EvaluationError) {
            if case .optional(let content) = value {
                guard let content else { return value }
                return .optional(try Access.field(field, key, of: content))
            }
            let found = try Access.field(field, key, of: value)
            if isOptional { return .optional(found) }
            guard let found else { throw EvaluationError(.noSuchKey, "no such key '\(field)'") }
            return found
        } catch {
            throw error.at(position)
        }
    }
}

/// Whether a field is there: a key of a map, or a field of a record that is not null.
final class HasNode: Node {
    let operand: any Node
    let field: String
    let key: Value
    let position: Position

    init(_ operand: any Node, field: String, at position: Position) {
        self.operand = operand
        self.field = field
        key = Value(field)
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        var value = try operand.value(&run)
        if case .optional(let content) = value {
            guard let content else { return false }
            value = content
        }
        do throws(EvaluationError) {
            guard let found = try Access.field(field, key, of: value) else { return false }
            if case .record = value, case .null = found { return false }
            return true
        } catch {
            throw error.at(position)
        }
    }
}

/// Whether a column is not null: `has(row.column)`.
final class PresenceNode: Node {
    let load: any Node

    init(_ load: any Node) { self.load = load }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value { .bool(try test(&run)) }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        if case .null = try load.value(&run) { false } else { true }
    }
}

/// An element of a list or map, or of an optional of these.
final class IndexNode: Node {
    let operand: any Node
    let index: any Node
    let isOptional: Bool
    let position: Position

    init(_ operand: any Node, _ index: any Node, isOptional: Bool, at position: Position) {
        self.operand = operand
        self.index = index
        self.isOptional = isOptional
        self.position = position
    }

    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value {
        let value = try operand.value(&run)
        let key = try index.value(&run)
        do throws(EvaluationError) {
            if case .optional(let content) = value {
                guard let content else { return value }
                return .optional(try Access.element(key, of: content))
            }
            let found = try Access.element(key, of: value)
            if isOptional { return .optional(found) }
            guard let found else { throw Access.missing(in: value) }
            return found
        } catch {
            throw error.at(position)
        }
    }
}
