/// A set of functions, constants and type names that expressions may use.
public struct Library: Sendable {
    /// A named value.
    public struct Constant: Sendable {
        /// The name, possibly qualified.
        public let name: String
        /// The type.
        public let type: CELType
        /// The value.
        public let value: Value

        /// A named value.
        public init(_ name: String, _ type: CELType, _ value: Value) {
            self.name = name
            self.type = type
            self.value = value
        }

        /// A type's name, which is a value in expressions: `type(x) == decimal`.
        public init(typeNamed name: String, _ type: CELType) {
            self.init(name, .type(type), .type(TypeValue(name: name)))
        }
    }

    /// The library's name, for messages.
    public let name: String
    /// The functions; several entries of one name add up.
    public let functions: [Function]
    /// The constants.
    public let constants: [Constant]

    /// A library.
    public init(name: String, functions: [Function], constants: [Constant] = []) {
        self.name = name
        self.functions = functions
        self.constants = constants
    }
}
