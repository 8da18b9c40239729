/// Turns source text into a syntax tree by recursive descent.
struct Parser {
    private var lexer: Lexer
    let limits: SourceLimits
    let expandsMacros: Bool
    private(set) var token = Token(kind: .end, position: .start)
    private(set) var nodeCount = 0
    private var depth = 0

    /// A parser at the first token.
    init(_ source: String, limits: SourceLimits, expandsMacros: Bool) throws(CompilationError) {
        guard source.utf8.count <= limits.bytes else {
            throw Parser.limit("the expression is longer than \(limits.bytes) bytes", at: .start)
        }
        lexer = Lexer(source)
        self.limits = limits
        self.expandsMacros = expandsMacros
        token = try lexer.next()
    }

    /// The whole source as one expression.
    mutating func whole() throws(CompilationError) -> Expression {
        let expression = try expression()
        guard token.kind == .end else { throw unexpected("an operator or the end") }
        return expression
    }

    /// `condition ? a : b`, or any expression that binds tighter.
    mutating func expression() throws(CompilationError) -> Expression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= limits.depth else {
            throw Parser.limit(
                "the expression is nested deeper than \(limits.depth) levels", at: token.position)
        }
        let condition = try logical(.or)
        let position = token.position
        guard try accept(.question) else { return condition }
        let positive = try logical(.or)
        try expect(.colon, "':' of the conditional")
        let negative = try expression()
        return try node(.conditional(condition, positive, negative), at: position)
    }

    /// A chain of `||` of chains of `&&`, each kept as a balanced tree so that long chains stay shallow.
    private mutating func logical(_ operation: BinaryOperator) throws(CompilationError) -> Expression {
        let symbol: Token.Symbol = operation == .or ? .or : .and
        var operands = [operation == .or ? try logical(.and) : try binary(3)]
        var positions: [Position] = []
        while token.kind == .symbol(symbol) {
            positions.append(token.position)
            try advance()
            operands.append(operation == .or ? try logical(.and) : try binary(3))
        }
        return try balanced(operation, operands[...], positions)
    }

    private mutating func balanced(
        _ operation: BinaryOperator, _ operands: ArraySlice<Expression>, _ positions: [Position]
    ) throws(CompilationError) -> Expression {
        if operands.count == 1 { return operands[operands.startIndex] }
        let middle = (operands.startIndex + operands.endIndex) / 2
        let left = try balanced(operation, operands[..<middle], positions)
        let right = try balanced(operation, operands[middle...], positions)
        return try node(.binary(operation, left, right), at: positions[middle - 1])
    }

    /// Left-associative operators of at least this precedence.
    private mutating func binary(_ precedence: Int) throws(CompilationError) -> Expression {
        var left = try unary()
        while let operation = binaryOperator, operation.precedence >= precedence {
            let position = token.position
            try advance()
            let right = try binary(operation.precedence + 1)
            left = try node(.binary(operation, left, right), at: position)
        }
        return left
    }

    private var binaryOperator: BinaryOperator? {
        switch token.kind {
        case .symbol(let symbol): BinaryOperator(rawValue: symbol.rawValue)
        case .identifier("in"): .membership
        default: nil
        }
    }

    /// A run of `!` or of `-` before a member expression; a minus directly before a number is part of it.
    private mutating func unary() throws(CompilationError) -> Expression {
        var operators: [(UnaryOperator, Position)] = []
        while case .symbol(let symbol) = token.kind, let operation = UnaryOperator(rawValue: symbol.rawValue)
        {
            operators.append((operation, token.position))
            try advance()
            guard operators.count <= limits.depth else {
                throw Parser.limit(
                    "the expression is nested deeper than \(limits.depth) levels", at: token.position)
            }
        }
        var isNegative = false
        if operators.last?.0 == .negate, token.isUnsignedNumber {
            isNegative = true
            operators.removeLast()
        }
        var expression = try member(try primary(isNegative: isNegative))
        for (operation, position) in operators.reversed() {
            expression = try node(.unary(operation, expression), at: position)
        }
        return expression
    }

    /// The token after this one becomes the current one.
    mutating func advance() throws(CompilationError) { token = try lexer.next() }

    /// Moves past a symbol when it stands here.
    mutating func accept(_ symbol: Token.Symbol) throws(CompilationError) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        try advance()
        return true
    }

    /// Moves past a symbol, or fails saying what was expected.
    mutating func expect(_ symbol: Token.Symbol, _ description: String) throws(CompilationError) {
        guard try accept(symbol) else { throw unexpected(description) }
    }

    /// A new node; refuses trees larger or deeper than the limits.
    mutating func node(_ kind: Expression.Kind, at position: Position) throws(CompilationError) -> Expression
    {
        guard nodeCount < limits.nodes else {
            throw Parser.limit("the expression has more than \(limits.nodes) parts", at: position)
        }
        let node = Expression(id: nodeCount, position: position, kind: kind, height: kind.height)
        guard node.height <= limits.depth else {
            throw Parser.limit("the expression is nested deeper than \(limits.depth) levels", at: position)
        }
        nodeCount += 1
        return node
    }

    /// An error that names the current token.
    func unexpected(_ expected: String) -> CompilationError {
        CompilationError([
            Diagnostic(
                .syntax, "found \(token.description), expected \(expected)", at: token.position,
                found: token.description, expected: expected)
        ])
    }

    static func limit(_ message: String, at position: Position) -> CompilationError {
        CompilationError([Diagnostic(.limit, message, at: position)])
    }
}
