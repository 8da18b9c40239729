/// Equality across types: numbers on one number line, other type mismatches false.
enum Equality {
    /// Whether two values are equal; containers charge for every element compared.
    static func equal(_ a: Value, _ b: Value, _ meter: inout Meter) throws(EvaluationError) -> Bool {
        switch (a, b) {
        case (.null, .null): return true
        case (.bool(let x), .bool(let y)): return x == y
        case (.string(let x), .string(let y)): return x == y
        case (.int(let x), .int(let y)): return x == y
        case (.bytes(let x), .bytes(let y)): return x == y
        case (.type(let x), .type(let y)): return x == y
        case (.timestamp(let x), .timestamp(let y)): return x == y
        case (.duration(let x), .duration(let y)): return x == y
        case (.optional(nil), .optional(nil)): return true
        case (.optional(let x?), .optional(let y?)): return try equal(x, y, &meter)
        case (.list(let x), .list(let y)): return try equal(x, y, &meter)
        case (.map(let x), .map(let y)): return try equal(x, y, &meter)
        case (.record(let x), .record(let y)): return try equal(x, y, &meter)
        case (.opaque(let x), _): return x.isEqual(to: b)
        case (_, .opaque(let y)): return y.isEqual(to: a)
        default: return Numbers.compare(a, b) == .some(.some(0))
        }
    }

    private static func equal(_ a: ListValue, _ b: ListValue, _ meter: inout Meter) throws(EvaluationError)
        -> Bool
    {
        guard a.count == b.count else { return false }
        for index in 0..<a.count {
            try meter.charge(1)
            guard try equal(a[index], b[index], &meter) else { return false }
        }
        return true
    }

    private static func equal(_ a: MapValue, _ b: MapValue, _ meter: inout Meter) throws(EvaluationError)
        -> Bool
    {
        guard a.count == b.count else { return false }
        for entry in a.entries {
            try meter.charge(1)
            guard let other = b[entry.key], try equal(entry.value, other, &meter) else { return false }
        }
        return true
    }

    private static func equal(
        _ a: RecordReference, _ b: RecordReference, _ meter: inout Meter
    ) throws(EvaluationError) -> Bool {
        if a.provider === b.provider, a.row == b.row { return true }
        guard a.provider.recordType == b.provider.recordType else { return false }
        for field in a.provider.recordType.fields.indices {
            try meter.charge(1)
            let left = try a.provider.field(field, row: a.row)
            guard try equal(left, try b.provider.field(field, row: b.row), &meter) else { return false }
        }
        return true
    }

    /// Whether a value is an element of a list or a key of a map.
    static func contains(_ container: Value, _ value: Value, _ meter: inout Meter) throws(EvaluationError)
        -> Bool
    {
        switch container {
        case .map(let map): return map[value] != nil
        case .list(let list):
            for index in 0..<list.count {
                try meter.charge(1)
                if try equal(list[index], value, &meter) { return true }
            }
            return false
        default:
            throw EvaluationError(
                .noSuchOverload, "'in' looks into lists and maps, not \(container.type.name)")
        }
    }
}
