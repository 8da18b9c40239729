/// A type as a run-time value: what `type(x)` returns.
public struct TypeValue: Sendable, Hashable {
    /// The type's name.
    public let name: String

    /// A type by name.
    public init(name: String) { self.name = name }

    static let null = TypeValue(name: "null_type")
    static let bool = TypeValue(name: "bool")
    static let int = TypeValue(name: "int")
    static let uint = TypeValue(name: "uint")
    static let double = TypeValue(name: "double")
    static let string = TypeValue(name: "string")
    static let bytes = TypeValue(name: "bytes")
    static let list = TypeValue(name: "list")
    static let map = TypeValue(name: "map")
    static let type = TypeValue(name: "type")
    static let timestamp = TypeValue(name: "google.protobuf.Timestamp")
    static let duration = TypeValue(name: "google.protobuf.Duration")
    static let optional = TypeValue(name: "optional_type")
}
