extension Checker {
    /// A call by name, with or without a target.
    mutating func call(_ node: Expression) -> CELType {
        guard case .call(let function, let isAbsolute, let target, let arguments) = node.kind else {
            return .dyn
        }
        guard let target else {
            let overloads = environment.declarations.overloads(function, isAbsolute: isAbsolute)
            return call(node, overloads, arguments, isReceiver: false, shownAs: function)
        }
        if let name = target.qualifiedName, name.isAbsolute || local(name.parts[0]) == nil {
            let qualified = (name.parts + [function]).joined(separator: ".")
            if let overloads = environment.declarations.overloads(qualified, isAbsolute: name.isAbsolute) {
                resolution.qualifiedCalls.insert(node.id)
                return call(node, overloads, arguments, isReceiver: false, shownAs: qualified)
            }
            if let fault = unknownQualified(qualified, name.parts, isAbsolute: name.isAbsolute, node) {
                report(fault)
                if !isLenient {
                    for argument in arguments { _ = check(argument) }
                    return .dyn
                }
            }
        }
        let overloads = environment.declarations.functions[function]
        return call(node, overloads, [target] + arguments, isReceiver: true, shownAs: function)
    }

    /// An operator as a call of the function that carries its overloads.
    mutating func call(
        _ node: Expression, _ function: String, _ arguments: [Expression], shownAs name: String
    ) -> CELType {
        call(
            node, environment.declarations.operators(function), arguments, isReceiver: false,
            shownAs: "operator \(name)")
    }

    /// A fault when the target is neither a value nor the beginning of a function's name.
    private func unknownQualified(
        _ qualified: String, _ parts: [String], isAbsolute: Bool, _ node: Expression
    ) -> Diagnostic? {
        guard environment.declarations.lookUp(parts, isAbsolute: isAbsolute) == nil else { return nil }
        let names = environment.declarations.functions.keys
        guard names.contains(where: { $0.hasPrefix(parts[0] + ".") }) else { return nil }
        return Diagnostic(
            .unknownFunction, "unknown function '\(qualified)'", at: node.position, found: qualified,
            suggestion: Spelling.nearest(to: qualified, among: names))
    }

    private mutating func call(
        _ node: Expression, _ declared: [Overload]?, _ arguments: [Expression], isReceiver: Bool,
        shownAs name: String
    ) -> CELType {
        let types = arguments.map { check($0) }
        let overloads = (declared ?? []).filter { $0.isReceiver == isReceiver }
        guard !overloads.isEmpty else {
            reportUnknown(name, isReceiver, isDeclared: declared?.isEmpty == false, node)
            return .dyn
        }
        let matching = overloads.filter { $0.accepts(count: types.count) }
        if isLenient {
            resolution.references[node.id] = .function(matching)
            return .dyn
        }
        var found: [(overload: Overload, result: CELType)] = []
        for overload in matching {
            let start = inference.mark
            if let result = apply(overload, types) {
                found.append((overload, result))
                if matching.count > 1 { inference.undo(to: start) }
            } else {
                inference.undo(to: start)
            }
        }
        guard let first = found.first else {
            reportMismatch(name, types, isReceiver, overloads, node)
            return .dyn
        }
        resolution.references[node.id] = .function(found.map(\.overload))
        if found.count > 1 {
            return found.allSatisfy({ $0.result == first.result }) ? first.result : .dyn
        }
        let result = matching.count > 1 ? apply(first.overload, types) ?? first.result : first.result
        return specialize(first.overload, node, arguments, types) ?? result
    }

    /// The result type when the overload takes arguments of these types.
    private mutating func apply(_ overload: Overload, _ types: [CELType]) -> CELType? {
        var names: [String: CELType] = [:]
        for (index, type) in types.enumerated() {
            let parameter = inference.instance(of: overload.parameter(index), &names)
            guard inference.accept(type, for: parameter) else { return nil }
        }
        return inference.resolved(inference.instance(of: overload.result, &names))
    }

    /// Shows the call site to an overload that looks at constants.
    private mutating func specialize(
        _ overload: Overload, _ node: Expression, _ arguments: [Expression], _ types: [CELType]
    ) -> CELType? {
        guard let specialize = overload.specialize else { return nil }
        let site = CallSite(
            argumentTypes: types.map { inference.resolved($0, isFinal: true) },
            constants: arguments.map(\.constantValue))
        let specialization = specialize(site)
        resolution.specializations[node.id] = specialization
        switch specialization {
        case .declared: return nil
        case .bound(_, let result, _): return result
        case .refused(let message, let index):
            let place = arguments.indices.contains(index) ? arguments[index].position : node.position
            report(Diagnostic(.invalidArgument, message, at: place))
            return nil
        }
    }

    private mutating func reportUnknown(
        _ name: String, _ isReceiver: Bool, isDeclared: Bool, _ node: Expression
    ) {
        if isDeclared {
            let form = isReceiver ? "\(name)(x)" : "x.\(name)()"
            report(
                Diagnostic(.noSuchOverload, "'\(name)' is called as \(form)", at: node.position, found: name))
            return
        }
        let names = environment.declarations.functions.filter { entry in
            entry.value.contains { $0.isReceiver == isReceiver } && entry.key.first?.isLetter == true
        }.keys
        report(
            Diagnostic(
                .unknownFunction, "unknown function '\(name)'", at: node.position, found: name,
                suggestion: Spelling.nearest(to: name, among: names)))
    }

    private mutating func reportMismatch(
        _ name: String, _ types: [CELType], _ isReceiver: Bool, _ overloads: [Overload], _ node: Expression
    ) {
        let found = signature(types, isReceiver)
        let shown = overloads.prefix(6).map { signature($0.parameters, isReceiver) }
        let expected = shown.joined(separator: " or ") + (overloads.count > 6 ? " or others" : "")
        report(
            Diagnostic(
                .noSuchOverload, "\(name) does not take \(found); it takes \(expected)", at: node.position,
                found: found,
                expected: expected))
    }

    private func signature(_ types: [CELType], _ isReceiver: Bool) -> String {
        let shown = types.map { type in
            let resolved = inference.resolved(type)
            if case .parameter(let name) = resolved { return name.hasPrefix("%") ? "dyn" : name }
            return inference.resolved(type, isFinal: type.isVariable).description
        }
        let arguments = "(" + shown.dropFirst(isReceiver ? 1 : 0).joined(separator: ", ") + ")"
        return isReceiver ? "\(shown.first ?? "").\(arguments)" : arguments
    }
}

extension CELType {
    fileprivate var isVariable: Bool {
        if case .parameter(let name) = self { name.hasPrefix("%") } else { false }
    }
}
