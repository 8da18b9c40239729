extension Parser {
    /// `has(e.f)`.
    mutating func has(_ argument: Expression, at position: Position) throws(CompilationError) -> Expression {
        guard case .select(let operand, let field, let isOptional) = argument.kind else {
            throw Lexer.error("has() takes a field selection, as has(a.b)", at: argument.position)
        }
        return try node(.has(operand, field: field, isOptional: isOptional), at: position)
    }

    /// The macro with this name and number of arguments; nil when it is a plain call.
    mutating func macro(
        _ name: String, on target: Expression, _ arguments: [Expression], at position: Position
    ) throws(CompilationError) -> Expression? {
        if name == "bind", arguments.count == 3, case .identifier("cel", _) = target.kind {
            let variable = try variable(arguments[0], of: name)
            return try node(.bind(variable, arguments[1], in: arguments[2]), at: position)
        }
        if name == "optMap" || name == "optFlatMap", arguments.count == 2 {
            let variable = try variable(arguments[0], of: name)
            let isFlat = name == "optFlatMap"
            return try node(
                .optionalMap(target, name: variable, body: arguments[1], isFlat: isFlat), at: position)
        }
        guard let shape = MacroShape(name, argumentCount: arguments.count) else { return nil }
        let first = try variable(arguments[0], of: name)
        let second = shape.variables == 2 ? try variable(arguments[1], of: name) : nil
        if first == second {
            throw Lexer.error("\(name)() needs two different names", at: arguments[1].position)
        }
        let rest = arguments[shape.variables...]
        let comprehension = Comprehension(
            kind: shape.kind, range: target, variable: first, second: second,
            predicate: shape.hasPredicate ? rest.first : nil, transform: shape.hasTransform ? rest.last : nil)
        return try node(.comprehension(comprehension), at: position)
    }

    private func variable(_ argument: Expression, of macro: String) throws(CompilationError) -> String {
        guard case .identifier(let name, isAbsolute: false) = argument.kind else {
            throw Lexer.error("\(macro)() takes the name of a variable here", at: argument.position)
        }
        return name
    }
}
