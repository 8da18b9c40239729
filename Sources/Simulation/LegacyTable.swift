import Model

/// A table of the simulated legacy system.
enum LegacyTable: Int {
    case policy = 0
    case item = 1

    /// The tables where a policy's number is its key.
    static let schemas = [
        TableSchema(
            name: "pol",
            columns: [
                ColumnSchema(name: "no", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "kd", kind: .text, declaredType: "TEXT"),
                ColumnSchema(name: "holder", kind: .text, declaredType: "TEXT", isNullable: false),
                ColumnSchema(name: "rev", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ], key: [0]),
        TableSchema(
            name: "itm",
            columns: [
                ColumnSchema(name: "pol", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "n", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "qty", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ], key: [0, 1]),
    ]
    /// The tables where a policy has an id besides, so that its number can be handed on.
    static let numberedSchemas = [
        TableSchema(
            name: schemas[0].name,
            columns: [ColumnSchema(name: "id", kind: .int64, declaredType: "INTEGER", isNullable: false)]
                + schemas[0].columns, key: [0]),
        schemas[1],
    ]
}
