import Model

extension ContextChecker {
    /// The places of columns that the plan names as a table's key, which has none of its own.
    func columns(_ names: [Located<String>], thatTellApart table: TableSchema) -> [Int]? {
        guard let first = names.first else { return [] }
        guard table.key.isEmpty else {
            report.error(
                .conflictingKeys, at: first.location, path: first.path,
                "the table `\(table.name)` has a key of its own",
                found: names.map(\.value).joined(separator: ", "),
                expected: "no `key` here: rows are known by "
                    + table.key.map { table.columns[$0].name }.joined(separator: ", "))
            return nil
        }
        guard keysCanBeNamed else {
            report.error(
                .tableWithoutKey, at: first.location, path: first.path,
                "the table `\(table.name)` has no primary key, and in SQLite none can be named in its place",
                found: names.map(\.value).joined(separator: ", "),
                expected: "a table with a primary key",
                hint: "SQLite's journal knows a row by its primary key alone")
            return nil
        }
        var places: [Int] = []
        for name in names {
            guard let place = table.index(of: name.value), !places.contains(place) else {
                report.unknown(
                    .unknownColumn, at: name.location, path: name.path,
                    "`\(table.name)` has no further column `\(name.value)`", name: name.value,
                    among: table.columns.indices.filter { !places.contains($0) }.map {
                        table.columns[$0].name
                    },
                    of: "a column")
                return nil
            }
            places.append(place)
        }
        return places
    }
}
