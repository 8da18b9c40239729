import CEL
import Model

/// Which types of expressions may be written to which columns, and how both are called in messages.
enum TypeWords {
    /// A type in words an analyst knows.
    static func describe(_ type: CELType) -> String {
        switch type {
        case .wrapper(let inner): "\(describe(inner)) or NULL"
        case .null: "NULL"
        case .int, .uint: "integer"
        case .double: "floating-point number"
        case .string: "text"
        case .list(let element): "list of \(describe(element))"
        case .record(let record): "a row of \(record.name)"
        case .dyn: "anything"
        case .timestamp: "timestamp with zone"
        case .opaque(let name, _): name
        default: type.description
        }
    }

    /// Whether an expression of the type may be written to a column of the kind; the nullability is judged
    /// elsewhere.
    static func isAssignable(_ type: CELType, to kind: Kind) -> Bool {
        let type = type.unwrapped
        if type == .dyn || type == .null || kind.isUntyped { return true }
        switch kind {
        case .absent, .null: return true
        case .bool: return type == .bool
        case .int64: return type == .int || type == .uint
        case .double: return type == .double || type == .int || type == .uint
        case .decimal: return type.isOpaque(["decimal"]) || type == .int || type == .uint
        case .text:
            // A system without a type for them keeps dates and the like as text in their one ISO form.
            return type == .string || type == .timestamp
                || type.isOpaque(["date", "time", "local_timestamp", "interval", "uuid"])
        case .json: return type == .string || type.isContainer || type.isOpaque(["json"])
        case .bytes: return type == .bytes
        case .date: return type.isOpaque(["date"])
        case .time: return type.isOpaque(["time"])
        case .timestamp: return type.isOpaque(["local_timestamp"])
        case .timestampZoned: return type == .timestamp
        case .interval: return type == .duration || type.isOpaque(["interval"])
        case .uuid: return type.isOpaque(["uuid"])
        case .array: return type.isContainer
        }
    }

    /// How a value of the type becomes one of the kind; nil when there is no plain way.
    static func conversion(_ type: CELType, to kind: Kind, column: ColumnSchema) -> String? {
        let type = type.unwrapped
        switch kind {
        case .decimal where type == .double:
            return "say how it is rounded: `decimal(…, \(column.scale ?? 2), 'half_even')`"
        case .decimal where type == .string: return "write `decimal(…)`"
        case .date where type == .string || type == .timestamp: return "write `date(…)`"
        case .timestampZoned where type == .string:
            return "write `timestamp(…)`, with the zone it is meant in"
        case .text: return type.isContainer ? nil : "write `string(…)`"
        case .int64 where type == .string || type == .double: return "write `int(…)`"
        case .double: return "write `double(…)`"
        case .uuid where type == .string: return "write `uuid(…)`"
        case .bool: return "compare it: `… == 'Y'`"
        default: return nil
        }
    }
}

extension CELType {
    fileprivate func isOpaque(_ names: Set<String>) -> Bool {
        if case .opaque(let name, _) = self { names.contains(name) } else { false }
    }

    fileprivate var isContainer: Bool {
        switch self {
        case .list, .map: true
        default: false
        }
    }
}
