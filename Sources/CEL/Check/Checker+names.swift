extension Checker {
    /// The innermost macro variable with this name.
    func local(_ name: String) -> CELType? { locals.last { $0.name == name }?.type }

    mutating func identifier(_ node: Expression) -> CELType {
        guard case .identifier(let name, let isAbsolute) = node.kind else { return .dyn }
        if !isAbsolute, let type = local(name) {
            resolution.references[node.id] = .local(name)
            return type
        }
        if let type = named(node) { return type }
        let known =
            locals.map(\.name) + environment.variables.map(\.name) + environment.declarations.constants.keys
        report(
            Diagnostic(
                .unknownName, "unknown name '\(name)'", at: node.position, found: name,
                suggestion: Spelling.nearest(to: name, among: known)))
        return .dyn
    }

    /// The type of a node whose whole dotted name is a variable or constant.
    private mutating func named(_ node: Expression) -> CELType? {
        guard let (parts, isAbsolute) = node.qualifiedName else { return nil }
        if !isAbsolute, local(parts[0]) != nil { return nil }
        guard let (count, meaning) = environment.declarations.lookUp(parts, isAbsolute: isAbsolute),
            count == parts.count
        else { return nil }
        switch meaning {
        case .variable(let slot):
            resolution.references[node.id] = .variable(slot: slot)
            slots.insert(slot)
            return environment.variables[slot].type
        case .constant(let constant):
            resolution.references[node.id] = .constant(constant.value)
            return constant.type
        }
    }

    /// A fault when a dotted name shares its beginning with declared ones, but is none of them.
    private func unknownQualified(_ node: Expression) -> Diagnostic? {
        guard let (parts, isAbsolute) = node.qualifiedName, isAbsolute || local(parts[0]) == nil,
            environment.declarations.lookUp(parts, isAbsolute: isAbsolute) == nil
        else { return nil }
        let names = environment.variables.map(\.name).filter { $0.hasPrefix(parts[0] + ".") }
        guard !names.isEmpty else { return nil }
        let name = parts.joined(separator: ".")
        return Diagnostic(
            .unknownName, "unknown name '\(name)'", at: node.position, found: name,
            suggestion: Spelling.nearest(to: name, among: names))
    }

    mutating func select(
        _ node: Expression, _ operand: Expression, _ field: String, isOptional: Bool
    ) -> CELType {
        if !isOptional, let type = named(node) { return type }
        if let fault = unknownQualified(node) {
            report(fault)
            if !isLenient { return .dyn }
        }
        let type = check(operand)
        if case .optional(let inner) = type {
            let selected = self.field(field, of: inner, node, operand)
            return .optional(selected)
        }
        let selected = self.field(field, of: type, node, operand)
        return isOptional ? .optional(selected) : selected
    }

    mutating func has(_ node: Expression, _ operand: Expression, _ field: String) -> CELType {
        let type = check(operand)
        if case .optional(let inner) = type {
            _ = self.field(field, of: inner, node, operand)
        } else {
            _ = self.field(field, of: type, node, operand)
        }
        return .bool
    }

    /// The type of a field of a value of this type.
    private mutating func field(
        _ name: String, of type: CELType, _ node: Expression, _ operand: Expression
    ) -> CELType {
        switch inference.resolved(type).unwrapped {
        case .dyn, .parameter: return .dyn
        case .record(let record):
            guard let index = record.index(of: name) else {
                report(
                    Diagnostic(
                        .unknownField, "'\(record.name)' has no field '\(name)'", at: node.position,
                        found: name,
                        suggestion: Spelling.nearest(to: name, among: record.fields.map(\.name))))
                return .dyn
            }
            var slot: Int?
            if case .variable(let variable) = resolution.references[operand.id] { slot = variable }
            resolution.references[node.id] = .field(index: index, slot: slot)
            fields.append(FieldReference(record: record, field: index, slot: slot, position: node.position))
            return record.fields[index].type
        case .map(let key, let value):
            if !inference.assign(.string, to: key) {
                let found = inference.resolved(key, isFinal: true)
                mismatch(
                    "the map has keys of type \(found), so it has no field '\(name)'", node, .string, found)
            }
            return value
        case let other:
            mismatch("a value of type \(other) has no fields", node, other, .map(.string, .dyn))
            return .dyn
        }
    }

    mutating func index(
        _ node: Expression, _ operand: Expression, _ index: Expression, isOptional: Bool
    ) -> CELType {
        var type = inference.resolved(check(operand))
        let key = check(index)
        var isInside = isOptional
        if case .optional(let inner) = type {
            type = inference.resolved(inner)
            isInside = true
        }
        let element: CELType
        switch type.unwrapped {
        case .dyn, .parameter: element = .dyn
        case .list(let inner):
            if !inference.assign(key, to: .int, acceptsNullable: true) {
                mismatch("a list is indexed by int, found \(key)", index, key, .int)
            }
            element = inner
        case .map(let keys, let values):
            if !inference.assign(key, to: keys, acceptsNullable: true) {
                let expected = inference.resolved(keys, isFinal: true)
                mismatch("the map has keys of type \(expected), found \(key)", index, key, expected)
            }
            element = values
        default:
            let found = inference.resolved(type, isFinal: true)
            mismatch("a value of type \(found) has no elements", node, found, .list(.dyn))
            return .dyn
        }
        return isInside ? .optional(element) : element
    }
}
