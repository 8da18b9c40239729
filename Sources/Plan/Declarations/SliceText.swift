/// A slice as the plan declares it.
public struct SliceText: Sendable {
    /// Its name.
    public var name: Located<String>
    /// The aggregate it is a set of; nil where the context has a single one.
    public var of: Located<String>?
    /// The predicate over legacy rows.
    public var legacy: ExpressionText
    /// The predicate over the service's columns.
    public var service: ExpressionText
}
