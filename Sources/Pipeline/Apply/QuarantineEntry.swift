public import ChangeLog
public import Model

/// One change that was set aside.
public struct QuarantineEntry: Sendable, Equatable {
    /// The context.
    public var context: String
    /// The aggregate.
    public var aggregate: String
    /// The key of the root row in legacy.
    public var legacyKey: Key
    /// The entry's place among those of its key, from 1.
    public var entry: Int
    /// The log record that holds the change.
    public var offset: LogOffset
    /// Where the change committed in the source.
    public var position: Position
    /// The change's place in its record; -1 when a change of another table caused it.
    public var ordinal: Int
    /// The legacy table.
    public var table: String
    /// What the change did: `insert`, `update`, `delete`, `read`, `recompute` when a change of another table
    /// caused it, or `replace`: an insertion that may have taken over what was there all along.
    public var operation: String
    /// The root row's image before the change, encoded; nil when there is none.
    public var before: [UInt8]?
    /// The root row's image after the change, encoded; nil when there is none.
    public var after: [UInt8]?
    /// Whether the change is history.
    public var isHistorical: Bool
    /// A stable word for why (`unknown_code`, `waits`).
    public var reason: String
    /// The reason in words; never a row value.
    public var message: String
    /// The legacy key as people read it.
    public var displayKey: String
    /// The natural key that another aggregate holds, when that is the reason.
    public var naturalKey: Key?
    /// The version of the mapping that set it aside.
    public var mapping: String
    /// The names of the columns that the images hold, in their order.
    public var columns: [String]

    func encode(into rows: inout RowBuffer) {
        rows.beginRow()
        RowWriter.text(context, &rows.bytes)
        RowWriter.text(aggregate, &rows.bytes)
        RowWriter.bytes(legacyKey.bytes, kind: .bytes, &rows.bytes)
        RowWriter.integer(Int64(entry), &rows.bytes)
        RowWriter.integer(Int64(bitPattern: offset.value), &rows.bytes)
        RowWriter.integer(Int64(bitPattern: position.value), &rows.bytes)
        RowWriter.integer(Int64(ordinal), &rows.bytes)
        RowWriter.text(table, &rows.bytes)
        RowWriter.text(operation, &rows.bytes)
        for image in [before, after] {
            if let image {
                RowWriter.bytes(image, kind: .bytes, &rows.bytes)
            } else {
                RowWriter.null(&rows.bytes)
            }
        }
        RowWriter.integer(isHistorical ? 1 : 0, &rows.bytes)
        RowWriter.text(reason, &rows.bytes)
        RowWriter.text(message, &rows.bytes)
        RowWriter.text(displayKey, &rows.bytes)
        if let naturalKey {
            RowWriter.bytes(naturalKey.bytes, kind: .bytes, &rows.bytes)
        } else {
            RowWriter.null(&rows.bytes)
        }
        RowWriter.text(mapping, &rows.bytes)
        var names: [UInt8] = []
        for column in columns { RowWriter.text(column, &names) }
        RowWriter.bytes(names, kind: .bytes, &rows.bytes)
    }

    /// Brings the images into the shape that the table has for the plan now: a column that was not there
    /// counts as not sent. A damaged image is left as it is, and is refused when it is read.
    mutating func conform(to table: TableSchema) {
        let wanted = table.columns.map(\.name)
        if columns == wanted { return }
        var projection = RowProjection(from: columns, to: wanted, fillsWithNull: false)
        before = before.map { projection.image(of: $0) ?? $0 }
        after = after.map { projection.image(of: $0) ?? $0 }
        columns = wanted
    }

    init(
        context: String, aggregate: String, legacyKey: Key, entry: Int, offset: LogOffset, position: Position,
        ordinal: Int,
        table: String, operation: String, before: [UInt8]?, after: [UInt8]?, isHistorical: Bool,
        reason: String,
        message: String, naturalKey: Key?, columns: [String]
    ) {
        self.context = context
        self.aggregate = aggregate
        self.legacyKey = legacyKey
        self.entry = entry
        self.offset = offset
        self.position = position
        self.ordinal = ordinal
        self.table = table
        self.operation = operation
        self.before = before
        self.after = after
        self.isHistorical = isHistorical
        self.reason = reason
        self.message = message
        displayKey = legacyKey.display
        self.naturalKey = naturalKey
        mapping = ""
        self.columns = columns
    }

    /// Reads an entry from the values of a row of the quarantine table; nil when there are too few.
    public init?(_ cells: [OwnedCell]) {
        guard cells.count == OwnedTables.quarantine.columns.count else { return nil }
        context = cells[0].text ?? ""
        aggregate = cells[1].text ?? ""
        legacyKey = Key(bytes: cells[2].bytes)
        entry = Int(cells[3].integer)
        offset = LogOffset(UInt64(bitPattern: cells[4].integer))
        position = Position(UInt64(bitPattern: cells[5].integer))
        ordinal = Int(cells[6].integer)
        table = cells[7].text ?? ""
        operation = cells[8].text ?? ""
        before = cells[9].isNull ? nil : cells[9].bytes
        after = cells[10].isNull ? nil : cells[10].bytes
        isHistorical = cells[11].integer != 0
        reason = cells[12].text ?? ""
        message = cells[13].text ?? ""
        displayKey = cells[14].text ?? ""
        naturalKey = cells[15].isNull ? nil : Key(bytes: cells[15].bytes)
        mapping = cells[16].text ?? ""
        columns = OwnedCell.read(cells[17].bytes).map { $0.text ?? "" }
    }
}
