import CEL

/// What a value is, told without the language's own words for it.
enum ValueShape {
    /// Whether a value may stand where the check found this type.
    static func isValue(_ value: Value, of type: CELType) -> Bool {
        switch (type, value) {
        case (.dyn, _), (.parameter, _), (.null, .null), (.bool, .bool), (.int, .int), (.uint, .uint),
            (.double, .double), (.string, .string), (.bytes, .bytes), (.timestamp, .timestamp),
            (.duration, .duration), (.type, .type), (.wrapper, .null):
            true
        case (.wrapper(let inner), _): isValue(value, of: inner)
        case (.list(let element), .list(let list)):
            (0..<list.count).allSatisfy { isValue(list[$0], of: element) }
        case (.map(let key, let content), .map(let map)):
            map.entries.allSatisfy { isValue($0.key, of: key) && isValue($0.value, of: content) }
        case (.optional, .optional(nil)): true
        case (.optional(let inner), .optional(let content?)): isValue(content, of: inner)
        case (.opaque(let name, _), .opaque(let opaque)): opaque.typeName == name
        case (.record(let record), .record(let reference)):
            reference.provider.recordType.name == record.name
        default: false
        }
    }

    /// The value as a text that tells different values apart.
    static func shown(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)u"
        case .double(let value): "\(value)d"
        case .string(let text): "'\(text.string)'"
        case .bytes(let bytes): "b\(bytes.array)"
        case .list(let list): "[" + list.values.map(shown).joined(separator: ", ") + "]"
        case .map(let map):
            "{" + map.entries.map { shown($0.key) + ": " + shown($0.value) }.joined(separator: ", ") + "}"
        case .type(let type): "type \(type.name)"
        case .timestamp(let moment): "at \(moment.seconds).\(moment.nanoseconds)"
        case .duration(let nanoseconds): "for \(nanoseconds)"
        case .optional(let content): "optional(" + (content.map(shown) ?? "") + ")"
        case .record(let record): "row \(record.row) of \(record.provider.recordType.name)"
        case .opaque(let opaque): "\(opaque.typeName) \(opaque.text)"
        }
    }
}
