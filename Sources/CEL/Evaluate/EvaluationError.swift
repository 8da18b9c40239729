/// Why an expression has no value for these bindings.
///
/// Messages name functions, fields and types, never the values of variables.
public struct EvaluationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure; libraries and bindings declare codes of their own beside these.
    public struct Code: RawRepresentable, Sendable, Hashable {
        /// The stable name.
        public let rawValue: String

        /// A kind of failure by its stable name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// No function or operator takes values of these types; also a null where none is taken.
        public static let noSuchOverload = Code(rawValue: "noSuchOverload")
        /// A record has no such field, or the value has no fields.
        public static let noSuchField = Code(rawValue: "noSuchField")
        /// A map has no such key.
        public static let noSuchKey = Code(rawValue: "noSuchKey")
        /// An index outside a list or string.
        public static let indexOutOfRange = Code(rawValue: "indexOutOfRange")
        /// Division or remainder by zero.
        public static let divisionByZero = Code(rawValue: "divisionByZero")
        /// Integer, timestamp or duration arithmetic outside its range.
        public static let overflow = Code(rawValue: "overflow")
        /// An argument that the function does not take.
        public static let invalidArgument = Code(rawValue: "invalidArgument")
        /// A value that cannot be converted.
        public static let invalidConversion = Code(rawValue: "invalidConversion")
        /// Two entries of a map with one key.
        public static let duplicateKey = Code(rawValue: "duplicateKey")
        /// A map key that is no bool, int, uint or string.
        public static let unsupportedKey = Code(rawValue: "unsupportedKey")
        /// A variable or function that is not declared.
        public static let unknownName = Code(rawValue: "unknownName")
        /// The value of an empty optional.
        public static let absentValue = Code(rawValue: "absentValue")
        /// The evaluation used up its steps.
        public static let limitExceeded = Code(rawValue: "limitExceeded")
        /// The caller could not give a variable or field.
        public static let unavailable = Code(rawValue: "unavailable")
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
