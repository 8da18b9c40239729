import Apply
import Model
import SQLite
import SQLiteConnector
import TestKit

/// The stores that every test of applying runs on.
enum StoreKind: CaseIterable {
    case memory
    case sqlite
    case postgres

    func make() throws -> any ServiceStore {
        switch self {
        case .memory: MemoryStore()
        case .sqlite: try SQLiteStore()
        case .postgres: try PostgresStore()
        }
    }
}

/// A store that can be given tables with a condition, and looked into.
protocol ServiceStore: TargetUnderExam {
    /// Replaces a table's condition: a largest value for a column.
    func limit(_ table: TableSchema, column: String, to value: Int64?) throws
}

extension ServiceStore {
    func create(_ table: TableSchema) throws { try limit(table, column: "", to: nil) }
}

final class MemoryStore: ServiceStore {
    let database = MemoryDatabase()
    var lacks: [TargetAbility: String] { database.lacks }

    func open() throws -> any TargetStore { try database.open() }

    func create(_ table: TableSchema) throws { try database.create(table) }

    func drop(from table: TableSchema, column: String, text: String) throws {
        try database.drop(from: table, column: column, text: text)
    }

    func limit(_ table: TableSchema, column: String, to value: Int64?) throws {
        let place = table.index(of: column)
        database.setCheck(
            of: table.name,
            { cells in
                guard let value, let place else { return true }
                return cells[place].isNull || cells[place].integer <= value
            })
    }
}

final class SQLiteStore: ServiceStore {
    private let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder("target", isInMemory: true)
        path = folder.file("service.db")
        try SQLiteConnection(path: path, access: .create).execute("PRAGMA journal_mode = WAL")
    }

    func open() throws -> any TargetStore { try SQLiteTarget(path: path, name: "service") }

    func create(_ table: TableSchema) throws {
        let columns = table.columns.map { column in
            "\"\(column.name)\" \(column.declaredType)\(column.isNullable ? "" : " NOT NULL")"
        }
        let unique = table.uniqueKeys.map {
            "UNIQUE (\($0.map { table.columns[$0].name }.joined(separator: ", ")))"
        }
        let key = "PRIMARY KEY (\(table.key.map { table.columns[$0].name }.joined(separator: ", ")))"
        try SQLiteConnection(path: path, access: .readWrite).execute(
            "CREATE TABLE \"\(table.name)\" (\((columns + unique + [key]).joined(separator: ", ")))")
    }

    func drop(from table: TableSchema, column: String, text: String) throws {
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        for (verb, row) in [("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")] {
            try connection.execute(
                """
                CREATE TRIGGER drop_\(table.name)_\(verb) BEFORE \(verb) ON \(table.name)
                WHEN \(row).\(column) = '\(text)' BEGIN SELECT RAISE(IGNORE); END
                """)
        }
    }

    func limit(_ table: TableSchema, column: String, to value: Int64?) throws {
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        for verb in ["INSERT", "UPDATE"] {
            let name = "limit_\(table.name)_\(verb)"
            try connection.execute("DROP TRIGGER IF EXISTS \(name)")
            guard let value else { continue }
            try connection.execute(
                """
                CREATE TRIGGER \(name) BEFORE \(verb) ON \(table.name) WHEN NEW.\(column) > \(value)
                BEGIN SELECT RAISE(ABORT, 'too large'); END
                """)
        }
    }
}
