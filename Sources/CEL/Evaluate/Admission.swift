/// Which values a parameter takes at run time.
struct Admission: Sendable {
    private enum Kind: Sendable {
        case any
        case null, bool, int, uint, double, string, bytes, list, map, type, timestamp, duration, optional
        case named(String)
    }

    private let kind: Kind
    /// Whether the parameter also takes null.
    private let acceptsNull: Bool

    init(_ type: CELType, acceptsNull: Bool) {
        var type = type
        var acceptsNull = acceptsNull
        while case .wrapper(let inner) = type {
            type = inner
            acceptsNull = true
        }
        kind = Admission.kind(of: type)
        self.acceptsNull = acceptsNull
    }

    private static func kind(of type: CELType) -> Kind {
        switch type {
        // A wrapper is taken off before.
        case .dyn, .parameter, .wrapper: .any
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .timestamp: .timestamp
        case .duration: .duration
        case .list: .list
        case .map: .map
        case .type: .type
        case .optional: .optional
        case .opaque(let name, _): .named(name)
        case .record(let record): .named(record.name)
        }
    }

    /// Whether the parameter takes every string.
    var admitsText: Bool {
        switch kind {
        case .any, .string: true
        default: false
        }
    }

    /// Whether the parameter takes the value.
    func admits(_ value: Value) -> Bool {
        switch (kind, value) {
        case (.any, _), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint), (.double, .double),
            (.string, .string), (.bytes, .bytes), (.list, .list), (.map, .map), (.type, .type),
            (.timestamp, .timestamp), (.duration, .duration), (.optional, .optional):
            true
        case (_, .null): acceptsNull
        case (.named(let name), .opaque(let opaque)): opaque.typeName == name
        case (.named(let name), .record(let record)): record.provider.recordType.name == name
        default: false
        }
    }
}
