public import Model

/// The tables that Banyan keeps in a target, beside the service's own.
///
/// All of them change only in the transaction of the batch that they belong to.
public enum OwnedTables {
    /// Legacy key ↔ service key, one row per aggregate.
    public static let crossReference = table(
        "banyan_cross_reference",
        [
            ("context", .text), ("aggregate", .text), ("legacy_key", .bytes), ("natural_key", .bytes),
            ("service_key", .bytes),
        ],
        key: 3)

    /// Columns to look a cross-reference up by its natural key.
    public static let byNaturalKey = [0, 1, 3]

    /// Columns to look a cross-reference up by its service key.
    public static let byServiceKey = [0, 1, 4]

    /// Changes that could not be translated or applied, and those that wait behind them, in order per key.
    public static let quarantine = table(
        "banyan_quarantine",
        [
            ("context", .text), ("aggregate", .text), ("legacy_key", .bytes), ("entry", .int64),
            ("log_offset", .int64),
            ("position", .int64), ("ordinal", .int64), ("source_table", .text), ("operation", .text),
            ("before_image", .bytes), ("after_image", .bytes), ("historical", .int64), ("reason", .text),
            ("message", .text),
            ("display_key", .text), ("natural_key", .bytes), ("mapping", .text), ("image_columns", .bytes),
        ],
        key: 4)

    /// Root rows whose aggregate waits for a row that has not arrived.
    public static let pending = table(
        "banyan_pending",
        [("context", .text), ("aggregate", .text), ("legacy_key", .bytes), ("missing", .text)],
        key: 3)

    /// Which parts of history each context holds.
    public static let history = table(
        "banyan_history",
        [
            ("context", .text), ("source_table", .text), ("chunks", .int64), ("rows", .int64),
            ("complete", .int64),
        ],
        key: 2)

    /// The certificate of each chunk of history, as canonical JSON.
    public static let chunks = table(
        "banyan_chunk",
        [("context", .text), ("source_table", .text), ("number", .int64), ("certificate", .text)], key: 3)

    /// The log that each context's ledger counts records of, and the format of everything here.
    public static let log = table(
        "banyan_log", [("context", .text), ("identity", .text), ("format", .int64)], key: 1)

    /// Which context writes each of the service's tables.
    public static let writers = table("banyan_writer", [("target_table", .text), ("context", .text)], key: 1)

    /// Columns that copies of legacy tables did not have when they were filled.
    static let gaps = table(
        "banyan_gap", [("context", .text), ("source_table", .text), ("column_name", .text)], key: 3)

    /// Rows that were met while history is read anew; empty otherwise.
    static let met = table(
        "banyan_met",
        [
            ("context", .text), ("kind", .text), ("name", .text), ("met_key", .bytes),
            ("given_key", .bytes),
        ], key: 4)

    /// The format of these tables that this build reads and writes.
    static let formatVersion: Int64 = 2

    /// The outbox, with the columns that Debezium's event router expects, in commit order.
    public static let outbox = TableSchema(
        name: "banyan_outbox",
        columns: [
            column("sequence", .int64), column("id", .text), column("aggregatetype", .text),
            column("aggregateid", .text),
            column("type", .text), column("payload", .text), column("timestamp", .int64),
            column("position", .int64),
            column("historical", .int64),
        ], key: [0], uniqueKeys: [[1]])

    /// The tables that need no index besides their key.
    static var withoutIndexes: [TableSchema] {
        [quarantine, pending, history, chunks, log, writers, met, outbox]
    }

    /// The copy of a legacy table that joins are computed from.
    public static func mirror(of table: TableSchema, context: String) -> TableSchema {
        var mirror = table
        // A context's name has no point, so that no two contexts and tables come to one name.
        mirror.name = "banyan_mirror_\(context.replacing("_", with: "."))_\(table.name)"
        mirror.columns = table.columns.enumerated().map { index, original in
            var column = original
            column.isGenerated = false
            column.isNullable = true
            // A copy keeps values as they are; but where rows are found by numbers, the store compares
            // numbers, so that 10, 10.0 and 10.00 are one key whatever legacy writes.
            column.declaredType = table.key.contains(index) ? soughtType(original) : ""
            return column
        }
        mirror.uniqueKeys = []
        mirror.references = []
        return mirror
    }

    /// The declared type of a copy's column by which rows are found; empty where values are compared as they
    /// are.
    static func soughtType(_ column: ColumnSchema) -> String {
        [.int64, .decimal, .double].contains(column.kind) ? "NUMERIC" : ""
    }

    private static func table(_ name: String, _ columns: [(String, Kind)], key: Int) -> TableSchema {
        TableSchema(name: name, columns: columns.map { column($0.0, $0.1) }, key: Array(0..<key))
    }

    private static func column(_ name: String, _ kind: Kind) -> ColumnSchema {
        ColumnSchema(name: name, kind: kind)
    }
}
