import CEL
import Expressions
import Model

/// Which kinds of columns each code table translates, as far as plain columns tell.
struct CodeKinds {
    private(set) var sources: [String: Set<Kind>] = [:]
    private(set) var targets: [String: Set<Kind>] = [:]

    /// Looks at every field of a context before its expressions are checked.
    init(_ text: ContextText, slots: [AliasSlot], service: Catalog) {
        let tables = Dictionary(slots.compactMap { slot in slot.table.map { (slot.name, $0) } }) { first, _ in
            first
        }
        for aggregate in text.aggregates {
            let target = service.table(aggregate.table.value)
            for field in aggregate.facts.flatMap(\.fields) { add(field, target, tables) }
            for part in aggregate.parts {
                let target = service.table(part.table.value)
                for field in part.fields { add(field, target, tables) }
            }
        }
    }

    private mutating func add(_ field: FieldText, _ target: TableSchema?, _ tables: [String: TableSchema]) {
        // A text that does not parse is reported where its expression is checked.
        guard let tree = try? Environment().parse(field.expression.text).expression else { return }
        for use in CodeUse.all(in: tree) where !use.isInverse {
            if case .select(let operand, let column, _)? = use.argument?.kind,
                case .identifier(let alias, _) = operand.kind,
                let table = tables[alias], let index = table.index(of: column)
            {
                sources[use.table, default: []].insert(table.columns[index].kind)
            }
        }
        guard case .call("code", _, nil, let arguments) = tree.kind,
            case .literal(.string(let name))? = arguments.first?.kind,
            let target, let index = target.index(of: field.column.value)
        else { return }
        targets[name, default: []].insert(target.columns[index].kind)
    }
}
