import CEL
import Expressions
import Model
import Plan

/// How one column of a service row is filled: computed, or copied where nothing is to be computed.
final class FieldStep {
    let column: ColumnSchema
    /// Its digits after the point. By itself, because reading it from the column would count the references
    /// of all that the column holds, for every value.
    let scale: Int?
    let expression: ExpressionStep
    /// The slot and field of the legacy column, when the expression is nothing but a column of the kind that
    /// is wanted.
    let plain: (slot: Int, field: Int)?
    let kind: Kind
    /// The same, of a column whose values come as texts where the kind cannot hold them, into one that takes
    /// these.
    let spilled: (slot: Int, field: Int)?
    /// The columns that the expression reads, each with its slot; empty when it reads anything else.
    let sources: [(slot: Int, field: Int)]
    /// Whether the column is part of the service key, which must never be NULL.
    let isKey: Bool

    init(_ field: CheckedField, table: TableSchema, reads: [ReadBinding]) {
        column = table.columns[field.column]
        scale = column.scale
        kind = column.kind
        isKey = table.key.contains(field.column)
        expression = ExpressionStep(field.expression, of: column.name)
        sources = (field.expression.columns ?? []).map { (slot: $0.slot, field: $0.column) }
        plain = FieldStep.plainColumn(field.expression, wanted: column, reads: reads)
        spilled = FieldStep.spilledColumn(field.expression, wanted: column, reads: reads)
    }

    /// The steps that fill these columns; nil for a column that no field fills.
    static func steps(
        for columns: [Int], fields: [CheckedField], table: TableSchema, reads: [ReadBinding]
    ) -> [FieldStep?] {
        columns.map { column in
            fields.first { $0.column == column }.map { FieldStep($0, table: table, reads: reads) }
        }
    }

    /// Whether what is copied has one spelling only, so that it is refused just where reading it is.
    var isExact: Bool { plain != nil && (kind == .int64 || kind == .text) }

    /// Whether an expression is nothing but a column.
    static func isColumn(_ expression: CompiledExpression) -> Bool {
        guard case .select = expression.checked.expression.kind else { return false }
        return expression.checked.fields.count == 1
    }

    private static func spilledColumn(
        _ expression: CompiledExpression, wanted: ColumnSchema, reads: [ReadBinding]
    ) -> (slot: Int, field: Int)? {
        guard isColumn(expression), let field = expression.checked.fields.first, let slot = field.slot
        else { return nil }
        let source = reads[slot].table.columns[field.field]
        guard source.kind == wanted.kind, source.spillsIntoText, wanted.spillsIntoText else { return nil }
        return (slot, field.field)
    }

    private static func plainColumn(
        _ expression: CompiledExpression, wanted: ColumnSchema, reads: [ReadBinding]
    ) -> (slot: Int, field: Int)? {
        guard isColumn(expression), let field = expression.checked.fields.first, let slot = field.slot
        else { return nil }
        let source = reads[slot].table.columns[field.field]
        guard source.kind == wanted.kind, [.int64, .text, .double, .bytes, .decimal].contains(source.kind),
            source.kind != .decimal || (source.scale == wanted.scale && source.scale != nil)
        else { return nil }
        return (slot, field.field)
    }
}
