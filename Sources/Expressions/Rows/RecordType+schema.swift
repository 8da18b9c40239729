public import CEL
public import Model

extension RecordType {
    /// The type of a table's rows: a field for each column, in the same order.
    public convenience init(_ table: TableSchema, name: String? = nil) {
        self.init(
            name: name ?? table.name,
            fields: table.columns.map { Field($0.name, CELType(column: $0)) })
    }
}

extension CELType {
    /// The type that a column's values have in expressions; `wrapper` when the column may be NULL.
    ///
    /// A timestamp with a zone is the language's own `timestamp`, one without is a `local_timestamp`; JSON is
    /// its text.
    public init(column: ColumnSchema) {
        let type = CELType(kind: column.kind)
        self = column.isNullable && type != .dyn && type != .null ? .wrapper(type) : type
    }

    /// The type that values of a kind have in expressions.
    public init(kind: Kind) {
        self =
            switch kind {
            case .absent: .dyn
            case .null: .null
            case .bool: .bool
            case .int64: .int
            case .double: .double
            case .decimal: .decimal
            case .text, .json: .string
            case .bytes: .bytes
            case .date: .date
            case .time: .time
            case .timestamp: .localTimestamp
            case .timestampZoned: .timestamp
            case .interval: .interval
            case .uuid: .uuid
            case .array: .list(.dyn)
            }
    }
}
