import CEL

/// A place where an expression names something that no macro around it declares.
struct AliasUse {
    var name: String
    /// The column selected from it; nil when the whole is meant.
    var column: String?
    var position: Position

    /// Every use in a tree, in source order.
    static func all(in tree: Expression) -> [AliasUse] {
        var uses: [AliasUse] = []
        collect(tree, [], &uses)
        return uses.sorted { $0.position.offset < $1.position.offset }
    }

    private static func collect(_ tree: Expression, _ locals: Set<String>, _ uses: inout [AliasUse]) {
        switch tree.kind {
        case .identifier(let name, _):
            if !locals.contains(name) {
                uses.append(AliasUse(name: name, column: nil, position: tree.position))
            }
        case .select(let operand, let field, _), .has(let operand, let field, _):
            if case .identifier(let name, _) = operand.kind {
                if !locals.contains(name) {
                    uses.append(AliasUse(name: name, column: field, position: operand.position))
                }
            } else {
                collect(operand, locals, &uses)
            }
        case .comprehension(let it):
            collect(it.range, locals, &uses)
            let inner = locals.union([it.variable, it.second].compactMap(\.self))
            for part in [it.predicate, it.transform].compactMap(\.self) { collect(part, inner, &uses) }
        case .bind(let name, let value, let body):
            collect(value, locals, &uses)
            collect(body, locals.union([name]), &uses)
        case .optionalMap(let target, let name, let body, _):
            collect(target, locals, &uses)
            collect(body, locals.union([name]), &uses)
        default:
            for child in tree.children { collect(child, locals, &uses) }
        }
    }
}
