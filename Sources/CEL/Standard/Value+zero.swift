extension Value {
    /// Whether this is the value a type has by default: zero, empty, absent or null.
    var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let text): text.byteCount == 0
        case .bytes(let bytes): bytes.count == 0
        case .list(let list): list.count == 0
        case .map(let map): map.count == 0
        case .timestamp(let moment): moment.seconds == Timestamp.range.lowerBound && moment.nanoseconds == 0
        case .duration(let span): span == 0
        case .optional(let content): content == nil
        case .type, .record, .opaque: false
        }
    }
}
