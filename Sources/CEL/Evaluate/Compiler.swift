/// Turns a resolved syntax tree into nodes that run.
struct Compiler {
    let resolution: Resolution
    let environment: Environment
    /// Macro variables in scope, the innermost last; a variable's place here is its index in the run.
    var scope: [String] = []
    /// How many macro variables a run needs.
    private(set) var localCount = 0
    /// Macros around the current node that run it more than once.
    private var loopDepth = 0

    init(_ resolution: Resolution, _ environment: Environment) {
        self.resolution = resolution
        self.environment = environment
    }

    var isRepeated: Bool { loopDepth > 0 }

    /// The node of an expression.
    mutating func compile(_ node: Expression) -> any Node {
        if let reference = resolution.references[node.id], let compiled = named(node, reference) {
            return compiled
        }
        switch node.kind {
        case .literal(let literal): return constant(literal.value)
        case .identifier(let name, _):
            return FailureNode(
                EvaluationError(.unknownName, "unknown name '\(name)'", position: node.position))
        case .select(let operand, let field, let isOptional):
            return SelectNode(compile(operand), field: field, isOptional: isOptional, at: node.position)
        case .has(let operand, let field, _):
            if let load = fieldLoad(node, operand) { return PresenceNode(load) }
            return HasNode(compile(operand), field: field, at: node.position)
        case .index(let operand, let index, let isOptional):
            return IndexNode(compile(operand), compile(index), isOptional: isOptional, at: node.position)
        case .unary(let operation, let operand): return unary(node, operation, operand)
        case .binary(let operation, let left, let right): return binary(node, operation, left, right)
        case .conditional(let condition, let positive, let negative):
            return ConditionalNode(
                compile(condition), compile(positive), compile(negative), at: node.position)
        case .call: return call(node)
        case .list(let elements):
            if let value = node.constantValue { return constant(value) }
            return ListNode(elements.map { (compile($0.value), $0.isOptional) }, at: node.position)
        case .map(let entries):
            if let value = node.constantValue { return constant(value) }
            return MapNode(
                entries.map { (compile($0.key), compile($0.value), $0.isOptional) }, at: node.position)
        case .comprehension(let comprehension): return loop(node, comprehension)
        case .bind(let name, let value, let body):
            let bound = compile(value)
            let local = declare([name])
            defer { scope.removeLast() }
            return BindNode(local, bound, in: compile(body))
        case .optionalMap(let target, let name, let body, let isFlat):
            let target = compile(target)
            let local = declare([name])
            defer { scope.removeLast() }
            return OptionalMapNode(local, target, compile(body), isFlat: isFlat, at: node.position)
        }
    }

    /// The static type of a node; `dyn` where types are left to the run.
    func type(_ node: Expression) -> CELType { resolution.types[node.id] ?? .dyn }

    /// A node for a value known now.
    func constant(_ value: Value) -> any Node {
        switch value {
        case .int(let value): IntConstantNode(value)
        case .double(let value): DoubleConstantNode(value)
        default: ConstantNode(value)
        }
    }

    private mutating func named(_ node: Expression, _ reference: Reference) -> (any Node)? {
        switch reference {
        case .variable(let slot): return VariableNode(slot: slot, at: node.position)
        case .constant(let value): return constant(value)
        case .local(let name): return scope.lastIndex(of: name).map { LocalNode($0) }
        case .field:
            guard case .select(let operand, let field, let isOptional) = node.kind else { return nil }
            if !isOptional, let load = fieldLoad(node, operand) { return load }
            return SelectNode(compile(operand), field: field, isOptional: isOptional, at: node.position)
        case .function: return nil
        }
    }

    /// The load of one column when the operand is known to be a record.
    private mutating func fieldLoad(_ node: Expression, _ operand: Expression) -> (any Node)? {
        guard case .field(let index, let slot) = resolution.references[node.id], case .record = type(operand)
        else {
            return nil
        }
        if let slot { return VariableFieldNode(slot: slot, field: index, at: node.position) }
        return RecordFieldNode(compile(operand), field: index, at: node.position)
    }

    /// Brings macro variables into scope and returns the index of the first.
    private mutating func declare(_ names: [String]) -> Int {
        scope += names
        localCount = max(localCount, scope.count)
        return scope.count - names.count
    }

    private mutating func loop(_ node: Expression, _ it: Comprehension) -> any Node {
        let range = compile(it.range)
        let names = [it.variable] + (it.second.map { [$0] } ?? [])
        let local = declare(names)
        loopDepth += 1
        defer {
            scope.removeLast(names.count)
            loopDepth -= 1
        }
        var size = 0
        for part in [it.predicate, it.transform] { part?.walk { _ in size += 1 } }
        let loop = Loop(
            range: range, local: local, isPair: it.second != nil, weight: 1 + size / 8,
            position: node.position)
        let predicate = it.predicate.map { compile($0) }
        let transform = it.transform.map { compile($0) }
        switch (it.kind, predicate, transform) {
        case (.all, let predicate?, _): return QuantifierNode(loop, predicate, deciding: false)
        case (.exists, let predicate?, _): return QuantifierNode(loop, predicate, deciding: true)
        case (.existsOne, let predicate?, _): return ExistsOneNode(loop, predicate)
        case (.transformMap, _, let transform?): return TransformMapNode(loop, predicate, transform)
        default: return CollectNode(loop, predicate, transform)
        }
    }
}
