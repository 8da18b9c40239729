/// A constant written in the source.
public enum Literal: Sendable {
    /// `null`
    case null
    /// `true` or `false`
    case bool(Bool)
    /// `42`, `-0x2a`
    case int(Int64)
    /// `42u`
    case uint(UInt64)
    /// `1.5`, `1e3`
    case double(Double)
    /// `'text'`
    case string(String)
    /// `b'bytes'`
    case bytes([UInt8])

    /// The literal as a run-time value.
    public var value: Value {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        case .string(let value): .string(Text(value))
        case .bytes(let value): .bytes(Bytes(value))
        }
    }
}
