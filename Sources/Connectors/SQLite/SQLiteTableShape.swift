import Model

/// Everything about a table that decides how its changes are captured: the schema, and what may delete a row
/// unseen.
struct SQLiteTableShape: Hashable, Codable {
    /// The table as the rest of Banyan sees it.
    var schema: TableSchema
    /// Every key that SQLite holds unique, the primary key first; each can make REPLACE delete a row.
    var uniques: [SQLiteUniqueKey]
    /// Whether the table has no rowid.
    var isWithoutRowid: Bool
    /// Whether the table checks declared types.
    var isStrict: Bool
    /// Each column's default as SQL text: REPLACE puts it where a NOT NULL column is given NULL.
    var defaults: [String?]

    /// Whether one integer column of the key is the rowid itself.
    var hasRowidKey: Bool {
        uniques.contains { $0.name == SQLiteUniqueKey.rowidName && $0.columns == schema.key }
    }

    /// Whether its parts fit one another, as those of a shape that was read from a catalog do; one that
    /// somebody wrote into the journal's tables may not.
    var isSound: Bool {
        let named = schema.key + (schema.uniqueKeys + schema.references.map(\.columns)).joined()
        return (named + uniques.flatMap(\.columns)).allSatisfy(schema.columns.indices.contains)
            && defaults.count == schema.columns.count
            && schema.columns.allSatisfy { $0.scale.map(SQLiteTypes.scales.contains) ?? true }
    }

    /// What differs between the shape that was installed and the one found, in words; empty when nothing that
    /// matters does.
    func differences(from found: SQLiteTableShape) -> [String] {
        var words: [String] = []
        for column in schema.columns {
            guard let index = found.schema.index(of: column.name) else {
                words.append("column \(column.name) was dropped or renamed")
                continue
            }
            let present = found.schema.columns[index]
            if present.declaredType != column.declaredType {
                words.append("column \(column.name) was \(column.declaredType), is \(present.declaredType)")
            } else if present != column {
                words.append("column \(column.name) changed its nullability, collation or generation")
            }
        }
        for column in found.schema.columns where schema.index(of: column.name) == nil {
            words.append("column \(column.name) was added")
        }
        if !words.isEmpty { return words }
        if found.schema.columns.map(\.name) != schema.columns.map(\.name) {
            words.append("columns changed their order")
        }
        if Set(found.uniques.map(\.rule)) != Set(uniques.map(\.rule)) {
            words.append("a unique key was added, dropped or changed")
        }
        if found.isWithoutRowid != isWithoutRowid { words.append("the table was made anew") }
        if found.defaults != defaults { words.append("a column's default changed") }
        return words
    }
}

/// One key that SQLite holds unique.
struct SQLiteUniqueKey: Hashable, Codable {
    /// Stands for the name of the index that a rowid key does not have.
    static let rowidName = "(rowid)"

    /// The index's name.
    var name: String
    /// Indexes into the table's columns, in index order; expressions are left out.
    var columns: [Int]
    /// The collation by which the index compares each of them.
    var collations: [String]
    /// Whether the index covers only some rows.
    var isPartial: Bool
    /// Whether an expression takes part.
    var hasExpression: Bool

    /// The key without its name: what decides about rows.
    var rule: [String] {
        zip(columns, collations).map { "\($0) \($1)" } + [
            isPartial ? "partial" : "", hasExpression ? "expression" : "",
        ]
    }
}
