/// A value of a running expression.
public enum Value: Sendable {
    /// `null`
    case null
    /// Truth value.
    case bool(Bool)
    /// 64-bit signed integer.
    case int(Int64)
    /// 64-bit unsigned integer.
    case uint(UInt64)
    /// IEEE 754 double.
    case double(Double)
    /// Text, possibly borrowed from the caller's row.
    case string(Text)
    /// Octets, possibly borrowed from the caller's row.
    case bytes(Bytes)
    /// A list.
    case list(ListValue)
    /// A map.
    case map(MapValue)
    /// A type.
    case type(TypeValue)
    /// A moment.
    case timestamp(Timestamp)
    /// A length of time.
    case duration(nanoseconds: Int64)
    /// A value that may be absent.
    indirect case optional(Value?)
    /// A row.
    case record(RecordReference)
    /// A value of a library's type.
    case opaque(any OpaqueValue)

    /// An owned string.
    public init(_ string: String) { self = .string(Text(string)) }

    /// A list of values.
    public init(_ values: [Value]) { self = .list(.array(values)) }

    /// The value with storage of its own: nothing in it is borrowed.
    ///
    /// Records are the exception: they stay references to their provider.
    public func owned() -> Value {
        switch self {
        case .string(let text): .string(text.owned())
        case .bytes(let bytes): .bytes(bytes.owned())
        case .list(.array(let values)): .list(.array(values.map { $0.owned() }))
        case .map(let map): .map(map.owned())
        case .optional(let value): .optional(value.map { $0.owned() })
        default: self
        }
    }

    /// The run-time type.
    public var type: TypeValue {
        switch self {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .list: .list
        case .map: .map
        case .type: .type
        case .timestamp: .timestamp
        case .duration: .duration
        case .optional: .optional
        case .record(let record): TypeValue(name: record.provider.recordType.name)
        case .opaque(let value): TypeValue(name: value.typeName)
        }
    }
}
