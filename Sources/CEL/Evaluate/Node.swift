/// One step of a compiled program; immutable, so that threads may share it.
///
/// The typed entries spare a program with known types the detour over `Value`.
protocol Node: AnyObject, Sendable {
    /// The value of this step.
    func value(_ run: inout Evaluation) throws(EvaluationError) -> Value
    /// The value as a truth value; an error when it is none.
    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool
    /// The value as an int; an error when it is none.
    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64
    /// The value as a double; an error when it is none.
    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double
    /// The UTF-8 of a string that needs no more than a look at the bindings; nil where `value` must be asked.
    func text(_ run: inout Evaluation) -> UnsafeRawBufferPointer?
}

extension Node {
    func text(_ run: inout Evaluation) -> UnsafeRawBufferPointer? { nil }

    func test(_ run: inout Evaluation) throws(EvaluationError) -> Bool {
        let value = try value(&run)
        guard case .bool(let result) = value else { throw EvaluationError.unexpected(value, needed: .bool) }
        return result
    }

    func int(_ run: inout Evaluation) throws(EvaluationError) -> Int64 {
        let value = try value(&run)
        guard case .int(let result) = value else { throw EvaluationError.unexpected(value, needed: .int) }
        return result
    }

    func double(_ run: inout Evaluation) throws(EvaluationError) -> Double {
        let value = try value(&run)
        guard case .double(let result) = value else {
            throw EvaluationError.unexpected(value, needed: .double)
        }
        return result
    }
}

extension EvaluationError {
    /// A value of another type than is needed.
    @inline(never)
    static func unexpected(_ value: Value, needed: CELType) -> EvaluationError {
        EvaluationError(.noSuchOverload, "found \(value.type.name), needed is \(needed)")
    }

    /// Whether `&&` and `||` may pass over this error when the other side decides.
    var isAbsorbable: Bool { code != .limitExceeded }
}
