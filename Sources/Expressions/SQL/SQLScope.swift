public import Model

/// What the slots of an expression stand for in a statement.
public struct SQLScope: Sendable {
    /// One table of the statement.
    struct Source: Sendable {
        let qualifier: String?
        let table: TableSchema
    }

    let sources: [Source]
    /// Whether slot n is the n-th source, a record; otherwise slot n is column n of the only source.
    let slotsAreRecords: Bool

    /// Slot n is the n-th alias; the statement has a table under each alias that the expression reads.
    public static func aliases(_ aliases: [(alias: String, table: TableSchema)]) -> SQLScope {
        SQLScope(
            sources: aliases.map { Source(qualifier: $0.alias, table: $0.table) }, slotsAreRecords: true)
    }

    /// Slot n is column n of a table, written with an alias in front where there is one (`NEW` in a trigger).
    public static func columns(of table: TableSchema, alias: String? = nil) -> SQLScope {
        SQLScope(sources: [Source(qualifier: alias, table: table)], slotsAreRecords: false)
    }
}
