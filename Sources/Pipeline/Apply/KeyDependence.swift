import CEL
import Model
package import Plan

/// Whether an aggregate's service key follows from its legacy key alone.
package enum KeyDependence {
    /// True when the service key may change while the legacy key stays, or two legacy keys may give one
    /// service key: then only a cross-reference tells which service row belongs to a legacy row.
    package static func needsCrossReference(_ aggregate: CheckedAggregate, reads: [ReadBinding]) -> Bool {
        if aggregate.surrogate != nil { return true }
        let rootKey = Set(reads[aggregate.root].table.key)
        var covered: Set<Int> = []
        for column in aggregate.table.key {
            guard let field = aggregate.fields.first(where: { $0.column == column }),
                let source = plainColumn(field.expression, slot: aggregate.root)
            else { return true }
            covered.insert(source)
        }
        return covered != rootKey
    }

    /// The column that an expression is, when it is nothing but a column of the root row.
    static func plainColumn(_ expression: CompiledExpression, slot: Int) -> Int? {
        let fields = expression.checked.fields
        guard fields.count == 1, let field = fields.first, field.slot == slot,
            case .select = expression.checked.expression.kind
        else { return nil }
        return field.field
    }
}
