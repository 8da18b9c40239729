public import Capture
import Model
import SQLite

/// Looks at a SQLite database before a migration begins. Only reads.
public enum SQLiteSurvey {
    /// Looks at what a capture of these tables would be of.
    ///
    /// - Throws: `CaptureError` when the file cannot be read.
    public static func run(_ tables: [String], at path: String) throws -> SourceSurvey {
        try CaptureError.mapping {
            let connection = try SQLiteConnection(path: path, access: .readOnly)
            return try connection.snapshot { try look(at: tables, connection) }
        }
    }

    private static func look(at names: [String], _ connection: SQLiteConnection) throws -> SourceSurvey {
        var findings: [SourceSurvey.Finding] = []
        var tables: [SourceSurvey.Table] = []
        for name in names {
            do {
                let shape = try SQLiteJournal.capturable(name, key: nil, connection)
                tables.append(
                    SourceSurvey.Table(
                        name: name,
                        rows: Int(
                            try connection.integer("SELECT count(*) FROM \(SQLiteName.quote(name))") ?? 0),
                        bytes: nil, writesPerSecond: nil,
                        key: shape.schema.key.map { shape.schema.columns[$0].name }))
            } catch let error as CaptureError where error.code == .unsupported {
                findings.append(.init(.first, error.message, remedy: error.hint))
            }
            findings += try neighbours(of: name, connection)
        }
        if findings.allSatisfy({ $0.weight != .first }) {
            findings.append(.init(.fine, "nothing stands in the way of capturing the plan's tables"))
        }
        findings.append(try journalMode(connection))
        let version = try connection.string("SELECT sqlite_version()") ?? ""
        let size = try connection.integer(
            "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return SourceSurvey(
            product: "SQLite \(version)", bytes: Int(size ?? 0), tables: tables, findings: findings,
            clients: nil)
    }

    private static func journalMode(_ connection: SQLiteConnection) throws -> SourceSurvey.Finding {
        let mode = try connection.string("PRAGMA journal_mode") ?? ""
        if mode == "wal" { return .init(.fine, "the file is in WAL mode: readers and writers do not wait") }
        return .init(
            .know,
            "the file is in \(mode) mode; the first run switches it to WAL, which every program that opens it must support"
        )
    }

    /// What hangs together with a table: what the service will have to do itself, and who else uses it.
    private static func neighbours(of table: String, _ connection: SQLiteConnection) throws
        -> [SourceSurvey.Finding]
    {
        var findings: [SourceSurvey.Finding] = []
        func know(_ words: String, _ sql: String) throws {
            let names = try connection.rows(sql, [.text(table)]) { $0.string(0) ?? "" }
            if !names.isEmpty {
                findings.append(.init(.know, "\(table): \(words) \(names.joined(separator: ", "))"))
            }
        }
        try know(
            "triggers, whose work the service has to do itself one day:",
            """
            SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?1 COLLATE NOCASE
                AND name NOT LIKE 'banyan\\_%' ESCAPE '\\' ORDER BY 1
            """)
        try know(
            "refers to",
            "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list(?1) WHERE \"table\" <> ?1 ORDER BY 1")
        try know(
            "referred to by",
            """
            SELECT DISTINCT s.name FROM sqlite_schema s, pragma_foreign_key_list(s.name) f
            WHERE s.type = 'table' AND f."table" = ?1 COLLATE NOCASE AND s.name <> ?1 ORDER BY 1
            """)
        try know(
            "named in the views",
            """
            SELECT name FROM sqlite_schema WHERE type = 'view' AND instr(lower(sql), lower(?1)) > 0 ORDER BY 1
            """)
        return findings
    }
}
