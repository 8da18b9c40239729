/// An overload made ready for one call site.
struct PreparedOverload: Sendable {
    let name: String
    let implementation: Implementation
    /// One for each argument of the call.
    let admissions: [Admission]
    /// Which arguments the implementation takes; nil for all.
    let passing: [Int]?

    /// The overload for a call with so many arguments; nil when it has no implementation.
    init?(_ overload: Overload, argumentCount: Int, _ specialization: Specialization) {
        var implementation = overload.implementation
        var passing: [Int]?
        if case .bound(let bound, _, let arguments) = specialization {
            implementation = bound ?? implementation
            passing = bound == nil ? nil : arguments
        }
        guard let implementation else { return nil }
        name = overload.id
        self.implementation = implementation
        self.passing = passing
        admissions = (0..<argumentCount).map {
            Admission(overload.parameter($0), acceptsNull: overload.acceptsNull)
        }
    }

    /// Whether it takes these arguments.
    func admits(_ arguments: [Value]) -> Bool {
        for (admission, argument) in zip(admissions, arguments) where !admission.admits(argument) {
            return false
        }
        return true
    }

    /// The result for these arguments.
    func apply(_ all: [Value], _ meter: inout Meter) throws(EvaluationError) -> Value {
        let arguments = passing.map { $0.map { all[$0] } } ?? all
        let result: Value
        switch (implementation, arguments.count) {
        case (.nullary(let body), 0): result = try body()
        case (.unary(let body), 1): result = try body(arguments[0])
        case (.binary(let body), 2): result = try body(arguments[0], arguments[1])
        case (.ternary(let body), 3): result = try body(arguments[0], arguments[1], arguments[2])
        case (.variadic(let body), _): result = try body(arguments)
        case (.metered(let body), _): return try body(arguments, &meter)
        default:
            throw EvaluationError(.noSuchOverload, "'\(name)' does not take \(arguments.count) arguments")
        }
        try meter.charge(producing: result)
        return result
    }
}
