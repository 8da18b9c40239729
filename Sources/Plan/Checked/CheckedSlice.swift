/// A named set of aggregate instances.
public struct CheckedSlice: Sendable {
    /// The slice's name.
    public var name: String
    /// The predicate over legacy rows, in the mapping's slots.
    public var legacy: CompiledExpression
    /// The predicate over the service table's columns: slot n is the table's column n.
    public var service: CompiledExpression
    /// The index of the aggregate in the context that it is a set of.
    public var aggregate: Int

    /// Collects the parts of a checked slice.
    public init(name: String, legacy: CompiledExpression, service: CompiledExpression, aggregate: Int = 0) {
        self.aggregate = aggregate
        self.name = name
        self.legacy = legacy
        self.service = service
    }
}
