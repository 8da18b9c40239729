public import Model

/// One table can no longer be read as it was captured, and the others can: what befell it is its own affair.
///
/// A range reader throws it; the log then says that changes of the table are not known, and whoever reads the
/// table stops there.
public struct UnreadableTable: Error, CustomStringConvertible {
    /// The table, what was found, and what to do about it.
    public var unknown: UnknownChanges

    /// Names what befell a table.
    public init(_ unknown: UnknownChanges) {
        self.unknown = unknown
    }

    /// What was found, and what to do about it.
    public var description: String {
        "table \(unknown.table) cannot be read: \(unknown.reason). \(unknown.remedy)"
    }
}
