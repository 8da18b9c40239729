public import CEL
public import Model

extension EvaluationError.Code {
    /// A value that a code table does not list.
    public static let unknownCode = EvaluationError.Code(rawValue: "unknown_code")
    /// A new value that stands for several old ones.
    public static let ambiguousCode = EvaluationError.Code(rawValue: "ambiguous_code")
    /// A cell or result whose kind does not fit its column.
    public static let typeMismatch = EvaluationError.Code(rawValue: "type_mismatch")
    /// A cell that its source did not send.
    public static let notSent = EvaluationError.Code(rawValue: "not_sent")
    /// A conversion that would lose digits which nobody asked to drop.
    public static let lossy = EvaluationError.Code(rawValue: "lossy")
    /// A null for a column that takes none.
    public static let nullNotAllowed = EvaluationError.Code(rawValue: "null_not_allowed")
}

extension EvaluationError {
    /// The error for a fault in the text or arithmetic of a value.
    public init(_ error: ModelError) {
        let code: Code =
            switch error.code {
            case .overflow: .overflow
            case .inexact: .lossy
            case .divisionByZero: .divisionByZero
            default: .invalidConversion
            }
        self.init(code, error.message)
    }

    /// The error for a value of another type than the function takes.
    @inline(never)
    static func needed(_ type: String, _ value: Value) -> EvaluationError {
        EvaluationError(.noSuchOverload, "a \(type) is needed, not \(value.type.name)")
    }
}

/// Runs a calculation whose faults become evaluation errors.
@inline(__always)
func calculated<Result>(_ body: () throws(ModelError) -> Result) throws(EvaluationError) -> Result {
    do throws(ModelError) {
        return try body()
    } catch {
        throw EvaluationError(error)
    }
}
