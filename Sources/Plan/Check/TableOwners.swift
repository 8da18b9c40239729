/// Which aggregate or part writes each table of the services' systems: a table has one writer.
struct TableOwners {
    private struct Table: Hashable {
        var system: String
        var name: String
    }

    private var owners: [Table: String] = [:]

    /// The writer that was there before; nil when `owner` is the first.
    mutating func claim(_ table: String, of system: String, for owner: String) -> String? {
        let key = Table(system: system, name: table)
        if let other = owners[key] { return other }
        owners[key] = owner
        return nil
    }
}
