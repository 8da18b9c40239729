extension Compiler {
    mutating func unary(_ node: Expression, _ operation: UnaryOperator, _ operand: Expression) -> any Node {
        switch operation {
        case .not: return NotNode(compile(operand), at: node.position)
        case .negate:
            let extensions = prepared(node, [operand])
            return NegateNode(compile(operand), extensions, at: node.position)
        }
    }

    mutating func binary(
        _ node: Expression, _ operation: BinaryOperator, _ left: Expression, _ right: Expression
    ) -> any Node {
        switch operation {
        case .and: return AndNode(compile(left), compile(right), at: node.position)
        case .or: return OrNode(compile(left), compile(right), at: node.position)
        case .equal, .notEqual: return equality(node, operation, left, right)
        case .less, .lessOrEqual, .greater, .greaterOrEqual:
            if let specialised = numeric(node, operation, left, right) { return specialised }
            return OrderNode(
                operation, compile(left), compile(right), isRepeated: isRepeated, at: node.position)
        case .membership: return membership(node, left, right)
        case .add, .subtract, .multiply, .divide, .remainder: return arithmetic(node, operation, left, right)
        }
    }

    private mutating func equality(
        _ node: Expression, _ operation: BinaryOperator, _ left: Expression, _ right: Expression
    ) -> any Node {
        let isNegated = operation == .notEqual
        if case .literal(.string(let text)) = right.kind {
            return EqualTextNode(compile(left), Text(text), isNegated: isNegated)
        }
        if case .literal(.string(let text)) = left.kind {
            return EqualTextNode(compile(right), Text(text), isNegated: isNegated)
        }
        if let specialised = numeric(node, operation, left, right) { return specialised }
        return EqualNode(compile(left), compile(right), isNegated: isNegated, isRepeated: isRepeated)
    }

    /// A comparison of two ints or two doubles that cannot be null.
    private mutating func numeric(
        _ node: Expression, _ operation: BinaryOperator, _ left: Expression, _ right: Expression
    ) -> (any Node)? {
        // For an order a null is an error in either case; for equality it is not.
        let types =
            operation.isOrdering ? (type(left).unwrapped, type(right).unwrapped) : (type(left), type(right))
        switch types {
        case (.int, .int): return IntOrderNode(operation, compile(left), compile(right), at: node.position)
        case (.double, .double):
            return DoubleOrderNode(operation, compile(left), compile(right), at: node.position)
        default: return nil
        }
    }

    private mutating func arithmetic(
        _ node: Expression, _ operation: BinaryOperator, _ left: Expression, _ right: Expression
    ) -> any Node {
        switch (type(left).unwrapped, type(right).unwrapped) {
        case (.int, .int):
            return IntArithmeticNode(operation, compile(left), compile(right), at: node.position)
        case (.double, .double) where operation != .remainder:
            return DoubleArithmeticNode(operation, compile(left), compile(right), at: node.position)
        default: break
        }
        let extensions = prepared(node, [left, right])
        if isDirect(node), extensions.count == 1 {
            return call(node, operation.rawValue, extensions, [left, right])
        }
        return ArithmeticNode(operation, compile(left), compile(right), extensions, at: node.position)
    }

    private mutating func membership(_ node: Expression, _ left: Expression, _ right: Expression) -> any Node
    {
        if case .list(let list)? = right.constantValue, list.count > 0 {
            let texts = list.values.compactMap { value in
                if case .string(let text) = value { text } else { nil }
            }
            if texts.count == list.count { return TextMembershipNode(compile(left), in: TextTable(texts)) }
        }
        return MembershipNode(
            compile(left), in: compile(right), prepared(node, [left, right]), at: node.position)
    }

    /// Whether the checker settled on a single overload.
    func isDirect(_ node: Expression) -> Bool {
        if case .function(let overloads) = resolution.references[node.id] {
            overloads.count == 1
        } else {
            false
        }
    }
}
