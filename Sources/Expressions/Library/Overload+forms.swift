import CEL

extension Overload {
    /// A function of one argument that turns null into null; the result may be null only where the argument
    /// may.
    static func preservingNull(
        _ id: String, _ parameter: CELType, returns result: CELType,
        _ body: @escaping @Sendable (Value) throws(EvaluationError) -> Value
    ) -> Overload {
        Overload(
            id, [.wrapper(parameter)], returns: .wrapper(result),
            specialize: { site in .bound(result: plainUnlessNullable(result, site)) },
            .unary { value throws(EvaluationError) in
                if case .null = value { return .null }
                return try body(value)
            })
    }

    /// The same with a second argument, which is never null.
    static func preservingNull(
        _ id: String, _ first: CELType, _ second: CELType, returns result: CELType,
        specialize: (@Sendable (CallSite) -> Specialization)? = nil,
        _ body: @escaping @Sendable (Value, Value) throws(EvaluationError) -> Value
    ) -> Overload {
        Overload(
            id, [.wrapper(first), second], returns: .wrapper(result),
            specialize: specialize ?? { site in .bound(result: plainUnlessNullable(result, site)) },
            .binary { value, other throws(EvaluationError) in
                if case .null = value { return .null }
                return try body(value, other)
            })
    }

    /// The result without the possibility of null, unless the first argument may be null.
    static func plainUnlessNullable(_ result: CELType, _ site: CallSite) -> CELType? {
        site.argumentTypes.first?.isNullable == false ? result : nil
    }

    /// A form that exists only to be refused, with the reason and the way out.
    static func refused(_ id: String, _ parameters: [CELType], _ reason: String, argument: Int) -> Overload {
        Overload(
            id, parameters, returns: .dyn, specialize: { _ in .refused(reason, argument: argument) }, nil)
    }

    /// A form of an operator that is built into the evaluator.
    static func builtIn(_ id: String, _ parameters: [CELType], returns result: CELType = .bool) -> Overload {
        Overload(id, parameters, returns: result, nil)
    }
}
