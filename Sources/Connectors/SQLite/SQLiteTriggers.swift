import Crypto
import Model
import SQLite

/// The text of the triggers that capture one table: what `install` creates and every verification expects,
/// letter by letter.
struct SQLiteTriggers {
    /// The number of the table's shape in `banyan_captured`.
    var number: Int64
    /// The table's shape, with its chosen key.
    var shape: SQLiteTableShape
    /// The installation's number, which marks rows written by these triggers.
    var nonce: Int64

    /// One trigger.
    struct Trigger: Hashable {
        var name: String
        var sql: String
    }

    private static let suffixes = ["insert", "update", "delete", "probe_insert", "probe_update"]

    /// Whether a trigger of this name is the journal's.
    static func owns(_ name: String) -> Bool {
        suffixes.contains { suffix in
            guard name.hasPrefix("banyan_"), name.hasSuffix("_" + suffix) else { return false }
            let number = name.dropFirst("banyan_".count).dropLast(suffix.count + 1)
            return !number.isEmpty && number.allSatisfy { $0.isNumber }
        }
    }

    /// The triggers in the order in which they are created.
    ///
    /// REPLACE deletes rows without firing DELETE triggers, so before each insert and each change of a unique
    /// key, the probes journal every row that the new one may push out.
    func all() -> [Trigger] {
        [
            trigger("insert", "AFTER INSERT", body: [journal(.insert, images: [("n", "NEW")])]),
            trigger(
                "update", "AFTER UPDATE", body: [journal(.update, images: [("o", "OLD"), ("n", "NEW")])]),
            trigger("delete", "AFTER DELETE", body: [journal(.delete, images: [("o", "OLD")])]),
            trigger(
                "probe_insert", "BEFORE INSERT", when: conflict,
                body: shape.uniques.map { probe($0, sparing: "") }),
            trigger(
                "probe_update", "BEFORE UPDATE", when: keyChange,
                body: shape.uniques.map { probe($0, sparing: notOld) }),
        ]
    }

    private func trigger(_ suffix: String, _ event: String, when: String = "", body: [String]) -> Trigger {
        let name = "banyan_\(number)_\(suffix)"
        let condition = when.isEmpty ? "" : " WHEN \(when)"
        let statements = body.map { $0 + ";\n" }.joined()
        return Trigger(
            name: name,
            sql: "CREATE TRIGGER \(name) \(event) ON \(table)\(condition) BEGIN\n\(statements)END")
    }

    private var table: String { SQLiteName.quote(shape.schema.name) }

    private func column(_ index: Int) -> String { SQLiteName.quote(shape.schema.columns[index].name) }

    private func target(_ prefixes: [String]) -> String {
        let images = prefixes.flatMap { prefix in shape.schema.columns.indices.map { "\(prefix)\($0)" } }
        return "banyan_journal(mark, at, origin, tbl, op, \(images.joined(separator: ", ")))"
    }

    /// The clock is SQLite's Julian day, in milliseconds since 1970: it exists in every version.
    private func head(_ operation: Operation) -> String {
        "\(SQLiteJournalMark.sql(nonce: nonce)), CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER), "
            + "(SELECT origin FROM banyan_origin), \(number), \(operation.rawValue)"
    }

    private func journal(_ operation: Operation, images: [(prefix: String, row: String)]) -> String {
        let values = images.flatMap { image in
            shape.schema.columns.indices.map { "\(image.row).\(column($0))" }
        }
        return "INSERT INTO \(target(images.map(\.prefix))) VALUES (\(head(operation)), "
            + "\(values.joined(separator: ", ")))"
    }

    private func probe(_ unique: SQLiteUniqueKey, sparing: String) -> String {
        let values = shape.schema.columns.indices.map { "t.\(column($0))" }.joined(separator: ", ")
        return "INSERT INTO \(target(["o"])) SELECT \(head(.touch)), \(values) FROM \(table) AS t "
            + "WHERE \(match(unique))\(sparing)"
    }

    /// Whether any row stands in the way of the new one: mostly none does, and a trigger whose condition
    /// fails costs little.
    private var conflict: String {
        shape.uniques.map { "EXISTS (SELECT 1 FROM \(table) AS t WHERE \(match($0)))" }.joined(
            separator: " OR ")
    }

    private func match(_ unique: SQLiteUniqueKey) -> String {
        zip(unique.columns, unique.collations).map { index, collation in
            let collate =
                unique.name == SQLiteUniqueKey.rowidName ? "" : " COLLATE \(SQLiteName.quote(collation))"
            return "t.\(column(index))\(collate) = \(newValue(index))"
        }.joined(separator: " AND ")
    }

    /// The value that will be stored: REPLACE puts the default in place of a NULL that is not allowed.
    private func newValue(_ index: Int) -> String {
        let value = "NEW.\(column(index))"
        guard !shape.schema.columns[index].isNullable, let text = shape.defaults[index] else { return value }
        return "ifnull(\(value), \(text))"
    }

    /// A row never pushes itself out.
    private var notOld: String {
        let same = shape.schema.key.map { "t.\(column($0)) IS OLD.\(column($0))" }
        return " AND NOT (\(same.joined(separator: " AND ")))"
    }

    private var keyChange: String {
        let columns = Set(shape.uniques.flatMap(\.columns)).sorted()
        return columns.map { "NEW.\(column($0)) COLLATE BINARY IS NOT OLD.\(column($0))" }.joined(
            separator: " OR ")
    }

    /// A digest of triggers' texts, for the seal.
    static func digest(_ triggers: [Trigger]) -> String {
        var hash = SHA256()
        for trigger in triggers { hash.update(data: Array((trigger.sql + "\u{1}").utf8)) }
        return Hex.encode(hash.finalize().prefix(16))
    }

    /// The text of the seal over these triggers.
    static func sealText(_ triggers: [Trigger], generation: Int64) -> String {
        "CREATE VIEW banyan_seal AS SELECT '\(generation).\(digest(triggers))' AS seal"
    }
}
