/// A type as the checker sees it.
public indirect enum CELType: Sendable, Hashable {
    /// Anything; checked at run time.
    case dyn
    /// The type of `null`.
    case null
    /// Truth value.
    case bool
    /// 64-bit signed integer.
    case int
    /// 64-bit unsigned integer.
    case uint
    /// IEEE 754 double.
    case double
    /// Unicode text.
    case string
    /// Octets.
    case bytes
    /// A moment, nanosecond resolution.
    case timestamp
    /// A length of time, nanosecond resolution.
    case duration
    /// A list and its element type.
    case list(CELType)
    /// A map, its key and its value type.
    case map(CELType, CELType)
    /// A type as a value.
    case type(CELType)
    /// A value that may be absent.
    case optional(CELType)
    /// A value that may be null, as a nullable column.
    case wrapper(CELType)
    /// A type parameter of an overload.
    case parameter(String)
    /// A type of a library, by name, with type arguments.
    case opaque(String, [CELType])
    /// A row with known fields.
    case record(RecordType)
}

extension CELType: CustomStringConvertible {
    /// The type as users write and read it.
    public var description: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .type(.dyn): "type"
        case .type(let type): "type(\(type))"
        case .optional(let type): "optional_type(\(type))"
        case .wrapper(let type): "wrapper(\(type))"
        case .parameter(let name): name
        case .opaque(let name, let arguments):
            arguments.isEmpty ? name : "\(name)(\(arguments.map(\.description).joined(separator: ", ")))"
        case .record(let record): record.name
        }
    }
}

extension CELType {
    /// The type without the possibility of null.
    public var unwrapped: CELType {
        if case .wrapper(let type) = self { type.unwrapped } else { self }
    }

    /// Whether a value of this type may be null.
    public var isNullable: Bool {
        switch self {
        case .wrapper, .null, .dyn: true
        default: false
        }
    }
}
