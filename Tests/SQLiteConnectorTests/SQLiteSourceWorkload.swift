import Model
import SQLite

/// Random tables, and random statements against them in every form that SQLite has for a write.
struct SQLiteSourceWorkload {
    let tables: [String]
    let schema: String
    private let shapes: [Shape]

    private struct Shape {
        var name: String
        var key: [String]
        var unique: String?
        var isTextKey: Bool
    }

    init(_ random: inout SeededGenerator) {
        var shapes: [Shape] = []
        var schema = ""
        for index in 0..<Int.random(in: 1...3, using: &random) {
            let isComposite = Bool.random(using: &random)
            let isText = Bool.random(using: &random)
            let unique = Bool.random(using: &random) ? "u" : nil
            let shape = Shape(
                name: "t \(index)", key: isComposite ? ["k", "l"] : ["k"], unique: unique, isTextKey: isText)
            let type = isText ? "TEXT NOT NULL" : isComposite ? "INT NOT NULL" : "INTEGER"
            let tail = (isComposite || isText) && Bool.random(using: &random) ? " WITHOUT ROWID" : ""
            schema += """
                CREATE TABLE "\(shape.name)" (v, k \(type), l INT NOT NULL DEFAULT 0,
                    u TEXT\(unique == nil ? "" : " UNIQUE"),
                    g TEXT AS (u || k) STORED, PRIMARY KEY (\(shape.key.joined(separator: ", "))))\(tail);

                """
            shapes.append(shape)
        }
        self.shapes = shapes
        self.schema = schema
        tables = shapes.map(\.name)
    }

    /// One statement, which may well break a constraint.
    func statement(_ random: inout SeededGenerator) -> String {
        guard let shape = shapes.randomElement(using: &random) else { return "" }
        let table = SQLiteName.quote(shape.name)
        let values = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            "(\(value(&random)), \(key(shape, &random)), "
                + "\(Int.random(in: 0..<3, using: &random)), \(unique(&random)))"
        }
        let conflict =
            ["", " OR REPLACE", " OR REPLACE", " OR IGNORE", " OR FAIL"].randomElement(using: &random) ?? ""
        let columns = "(v, k, l, u)"
        switch Int.random(in: 0..<12, using: &random) {
        case 0..<5:
            return "INSERT\(conflict) INTO \(table) \(columns) VALUES \(values.joined(separator: ", "))"
        case 5:
            return
                "INSERT INTO \(table) \(columns) VALUES \(values[0]) "
                + "ON CONFLICT DO UPDATE SET v = excluded.v, l = l + 1"
        case 6:
            return
                "UPDATE\(conflict) \(table) SET k = \(key(shape, &random)) WHERE k = \(key(shape, &random))"
        case 7:
            return
                "UPDATE\(conflict) \(table) SET u = \(unique(&random)), v = \(value(&random)) "
                + "WHERE k = \(key(shape, &random))"
        case 8:
            return
                "UPDATE \(table) SET v = \(value(&random)) WHERE l = \(Int.random(in: 0..<3, using: &random))"
        case 9 where Int.random(in: 0..<20, using: &random) == 0:
            return "DELETE FROM \(table)"
        default:
            return "DELETE FROM \(table) WHERE k = \(key(shape, &random))"
        }
    }

    private func key(_ shape: Shape, _ random: inout SeededGenerator) -> String {
        let number = Int.random(in: 0..<30, using: &random)
        return shape.isTextKey ? "'ü\(number)'" : "\(number)"
    }

    private func unique(_ random: inout SeededGenerator) -> String {
        let number = Int.random(in: 0..<40, using: &random)
        return number < 5 ? "NULL" : "'u\(number)'"
    }

    private func value(_ random: inout SeededGenerator) -> String {
        ["NULL", "1", "2.5", "'text'", "x'00ff'", "zeroblob(300)"].randomElement(using: &random) ?? "0"
    }

    /// Runs transactions on a connection of its own until `count` were tried.
    func write(_ count: Int, to path: String, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let connection = try SQLiteConnection(path: path, access: .readWrite, busyMilliseconds: 20_000)
        try connection.execute(
            "PRAGMA synchronous = OFF; PRAGMA recursive_triggers = \(Bool.random(using: &random))")
        for _ in 0..<count {
            try connection.execute("BEGIN IMMEDIATE")
            for _ in 0..<Int.random(in: 1...5, using: &random) { try attempt(connection, &random) }
            // A conflict clause may have ended the transaction already.
            guard connection.isInTransaction else { continue }
            try connection.execute(Int.random(in: 0..<6, using: &random) == 0 ? "ROLLBACK" : "COMMIT")
        }
    }

    private func attempt(_ connection: SQLiteConnection, _ random: inout SeededGenerator) throws {
        guard connection.isInTransaction else { return }
        let isNested = Int.random(in: 0..<5, using: &random) == 0
        if isNested { try connection.execute("SAVEPOINT s") }
        do {
            try connection.execute(statement(&random))
        } catch let error as SQLiteError where error.isConstraint {
            // Broken constraints are part of the workload.
        }
        guard isNested, connection.isInTransaction else { return }
        try connection.execute(Bool.random(using: &random) ? "ROLLBACK TO s; RELEASE s" : "RELEASE s")
    }
}
