/// Resolves names and types of a syntax tree, collecting every fault.
struct Checker {
    let environment: Environment
    /// Types are left to the run, and unknown names are errors of the run.
    let isLenient: Bool
    var inference = Inference()
    var resolution = Resolution()
    var diagnostics: [Diagnostic] = []
    var locals: [(name: String, type: CELType)] = []
    var fields: [FieldReference] = []
    var slots: Set<Int> = []

    init(_ environment: Environment, isLenient: Bool) {
        self.environment = environment
        self.isLenient = isLenient
    }

    /// Checks the whole expression.
    mutating func run(_ parsed: ParsedExpression, expecting: CELType?) throws(CompilationError)
        -> CheckedExpression
    {
        let type = check(parsed.expression)
        if let expecting, diagnostics.isEmpty, !inference.assign(type, to: expecting) {
            let found = inference.resolved(type, isFinal: true)
            mismatch(
                "the expression is \(found), needed is \(expecting)", parsed.expression, found, expecting)
        }
        if !isLenient, !diagnostics.isEmpty { throw CompilationError(diagnostics) }
        for (id, type) in resolution.types { resolution.types[id] = inference.resolved(type, isFinal: true) }
        return CheckedExpression(
            parsed: parsed, type: resolution.types[parsed.expression.id] ?? .dyn, fields: fields,
            slots: slots,
            resolution: resolution)
    }

    /// Checks a node and everything below it.
    mutating func check(_ node: Expression) -> CELType {
        let type = isLenient ? (_ = derive(node), .dyn).1 : inference.resolved(derive(node))
        resolution.types[node.id] = type
        return type
    }

    private mutating func derive(_ node: Expression) -> CELType {
        switch node.kind {
        case .literal(let literal): literal.type
        case .identifier: identifier(node)
        case .select(let operand, let field, let isOptional):
            select(node, operand, field, isOptional: isOptional)
        case .has(let operand, let field, _): has(node, operand, field)
        case .index(let operand, let index, let isOptional):
            self.index(node, operand, index, isOptional: isOptional)
        case .unary(let operation, let operand):
            call(node, operation.functionName, [operand], shownAs: operation.rawValue)
        case .binary(let operation, let left, let right):
            call(node, operation.functionName, [left, right], shownAs: operation.rawValue)
        case .conditional(let condition, let positive, let negative):
            conditional(condition, positive, negative)
        case .call: call(node)
        case .list(let elements): list(elements)
        case .map(let entries): map(entries)
        case .comprehension(let comprehension): self.comprehension(comprehension)
        case .bind(let name, let value, let body): bind(name, value, body)
        case .optionalMap(let target, let name, let body, let isFlat): optionalMap(target, name, body, isFlat)
        }
    }

    private mutating func conditional(
        _ condition: Expression, _ positive: Expression, _ negative: Expression
    ) -> CELType {
        require(condition, .bool, "the condition of '?:'")
        let first = check(positive)
        let second = check(negative)
        let joined = inference.join(first, second)
        let types = (inference.resolved(first, isFinal: true), inference.resolved(second, isFinal: true))
        if joined == .dyn, types.0 != .dyn, types.1 != .dyn {
            mismatch("the branches of '?:' differ: \(types.0) and \(types.1)", negative, types.1, types.0)
        }
        return joined
    }

    private mutating func list(_ elements: [Expression.ListElement]) -> CELType {
        var joined: CELType?
        for element in elements {
            var type = check(element.value)
            if element.isOptional { type = content(of: type, element.value) }
            joined = joined.map { inference.join($0, type) } ?? type
        }
        return .list(joined ?? inference.fresh())
    }

    private mutating func map(_ entries: [Expression.MapEntry]) -> CELType {
        var joined: (key: CELType, value: CELType)?
        for entry in entries {
            let key = check(entry.key)
            if !key.mayBeKey {
                let found = inference.resolved(key, isFinal: true)
                mismatch("a map key is a bool, int, uint or string, not \(found)", entry.key, found, .string)
            }
            var value = check(entry.value)
            if entry.isOptional { value = content(of: value, entry.value) }
            joined =
                joined.map { (inference.join($0.key, key), inference.join($0.value, value)) } ?? (key, value)
        }
        return .map(joined?.key ?? inference.fresh(), joined?.value ?? inference.fresh())
    }

    /// The type inside an optional; a fault when the type is not one.
    mutating func content(of type: CELType, _ node: Expression) -> CELType {
        let inner = inference.fresh()
        guard inference.assign(type, to: .optional(inner)) else {
            let found = inference.resolved(type, isFinal: true)
            mismatch("an optional is needed after '?', found \(found)", node, found, .optional(.dyn))
            return .dyn
        }
        return type == .dyn ? .dyn : inference.resolved(inner)
    }

    /// Checks that a node has a type.
    mutating func require(_ node: Expression, _ type: CELType, _ what: String) {
        let found = inference.resolved(check(node))
        guard !inference.assign(found, to: type, acceptsNullable: true) else { return }
        let shown = inference.resolved(found, isFinal: true)
        mismatch("\(what) must be \(type), found \(shown)", node, shown, type)
    }

    /// Records a type fault.
    mutating func mismatch(_ message: String, _ node: Expression, _ found: CELType, _ expected: CELType) {
        report(
            Diagnostic(
                .typeMismatch, message, at: node.position, found: found.description,
                expected: expected.description))
    }

    /// Records a fault unless types are left to the run.
    mutating func report(_ diagnostic: Diagnostic) {
        if !isLenient { diagnostics.append(diagnostic) }
    }
}
