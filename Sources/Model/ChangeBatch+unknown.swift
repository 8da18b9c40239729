/// A table of which not every change is known, and why.
public struct UnknownChanges: Hashable, Sendable, Codable {
    /// The table as plans spell it.
    public var table: String
    /// What was found, in words.
    public var reason: String
    /// What to do about it.
    public var remedy: String

    /// Names the table and the reason.
    public init(table: String, reason: String, remedy: String) {
        self.table = table
        self.reason = reason
        self.remedy = remedy
    }

    /// The table in the shape in which it stands in a batch: its name, and instead of its columns the reason
    /// and the remedy.
    public var schema: TableSchema {
        let columns = ["reason", "remedy"].map { ColumnSchema(name: $0, kind: .text, declaredType: "text") }
        return TableSchema(name: table, columns: columns, key: [])
    }

    /// Appends the image that says why.
    public func write(to row: inout [UInt8]) {
        RowWriter.text(reason, &row)
        RowWriter.text(remedy, &row)
    }
}

extension ChangeBatch {
    /// What a change of the operation `unknown` says; nil for every other one.
    public func unknownChanges(of change: Change) -> UnknownChanges? {
        guard change.operation == .unknown, let image = change.after, Int(image) <= bytes.count else {
            return nil
        }
        let cells = OwnedCell.read(Array(bytes[Int(image)...]), columns: 2)
        guard cells.count == 2 else { return nil }
        return UnknownChanges(
            table: tables[Int(change.table)].name, reason: cells[0].display, remedy: cells[1].display)
    }
}
