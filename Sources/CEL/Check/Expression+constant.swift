extension Expression {
    /// The value when this is a literal, or a list or map of literals.
    var constantValue: Value? {
        switch kind {
        case .literal(let literal): return literal.value
        case .list(let elements):
            var values: [Value] = []
            for element in elements {
                guard !element.isOptional, let value = element.value.constantValue else { return nil }
                values.append(value)
            }
            return Value(values)
        case .map(let entries):
            var values: [(key: Value, value: Value)] = []
            for entry in entries {
                guard !entry.isOptional, let key = entry.key.constantValue,
                    let value = entry.value.constantValue
                else { return nil }
                values.append((key, value))
            }
            // A map that cannot be built is no constant: building it at run time reports why.
            return (try? MapValue(values)).map(Value.map)
        default: return nil
        }
    }
}
