/// What is known of a call when it is compiled.
public struct CallSite: Sendable {
    /// Types of the arguments, the receiver first; `dyn` in an expression that was not checked.
    public let argumentTypes: [CELType]
    /// Values of the arguments that are literals, or lists and maps of literals; nil elsewhere.
    public let constants: [Value?]

    /// A call with these argument types and constants.
    public init(argumentTypes: [CELType], constants: [Value?]) {
        self.argumentTypes = argumentTypes
        self.constants = constants
    }
}
