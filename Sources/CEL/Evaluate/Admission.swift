/// Which values a parameter takes at run time.
enum Admission: Sendable {
    case any
    case null, bool, int, uint, double, string, bytes, list, map, type, timestamp, duration, optional
    case named(String)
    indirect case orNull(Admission)

    init(_ type: CELType, acceptsNull: Bool) {
        let plain = Admission(type)
        self = acceptsNull ? .orNull(plain) : plain
    }

    private init(_ type: CELType) {
        switch type {
        case .dyn, .parameter: self = .any
        case .null: self = .null
        case .bool: self = .bool
        case .int: self = .int
        case .uint: self = .uint
        case .double: self = .double
        case .string: self = .string
        case .bytes: self = .bytes
        case .timestamp: self = .timestamp
        case .duration: self = .duration
        case .list: self = .list
        case .map: self = .map
        case .type: self = .type
        case .optional: self = .optional
        case .wrapper(let inner): self = .orNull(Admission(inner))
        case .opaque(let name, _): self = .named(name)
        case .record(let record): self = .named(record.name)
        }
    }

    /// Whether the parameter takes the value.
    func admits(_ value: Value) -> Bool {
        switch (self, value) {
        case (.any, _), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double),
            (.string, .string), (.bytes, .bytes), (.list, .list), (.map, .map), (.type, .type),
            (.timestamp, .timestamp), (.duration, .duration), (.optional, .optional), (.orNull, .null):
            true
        case (.orNull(let inner), _): inner.admits(value)
        case (.named(let name), .opaque(let opaque)): opaque.typeName == name
        case (.named(let name), .record(let record)): record.provider.recordType.name == name
        default: false
        }
    }
}
