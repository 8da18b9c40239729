extension Meter {
    /// Takes the steps for a value that was produced: by its bytes or elements, not counting what is inside.
    mutating func charge(producing value: Value) throws(EvaluationError) {
        switch value {
        case .string(let text): try charge(bytes: text.byteCount)
        case .bytes(let bytes): try charge(bytes: bytes.count)
        case .list(let list): try charge(1 + list.count)
        case .map(let map): try charge(1 + map.count)
        default: break
        }
    }

    /// Takes the steps for reading through a value once.
    mutating func charge(reading value: Value) throws(EvaluationError) {
        switch value {
        case .string(let text): try charge(text.byteCount / 64)
        case .bytes(let bytes): try charge(bytes.count / 64)
        default: break
        }
    }

    /// Takes a step for every value inside a value, so that a shared part counts each time it occurs.
    mutating func charge(deep value: Value) throws(EvaluationError) {
        switch value {
        case .list(.array(let values)):
            try charge(values.count)
            for value in values { try charge(deep: value) }
        case .map(let map):
            try charge(map.count)
            for entry in map.entries { try charge(deep: entry.value) }
        case .optional(let content?): try charge(deep: content)
        default: break
        }
    }
}

extension CELType {
    /// Whether a value of this type can hold other values.
    var canHaveParts: Bool {
        switch self {
        case .null, .bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration: false
        case .wrapper(let inner): inner.canHaveParts
        default: true
        }
    }
}
