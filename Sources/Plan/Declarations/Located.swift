/// A value with its place in the plan.
public struct Located<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The value.
    public var value: Value
    /// Where it stands.
    public var location: SourceLocation
    /// The path of keys that lead to it.
    public var path: String

    /// Gives a value its place.
    public init(_ value: Value, location: SourceLocation, path: String) {
        self.value = value
        self.location = location
        self.path = path
    }
}
