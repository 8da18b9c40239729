extension Expression: CustomStringConvertible {
    /// The expression in its normal form; parsing it and printing it again gives the same text.
    public var description: String {
        var printer = Printer()
        printer.write(self, within: 0)
        return printer.text
    }
}

/// Prints a syntax tree with as few parentheses as its meaning needs.
private struct Printer {
    private(set) var text = ""
    private static let unaryStrength = 6
    private static let memberStrength = 7

    mutating func write(_ expression: Expression, within strength: Int) {
        let isEnclosed = expression.strength < strength
        if isEnclosed { text += "(" }
        write(expression)
        if isEnclosed { text += ")" }
    }

    private mutating func write(_ expression: Expression) {
        switch expression.kind {
        case .literal(let literal): text += literal.source
        case .identifier(let name, let isAbsolute): text += (isAbsolute ? "." : "") + name
        case .select(let operand, let field, let isOptional): select(operand, field, isOptional)
        case .has(let operand, let field, let isOptional):
            text += "has("
            select(operand, field, isOptional)
            text += ")"
        case .index(let operand, let index, let isOptional):
            write(operand, within: Printer.memberStrength)
            text += isOptional ? "[?" : "["
            write(index, within: 0)
            text += "]"
        case .unary(let operation, let operand): unary(operation, operand)
        case .binary(let operation, let left, let right): binary(operation, left, right)
        case .conditional(let condition, let positive, let negative):
            write(condition, within: 1)
            text += " ? "
            write(positive, within: 1)
            text += " : "
            write(negative, within: 0)
        case .call(let function, let isAbsolute, let target, let arguments):
            if let target { write(target, within: Printer.memberStrength) }
            text += target != nil || isAbsolute ? "." + function : function
            self.arguments(arguments)
        case .list(let elements): list(elements)
        case .map(let entries): map(entries)
        case .comprehension(let comprehension): self.comprehension(comprehension)
        case .bind(let name, let value, let body):
            text += "cel.bind(" + name + ", "
            write(value, within: 0)
            text += ", "
            write(body, within: 0)
            text += ")"
        case .optionalMap(let target, let name, let body, let isFlat):
            write(target, within: Printer.memberStrength)
            text += (isFlat ? ".optFlatMap(" : ".optMap(") + name + ", "
            write(body, within: 0)
            text += ")"
        }
    }

    private mutating func select(_ operand: Expression, _ field: String, _ isOptional: Bool) {
        write(operand, within: Printer.memberStrength)
        text += isOptional ? ".?" : "."
        text += field.isSelector ? field : "`\(field.replacing(scalar: "`", with: "``"))`"
    }

    private mutating func unary(_ operation: UnaryOperator, _ operand: Expression) {
        text += operation.rawValue
        // A minus before a bare number would become part of it, also where a member of it is taken.
        if operation == .negate, operand.beginsWithNumber {
            text += "("
            write(operand)
            text += ")"
        } else {
            write(operand, within: Printer.unaryStrength)
        }
    }

    private mutating func binary(_ operation: BinaryOperator, _ left: Expression, _ right: Expression) {
        let isAssociative = operation == .or || operation == .and
        write(left, within: operation.precedence)
        text += " \(operation.rawValue) "
        write(right, within: isAssociative ? operation.precedence : operation.precedence + 1)
    }

    private mutating func arguments(_ arguments: [Expression]) {
        text += "("
        for (index, argument) in arguments.enumerated() {
            if index > 0 { text += ", " }
            write(argument, within: 0)
        }
        text += ")"
    }

    private mutating func list(_ elements: [Expression.ListElement]) {
        text += "["
        for (index, element) in elements.enumerated() {
            if index > 0 { text += ", " }
            if element.isOptional { text += "?" }
            write(element.value, within: 0)
        }
        text += "]"
    }

    private mutating func map(_ entries: [Expression.MapEntry]) {
        text += "{"
        for (index, entry) in entries.enumerated() {
            if index > 0 { text += ", " }
            if entry.isOptional { text += "?" }
            write(entry.key, within: 0)
            text += ": "
            write(entry.value, within: 0)
        }
        text += "}"
    }

    private mutating func comprehension(_ it: Comprehension) {
        write(it.range, within: Printer.memberStrength)
        text += ".\(it.macroName)(\(it.variable)"
        if let second = it.second { text += ", " + second }
        for part in [it.predicate, it.transform].compactMap(\.self) {
            text += ", "
            write(part, within: 0)
        }
        text += ")"
    }
}

extension Expression {
    /// Binding strength of the node's outermost operator.
    fileprivate var strength: Int {
        switch kind {
        case .conditional: 0
        case .binary(let operation, _, _): operation.precedence
        case .unary: 6
        default: 7
        }
    }

    fileprivate var beginsWithNumber: Bool {
        switch kind {
        case .literal(.int), .literal(.double): true
        case .select(let operand, _, _), .index(let operand, _, _): operand.beginsWithNumber
        case .call(_, _, let target?, _), .optionalMap(let target, _, _, _): target.beginsWithNumber
        case .comprehension(let comprehension): comprehension.range.beginsWithNumber
        default: false
        }
    }
}

extension String {
    /// Whether this may stand after a dot without backticks.
    fileprivate var isSelector: Bool {
        guard let first = utf8.first, first.isLetter else { return false }
        return utf8.allSatisfy { $0.isLetter || $0.isDigit } && Parser.constants[self] == nil && self != "in"
    }
}
