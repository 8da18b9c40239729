public import Model

/// What one connection sees of a memory store: rows can be put in and taken out of it, and nothing of the
/// store changes.
public struct MemoryView {
    private(set) var state: MemoryDatabase.State

    init(_ state: MemoryDatabase.State) {
        self.state = state
    }

    /// The names of its tables, in order.
    public var tables: [String] { state.tables.keys.sorted() }

    /// The rows of a table by key, each as the encoded values of its columns.
    public func rows(of table: String) -> [Key: [[UInt8]]] { state.tables[table]?.rows ?? [:] }

    /// Puts a row in the place of the one with its key, whatever the table's conditions are.
    public mutating func put(_ row: [[UInt8]], in table: String) { state.tables[table]?.restore(row) }

    /// Takes a row out.
    public mutating func remove(_ key: Key, from table: String) { _ = state.tables[table]?.remove(key) }
}
