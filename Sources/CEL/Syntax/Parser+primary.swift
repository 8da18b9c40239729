extension Parser {
    /// A literal, name, call, list, map or parenthesised expression.
    mutating func primary(isNegative: Bool) throws(CompilationError) -> Expression {
        let position = token.position
        switch token.kind {
        case .int, .uint, .double, .string, .bytes:
            let literal = try literal(isNegative: isNegative)
            try advance()
            return try node(.literal(literal), at: position)
        case .identifier(let name): return try named(name, isAbsolute: false, at: position)
        case .symbol(.dot):
            try advance()
            guard case .identifier(let name) = token.kind else {
                throw unexpected("a name after the leading '.'")
            }
            return try named(name, isAbsolute: true, at: position)
        case .symbol(.leftParen):
            try advance()
            let inner = try expression()
            try expect(.rightParen, "')'")
            return inner
        case .symbol(.leftBracket): return try list()
        case .symbol(.leftBrace): return try map()
        default: throw unexpected("a value")
        }
    }

    private func literal(isNegative: Bool) throws(CompilationError) -> Literal {
        switch token.kind {
        case .int(let digits):
            if isNegative, digits == UInt64(Int64.max) + 1 { return .int(.min) }
            guard let value = Int64(exactly: digits) else {
                throw Lexer.error(
                    "the number does not fit in an int; write 'u' after it for a uint", at: token.position)
            }
            return .int(isNegative ? -value : value)
        case .double(let value): return .double(isNegative ? -value : value)
        case .uint(let value): return .uint(value)
        case .string(let value): return .string(value)
        case .bytes(let value): return .bytes(value)
        default: throw unexpected("a literal")
        }
    }

    private mutating func named(
        _ name: String, isAbsolute: Bool, at position: Position
    ) throws(CompilationError) -> Expression {
        if !isAbsolute, let literal = Parser.constants[name] {
            try advance()
            return try node(.literal(literal), at: position)
        }
        guard !Parser.reserved.contains(name), name != "in", Parser.constants[name] == nil else {
            throw Lexer.error("'\(name)' is a reserved word", at: token.position)
        }
        try advance()
        guard try accept(.leftParen) else {
            return try node(.identifier(name, isAbsolute: isAbsolute), at: position)
        }
        let arguments = try arguments()
        if expandsMacros, !isAbsolute, name == "has", arguments.count == 1 {
            return try has(arguments[0], at: position)
        }
        return try node(
            .call(function: name, isAbsolute: isAbsolute, target: nil, arguments: arguments), at: position)
    }

    /// Selections, calls and indexes after a primary.
    mutating func member(_ primary: Expression) throws(CompilationError) -> Expression {
        var operand = primary
        while true {
            let position = token.position
            if try accept(.dot) {
                operand = try selection(of: operand)
            } else if try accept(.leftBracket) {
                let isOptional = try accept(.question)
                let index = try expression()
                try expect(.rightBracket, "']'")
                operand = try node(.index(operand, index, isOptional: isOptional), at: position)
            } else if token.kind == .symbol(.leftBrace), operand.qualifiedName != nil {
                throw Lexer.error("messages cannot be constructed; write a map", at: position)
            } else {
                return operand
            }
        }
    }

    private mutating func selection(of operand: Expression) throws(CompilationError) -> Expression {
        let isOptional = try accept(.question)
        let position = token.position
        let field: String
        var isQuoted = false
        switch token.kind {
        case .identifier(let name) where Parser.constants[name] == nil && name != "in": field = name
        case .quoted(let name):
            field = name
            isQuoted = true
        default: throw unexpected("a field or function name after '.'")
        }
        try advance()
        guard !isOptional, !isQuoted, try accept(.leftParen) else {
            return try node(.select(operand, field: field, isOptional: isOptional), at: position)
        }
        let arguments = try arguments()
        if expandsMacros, let macro = try macro(field, on: operand, arguments, at: position) { return macro }
        return try node(
            .call(function: field, isAbsolute: false, target: operand, arguments: arguments), at: position)
    }

    /// Arguments up to and with the closing parenthesis.
    private mutating func arguments() throws(CompilationError) -> [Expression] {
        var arguments: [Expression] = []
        if try accept(.rightParen) { return arguments }
        repeat { arguments.append(try expression()) } while try accept(.comma)
        try expect(.rightParen, "',' or ')'")
        return arguments
    }

    private mutating func list() throws(CompilationError) -> Expression {
        let position = token.position
        try advance()
        var elements: [Expression.ListElement] = []
        while token.kind != .symbol(.rightBracket) {
            let isOptional = try accept(.question)
            elements.append(Expression.ListElement(value: try expression(), isOptional: isOptional))
            guard try accept(.comma) else { break }
        }
        try expect(.rightBracket, "',' or ']'")
        return try node(.list(elements), at: position)
    }

    private mutating func map() throws(CompilationError) -> Expression {
        let position = token.position
        try advance()
        var entries: [Expression.MapEntry] = []
        while token.kind != .symbol(.rightBrace) {
            let isOptional = try accept(.question)
            let key = try expression()
            try expect(.colon, "':' after the key")
            entries.append(Expression.MapEntry(key: key, value: try expression(), isOptional: isOptional))
            guard try accept(.comma) else { break }
        }
        try expect(.rightBrace, "',' or '}'")
        return try node(.map(entries), at: position)
    }

    static let constants: [String: Literal] = ["true": .bool(true), "false": .bool(false), "null": .null]

    static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop",
        "package",
        "namespace", "return", "var", "void", "while",
    ]
}
