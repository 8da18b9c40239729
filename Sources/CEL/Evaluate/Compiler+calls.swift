extension Compiler {
    /// A call by name.
    mutating func call(_ node: Expression) -> any Node {
        guard case .call(let function, _, let target, var arguments) = node.kind else {
            return FailureNode(EvaluationError(.unknownName, "no call", position: node.position))
        }
        if let target, !resolution.qualifiedCalls.contains(node.id) { arguments.insert(target, at: 0) }
        guard case .function = resolution.references[node.id] else {
            return FailureNode(
                EvaluationError(.unknownName, "unknown function '\(function)'", position: node.position))
        }
        return folded(call(node, function, prepared(node, arguments), arguments), arguments)
    }

    /// The value of a call whose arguments are all constants, such as `duration('1h')`; else the call itself.
    ///
    /// Functions have no side effects. A call without arguments is left alone: it may be a clock. So is one
    /// that fails, to fail with its position when it runs, or that costs much.
    private func folded(_ call: any Node, _ arguments: [Expression]) -> any Node {
        guard !arguments.isEmpty, arguments.allSatisfy({ $0.constantValue != nil }) else { return call }
        var run = Evaluation(
            bindings: ArrayBindings(), locals: [],
            meter: Meter(EvaluationLimits(steps: Compiler.foldingSteps)))
        do throws(EvaluationError) {
            return constant(try call.value(&run))
        } catch {
            return call
        }
    }

    /// Enough for every conversion of a literal, too little to slow down compiling.
    private static let foldingSteps = 1_000

    /// The overloads of a call that can run, specialised for its constants.
    func prepared(_ node: Expression, _ arguments: [Expression]) -> [PreparedOverload] {
        guard case .function(let overloads) = resolution.references[node.id] else { return [] }
        let site = CallSite(argumentTypes: arguments.map(type), constants: arguments.map(\.constantValue))
        return overloads.compactMap { overload in
            let specialization =
                resolution.specializations[node.id] ?? overload.specialize?(site) ?? .declared
            return PreparedOverload(overload, argumentCount: arguments.count, specialization)
        }
    }

    /// A call of one of these overloads.
    mutating func call(
        _ node: Expression, _ function: String, _ overloads: [PreparedOverload], _ arguments: [Expression]
    ) -> any Node {
        if overloads.count == 1, let direct = direct(node, function, overloads[0], arguments) {
            return direct
        }
        return CallNode(
            function, overloads, arguments.map { compile($0) }, isRepeated: isRepeated, at: node.position)
    }

    /// A call without an array of arguments, for one or two of them.
    private mutating func direct(
        _ node: Expression, _ function: String, _ overload: PreparedOverload, _ arguments: [Expression]
    ) -> (any Node)? {
        let passed = overload.passing ?? Array(arguments.indices)
        switch (overload.implementation, passed.count) {
        case (.unary(let body), 1):
            return UnaryCallNode(
                function, body, argument(passed[0], overload, arguments), isRepeated: isRepeated,
                at: node.position)
        case (.binary(let body), 2):
            return BinaryCallNode(
                function, body, argument(passed[0], overload, arguments),
                argument(passed[1], overload, arguments),
                isRepeated: isRepeated, at: node.position)
        default: return nil
        }
    }

    private mutating func argument(
        _ index: Int, _ overload: PreparedOverload, _ arguments: [Expression]
    ) -> (node: any Node, admission: Admission) {
        (compile(arguments[index]), overload.admissions[index])
    }
}
