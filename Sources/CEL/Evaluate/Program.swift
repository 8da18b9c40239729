/// A compiled expression: immutable, and run by any number of threads at once.
public struct Program: Sendable {
    /// The source text.
    public let source: String
    /// The type of the result; `dyn` when the expression was not checked.
    public let type: CELType
    /// Slots of the variables it reads.
    public let slots: Set<Int>
    /// The columns it reads, in source order; empty when the expression was not checked.
    public let fields: [FieldReference]
    private let root: any Node
    private let localCount: Int
    /// Whether values can lie inside the result.
    private let hasParts: Bool

    init(_ checked: CheckedExpression, _ environment: Environment) {
        source = checked.parsed.source
        type = checked.type
        slots = checked.slots
        fields = checked.fields
        var compiler = Compiler(checked.resolution, environment)
        root = compiler.compile(checked.expression)
        localCount = compiler.localCount
        hasParts = type.canHaveParts
    }

    /// The value for these bindings; it may borrow from them, `owned()` copies it out.
    public func evaluate(
        _ bindings: any Bindings, limits: EvaluationLimits = EvaluationLimits()
    ) throws(EvaluationError) -> Value {
        guard localCount > 0 else { return try evaluatePlain(bindings, limits) }
        var frame = Frame()
        return try evaluate(bindings, limits: limits, in: &frame)
    }

    /// The value for these bindings, with scratch space that the caller keeps between evaluations.
    public func evaluate(
        _ bindings: any Bindings, limits: EvaluationLimits = EvaluationLimits(), in frame: inout Frame
    ) throws(EvaluationError) -> Value {
        guard localCount > 0 else { return try evaluatePlain(bindings, limits) }
        var run = begin(bindings, limits, &frame)
        defer { frame.locals = end(&run) }
        let value = try root.value(&run)
        // A result that shares parts can be far larger than what it took to build.
        if hasParts { try run.meter.charge(deep: value) }
        return value
    }

    /// The truth value for these bindings; an error when the result is none.
    public func test(
        _ bindings: any Bindings, limits: EvaluationLimits = EvaluationLimits(), in frame: inout Frame
    ) throws(EvaluationError) -> Bool {
        guard localCount > 0 else {
            var run = Evaluation(bindings: bindings, locals: [], meter: Meter(limits))
            return try root.test(&run)
        }
        var run = begin(bindings, limits, &frame)
        defer { frame.locals = end(&run) }
        return try root.test(&run)
    }

    /// The value of a program without macro variables, which needs no scratch space.
    @inline(__always)
    private func evaluatePlain(
        _ bindings: any Bindings, _ limits: EvaluationLimits
    ) throws(EvaluationError) -> Value {
        var run = Evaluation(bindings: bindings, locals: [], meter: Meter(limits))
        let value = try root.value(&run)
        if hasParts { try run.meter.charge(deep: value) }
        return value
    }

    @inline(__always)
    private func begin(
        _ bindings: any Bindings, _ limits: EvaluationLimits, _ frame: inout Frame
    ) -> Evaluation {
        var locals: [Value] = []
        swap(&locals, &frame.locals)
        while locals.count < localCount { locals.append(.null) }
        return Evaluation(bindings: bindings, locals: locals, meter: Meter(limits))
    }

    /// Takes the scratch space back without what the run left in it, which may be borrowed.
    @inline(__always)
    private func end(_ run: inout Evaluation) -> [Value] {
        var locals: [Value] = []
        swap(&locals, &run.locals)
        for index in 0..<localCount { locals[index] = .null }
        return locals
    }
}
