public import Apply
public import Model

/// A store with what its exam needs beside the seam: tables of the service's own, and further connections.
public protocol TargetUnderExam: AnyObject {
    /// What the store cannot hold, each with the reason: it must refuse a row with such a value.
    var lacks: [TargetAbility: String] { get }

    /// Makes a table of the service's own, with its key, its unique keys and its columns that must not be
    /// NULL.
    func create(_ table: TableSchema) throws

    /// Makes triggers of the service's own that keep a table from changing without an error: nothing is
    /// inserted or updated to rows, and no rows are deleted, whose column is `text`.
    func drop(from table: TableSchema, column: String, text: String) throws

    /// Opens a connection of its own to the store.
    func open() throws -> any TargetStore
}

extension TargetUnderExam {
    /// Nothing, unless a store says otherwise.
    public var lacks: [TargetAbility: String] { [:] }
}
