/// Finds fields and elements of values.
enum Access {
    /// A field by name; nil when a map lacks it.
    static func field(_ name: String, _ key: Value, of value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .map(let map): return map[key]
        case .record(let record):
            guard let index = record.provider.recordType.index(of: name) else {
                throw EvaluationError(
                    .noSuchField, "'\(record.provider.recordType.name)' has no field '\(name)'")
            }
            return try record.provider.field(index, row: record.row)
        default: throw EvaluationError(.noSuchField, "\(value.type.name) has no fields")
        }
    }

    /// An element by index or key; nil when there is none.
    static func element(_ key: Value, of value: Value) throws(EvaluationError) -> Value? {
        switch value {
        case .map(let map): return map[key]
        case .list(let list):
            guard let index = index(key) else {
                throw EvaluationError(
                    .invalidArgument, "a list is indexed by whole numbers, not \(key.type.name)")
            }
            return index >= 0 && index < list.count ? list[index] : nil
        default: throw EvaluationError(.noSuchOverload, "\(value.type.name) has no elements")
        }
    }

    /// The error for an element that is not there.
    static func missing(in value: Value) -> EvaluationError {
        if case .map = value { return EvaluationError(.noSuchKey, "no such key") }
        return EvaluationError(.indexOutOfRange, "the index is outside the list")
    }

    /// A whole number as an index.
    private static func index(_ key: Value) -> Int? {
        switch key {
        case .int(let value): Int(exactly: value)
        case .uint(let value): Int(exactly: value)
        case .double(let value): Int(exactly: value)
        default: nil
        }
    }
}
