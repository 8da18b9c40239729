import CEL
import Expressions
import Model

/// The types that rows and columns have in expressions.
enum RowTypes {
    /// The type of an alias in a scope.
    static func variable(_ table: TableSchema?, _ scope: AliasScope) -> CELType {
        guard let table else { return .dyn }
        switch scope {
        case .row(let isNullable):
            let type = CELType.record(record(table, isNullable: isNullable))
            return isNullable ? .wrapper(type) : type
        case .rows: return .list(.record(record(table, isNullable: false)))
        case .under, .unreachable: return .record(record(table, isNullable: false))
        case .unknown: return .dyn
        }
    }

    static func record(_ table: TableSchema, isNullable: Bool) -> RecordType {
        RecordType(
            name: table.name,
            fields: table.columns.enumerated().map { index, column in
                RecordType.Field(
                    column.name,
                    RowTypes.column(column, isNullable: isNullable || column.isNullable))
            })
    }

    static func column(_ column: ColumnSchema, isNullable: Bool) -> CELType {
        let type: CELType =
            switch column.kind {
            case .absent, .null: .dyn
            case .bool: .bool
            case .int64: .int
            case .double: .double
            case .decimal: .opaque("decimal", [])
            case .text, .json: .string
            case .bytes: .bytes
            case .date: .opaque("date", [])
            case .time: .opaque("time", [])
            case .timestamp: .opaque("datetime", [])
            case .timestampZoned: .timestamp
            case .interval: .opaque("interval", [])
            case .uuid: .opaque("uuid", [])
            case .array: .list(.dyn)
            }
        return isNullable && type != .dyn ? .wrapper(type) : type
    }

    static func library(_ tables: [CodeTable]) -> Library {
        Library(name: "x", functions: [])
    }
}
