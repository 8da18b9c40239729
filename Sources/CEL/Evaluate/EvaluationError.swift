/// Why an expression has no value for these bindings.
///
/// Messages name functions, fields and types, never the values of variables.
public struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: String, Sendable, Hashable {
        /// No function or operator takes values of these types; also a null where none is taken.
        case noSuchOverload
        /// A record has no such field, or the value has no fields.
        case noSuchField
        /// A map has no such key.
        case noSuchKey
        /// An index outside a list or string.
        case indexOutOfRange
        /// Division or remainder by zero.
        case divisionByZero
        /// Integer, timestamp or duration arithmetic outside its range.
        case overflow
        /// An argument that the function does not take.
        case invalidArgument
        /// A value that cannot be converted.
        case invalidConversion
        /// Two entries of a map with one key.
        case duplicateKey
        /// A map key that is no bool, int, uint or string.
        case unsupportedKey
        /// A variable or function that is not declared.
        case unknownName
        /// The value of an empty optional.
        case absentValue
        /// The evaluation used up its steps.
        case limitExceeded
        /// The caller could not give a variable or field.
        case unavailable
    }

    /// The kind of failure.
    public let code: Code
    /// What went wrong, without values of variables.
    public let message: String
    /// Where in the source, when known.
    public private(set) var position: Position?

    /// An error; functions leave the position out, the evaluator adds it.
    public init(_ code: Code, _ message: String, position: Position? = nil) {
        self.code = code
        self.message = message
        self.position = position
    }

    /// The error with a position unless it has one.
    func at(_ position: Position) -> EvaluationError {
        guard self.position == nil else { return self }
        var error = self
        error.position = position
        return error
    }

    /// What an operator can do about it.
    public var hint: String {
        switch code {
        case .limitExceeded: "make the expression cheaper, or raise the limit"
        case .noSuchOverload: "test for null first, or convert the argument"
        case .noSuchKey, .indexOutOfRange, .absentValue: "test with has(), `in` or size(), or use an optional"
        case .unavailable: "the value was not sent by its source; read the row anew"
        default: "correct the expression or the data"
        }
    }

    /// `position: message`.
    public var description: String { position.map { "\($0): \(message)" } ?? message }
}
