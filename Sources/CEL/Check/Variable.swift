/// A variable that expressions may read.
public struct Variable: Sendable, Hashable {
    /// The name, possibly qualified (`request.path`).
    public let name: String
    /// The type; `wrapper` when it may be null.
    public let type: CELType

    /// A variable by name and type.
    public init(_ name: String, _ type: CELType) {
        self.name = name
        self.type = type
    }
}
