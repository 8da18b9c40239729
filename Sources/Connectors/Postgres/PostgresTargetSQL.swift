import Apply
import Model
import PostgreSQL

/// The statements that a PostgreSQL target runs.
///
/// Rows come as one array a column (`PostgresArrays`). What is not of its column's kind comes as text and is
/// cast to the column's type without the type's length, because a cast would cut to it silently, where
/// an assignment refuses.
struct PostgresTargetSQL {
    let table: String
    let columns: [PostgresTargetColumn]
    /// The places of the key in `columns`.
    let key: [Int]
    let areTexts: [Bool]

    /// Inserts rows or updates them by their key.
    var upsert: String {
        let others = columns.indices.filter { !key.contains($0) }
        // A row that is all key is written again, too: a row that was not written is one that a trigger took.
        let set = (others.isEmpty ? key : others).map {
            "\(columns[$0].name) = excluded.\(columns[$0].name)"
        }
        return "\(insert) ON CONFLICT (\(names(key))) DO UPDATE SET \(set.joined(separator: ", "))"
    }

    /// Whether rows are nothing but a key that nobody may update, so that they are there or not.
    var isNumberAlone: Bool {
        columns.count == key.count && columns.contains(where: \.isAlwaysNumbered)
    }

    /// Inserts the rows that are not there.
    var insertMissing: String { "\(insert) ON CONFLICT (\(names(key))) DO NOTHING" }

    /// Updates rows by their key, which is not all that they are.
    var update: String {
        let others = columns.indices.filter { !key.contains($0) }
        let set = others.map { "\(columns[$0].name) = \(value($0))" }.joined(separator: ", ")
        return "UPDATE \(table) AS t SET \(set) FROM \(rows) WHERE \(matches)"
    }

    /// What is given for a column that the server numbers is kept, as subscriptions of its own do.
    private static let given = "OVERRIDING SYSTEM VALUE"

    /// Inserts rows.
    var insert: String {
        let all = Array(columns.indices)
        return "INSERT INTO \(table) (\(names(all))) \(Self.given) SELECT \(values(all)) FROM \(rows)"
    }

    /// Inserts rows in their own order, which a sequence in the table then follows.
    var insertInOrder: String { "\(insert) ORDER BY r.n" }

    /// Deletes rows by their key; the columns are the key's.
    var delete: String { "DELETE FROM \(table) AS t USING \(rows) WHERE \(matches)" }

    /// The numbers of rows of which an assignment would change a value, to fit the length or the precision of
    /// its column.
    ///
    /// - Parameter spelling: Whether values are compared as they are spelled, for types that know no
    ///   equality; otherwise 1.5 and 1.50 are one value.
    func coerced(bySpelling spelling: Bool) -> String {
        let suffix = spelling ? "::text" : ""
        let checks = columns.indices.compactMap { place in
            columns[place].modified.map { modified in
                "(\(value(place))::\(columns[place].cast))\(suffix) IS DISTINCT FROM "
                    + "(\(value(place))::\(columns[place].cast)::\(modified))\(suffix)"
            }
        }
        return "SELECT r.n FROM \(rows) WHERE \(checks.joined(separator: " OR "))"
    }

    /// Counts the rows that have one of many keys; the columns are the key's.
    var count: String { "SELECT count(*) FROM \(table) AS t JOIN \(rows) ON \(matches)" }

    /// Finds rows for each of many keys, with the key's place before the row's columns.
    func fetch(_ wanted: [PostgresTargetColumn], order: [PostgresTargetColumn]) -> String {
        """
        SELECT r.n, \(Self.selected(wanted)) FROM \(rows) JOIN \(table) AS t ON \(matches)
        ORDER BY \((["r.n"] + order.map { "t.\($0.name)" }).joined(separator: ", "))
        """
    }

    /// Takes rows out and puts them back with new values, in one statement: what is unique is free when the
    /// first is put back, and whatever refers to them finds them when it has ended. Returns how many rows
    /// were written.
    ///
    /// - Parameter kept: The columns that rows held keep.
    func exchange(kept: [PostgresTargetColumn]) -> String {
        let all = Array(columns.indices)
        let keptNames = kept.map { ", \($0.name)" }.joined()
        let keptValues = kept.map { ", gone.\($0.name)" }.joined()
        let found = key.map { "gone.\(columns[$0].name) = \(value($0))" }.joined(separator: " AND ")
        let first = key.first.map { "gone.\(columns[$0].name)" } ?? "NULL"
        // Sorting reads everything that is taken out before the first row is put back.
        return """
            WITH r AS (SELECT * FROM \(rows)),
            gone AS (DELETE FROM \(table) AS t USING r WHERE \(matches) RETURNING t.*),
            back AS (INSERT INTO \(table) (\(names(all))\(keptNames)) \(Self.given)
                SELECT \(values(all))\(keptValues) FROM r JOIN gone ON \(found) ORDER BY r.n
                RETURNING 1),
            fresh AS (INSERT INTO \(table) (\(names(all))) \(Self.given)
                SELECT \(values(all)) FROM r LEFT JOIN gone ON \(found) WHERE \(first) IS NULL ORDER BY r.n
                RETURNING 1)
            SELECT (SELECT count(*) FROM back) + (SELECT count(*) FROM fresh)
            """
    }

    /// Columns as they are read: what has no binary form that is understood as the server's text.
    static func selected(_ columns: [PostgresTargetColumn]) -> String {
        columns.map { $0.form.hasBinary ? "t.\($0.name)" : "t.\($0.name)::text" }.joined(separator: ", ")
    }

    /// A key in row form, to compare ranges.
    static func tuple(_ columns: [PostgresTargetColumn], prefix: String = "t.") -> String {
        "(\(columns.map { prefix + $0.name }.joined(separator: ", ")))"
    }

    /// `unnest(…) WITH ORDINALITY AS r (c0, …, n)`.
    private var rows: String {
        let arrays = columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
        let labels = columns.indices.map { "c\($0), " }.joined()
        return "unnest(\(arrays)) WITH ORDINALITY AS r (\(labels)n)"
    }

    private var matches: String {
        key.map { "t.\(columns[$0].name) = \(value($0))" }.joined(separator: " AND ")
    }

    private func value(_ place: Int) -> String {
        areTexts[place] ? "r.c\(place)::\(columns[place].cast)" : "r.c\(place)"
    }

    private func values(_ places: [Int]) -> String { places.map(value).joined(separator: ", ") }

    private func names(_ places: [Int]) -> String {
        places.map { columns[$0].name }.joined(separator: ", ")
    }
}
