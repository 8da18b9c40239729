public import CEL
public import Model

extension ValueEncoder {
    /// Why values of this type can never be written to the column, for whoever checks a plan; nil when some
    /// or all can.
    ///
    /// What depends on the value (a decimal with too many digits, a null) is left to the run.
    public static func refusal(of type: CELType, for column: ColumnSchema) -> String? {
        if case .null = type {
            return column.isNullable ? nil : "\(column.name) takes no null"
        }
        let plain = type.unwrapped
        if case .dyn = plain { return nil }
        if plain == .decimal, column.kind == .double {
            return "\(column.name) is a double and holds no decimal exactly; say double(x) if that is meant"
        }
        if types(for: column.kind).contains(plain) { return nil }
        if case .list = plain, column.kind == .array { return nil }
        let taken = types(for: column.kind).map(\.description).joined(separator: " or ")
        return "\(column.name) takes \(taken), not \(plain)"
    }

    /// The types that a column of a kind takes, its own first.
    private static func types(for kind: Kind) -> [CELType] {
        switch kind {
        case .absent, .null: [.null]
        case .bool: [.bool]
        case .int64: [.int, .uint, .bool, .decimal]
        case .double: [.double, .int]
        case .decimal: [.decimal, .int, .uint]
        case .text: [.string, .date, .time, .localTimestamp, .timestamp, .interval, .uuid]
        case .json: [.string]
        case .bytes: [.bytes]
        case .date: [.date]
        case .time: [.time]
        case .timestamp: [.localTimestamp]
        case .timestampZoned: [.timestamp]
        case .interval: [.interval, .duration]
        case .uuid: [.uuid]
        case .array: [.list(.dyn)]
        }
    }
}
