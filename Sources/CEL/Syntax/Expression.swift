/// A node of the syntax tree, with an identity and the place where it was written.
public struct Expression: Sendable {
    /// One form of expression.
    public indirect enum Kind: Sendable {
        /// A constant.
        case literal(Literal)
        /// A name; `isAbsolute` when written with a leading dot.
        case identifier(String, isAbsolute: Bool)
        /// `operand.field`, or `operand.?field`.
        case select(Expression, field: String, isOptional: Bool)
        /// `has(operand.field)`, or `has(operand.?field)`.
        case has(Expression, field: String, isOptional: Bool)
        /// `operand[index]`, or `operand[?index]`.
        case index(Expression, Expression, isOptional: Bool)
        /// `!a` or `-a`.
        case unary(UnaryOperator, Expression)
        /// `a + b` and the like.
        case binary(BinaryOperator, Expression, Expression)
        /// `condition ? a : b`.
        case conditional(Expression, Expression, Expression)
        /// `function(arguments)` or `target.function(arguments)`; `isAbsolute` when written with a leading
        /// dot.
        case call(function: String, isAbsolute: Bool, target: Expression?, arguments: [Expression])
        /// `[a, ?b]`.
        case list([ListElement])
        /// `{k: v, ?k: v}`.
        case map([MapEntry])
        /// `range.all(x, p)` and the other macros over elements.
        case comprehension(Comprehension)
        /// `cel.bind(name, value, body)`.
        case bind(String, Expression, in: Expression)
        /// `target.optMap(name, body)`, or `optFlatMap` when `isFlat`.
        case optionalMap(Expression, name: String, body: Expression, isFlat: Bool)
    }

    /// An element of a list literal.
    public struct ListElement: Sendable {
        /// The element.
        public let value: Expression
        /// Whether written as `?e`: the element is left out when the optional is empty.
        public let isOptional: Bool
    }

    /// An entry of a map literal.
    public struct MapEntry: Sendable {
        /// The key.
        public let key: Expression
        /// The value.
        public let value: Expression
        /// Whether written as `?k: v`: the entry is left out when the optional is empty.
        public let isOptional: Bool
    }

    /// Identity of the node in its tree; parents have larger ids than their children.
    public let id: Int
    /// Where the node begins; for operators and calls the place of the operator or function name.
    public let position: Position
    /// What the node is.
    public let kind: Kind
    /// Levels of nodes from here to the deepest leaf.
    let height: Int
}

extension Expression {
    /// The nodes directly below this one, in source order.
    public var children: [Expression] {
        switch kind {
        case .literal, .identifier: []
        case .select(let operand, _, _), .has(let operand, _, _), .unary(_, let operand): [operand]
        case .index(let operand, let index, _): [operand, index]
        case .binary(_, let left, let right): [left, right]
        case .conditional(let condition, let positive, let negative): [condition, positive, negative]
        case .call(_, _, let target, let arguments): (target.map { [$0] } ?? []) + arguments
        case .list(let elements): elements.map(\.value)
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .comprehension(let it): [it.range] + [it.predicate, it.transform].compactMap(\.self)
        case .bind(_, let value, let body): [value, body]
        case .optionalMap(let target, _, let body, _): [target, body]
        }
    }

    /// Calls `body` with this node and every node below it, parents first.
    public func walk(_ body: (Expression) -> Void) {
        body(self)
        for child in children { child.walk(body) }
    }

    /// The dotted name this node spells when it consists of selections from an identifier only, as `a.b.c`.
    public var qualifiedName: (parts: [String], isAbsolute: Bool)? {
        switch kind {
        case .identifier(let name, let isAbsolute): return ([name], isAbsolute)
        case .select(let operand, let field, false):
            guard var name = operand.qualifiedName else { return nil }
            name.parts.append(field)
            return name
        default: return nil
        }
    }
}
