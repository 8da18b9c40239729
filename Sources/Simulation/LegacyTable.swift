import Model

/// A table of the simulated legacy system.
enum LegacyTable: Int {
    case policy = 0
    case item = 1

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
}
