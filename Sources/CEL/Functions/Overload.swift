/// One form of a function: its parameters, its result and what it does.
public struct Overload: Sendable {
    /// A name unique among all overloads, for references and messages.
    public let id: String
    /// Whether it is called as `a.f(b)`; the receiver is then the first parameter.
    public let isReceiver: Bool
    /// Types of the parameters, the receiver first.
    public let parameters: [CELType]
    /// Whether the last parameter may be repeated, at least once.
    public let isVariadic: Bool
    /// Type of the result.
    public let result: CELType
    /// Whether null may be passed for parameters of any type.
    ///
    /// Otherwise only `dyn`, `wrapper` and type parameters take a null; elsewhere it is `noSuchOverload` at
    /// run time.
    public let acceptsNull: Bool
    /// What it does; nil for a declaration that is checked but never run.
    public let implementation: Implementation?
    /// Looks at the constants of a call when it is compiled.
    public let specialize: (@Sendable (CallSite) -> Specialization)?

    /// An overload; see the properties.
    public init(
        _ id: String, isReceiver: Bool = false, _ parameters: [CELType], isVariadic: Bool = false,
        returns result: CELType, acceptsNull: Bool = false,
        specialize: (@Sendable (CallSite) -> Specialization)? = nil,
        _ implementation: Implementation?
    ) {
        self.id = id
        self.isReceiver = isReceiver
        self.parameters = parameters
        self.isVariadic = isVariadic
        self.result = result
        self.acceptsNull = acceptsNull
        self.implementation = implementation
        self.specialize = specialize
    }
}
