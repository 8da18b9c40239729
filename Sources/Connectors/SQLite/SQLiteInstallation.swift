import Capture
import Foundation
public import Model
import SQLite

/// What the journal of a database says about itself, as found in one snapshot.
public struct SQLiteInstallation: Sendable {
    /// The database's identity, made when the journal was installed.
    public var id: String
    /// Grows by one whenever an installation had to repair the capture, so that changes may have been missed
    /// before it.
    public var generation: Int64
    /// The captured tables with their keys, in the order in which they were first captured.
    public var tables: [TableSchema]
    /// The names of every object that the journal owns.
    public var objects: [String]
    /// SQLite's journal mode: `wal` lets readers and writers pass each other, every other mode does not.
    public var journalMode: String
    /// Rows of the journal that are kept, waiting or confirmed.
    public var journalRows: Int
    /// What is missing, altered or changed; empty when capture is whole.
    public var problems: [String]

    /// Every shape that journal rows may refer to.
    var captured: [SQLiteCapturedTable]
    /// The number in the upper half of every journal row's mark.
    var nonce: Int64
    /// What a verification found.
    var faults: [CaptureError]

    /// Reads and verifies the installation; nil when there is none.
    init?(reading connection: SQLiteConnection) throws {
        let names = try connection.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'banyan\\_%' ESCAPE '\\'"
        ) { $0.string(0) ?? "" }
        let missing = SQLiteJournal.tables.filter { !names.contains($0) }
        if missing.count == SQLiteJournal.tables.count { return nil }
        guard missing.isEmpty else {
            throw CaptureError(
                .tampered, "the table \(missing.joined(separator: ", ")) of the journal is missing",
                hint: "remove what is left with uninstall, install again and read history again")
        }
        let sources = try connection.rows("SELECT id, generation, nonce, format FROM banyan_source") {
            ($0.string(0) ?? "", $0.integer(1), $0.integer(2), $0.integer(3))
        }
        guard let source = sources.first, sources.count == 1 else {
            throw CaptureError(
                .tampered, "banyan_source holds \(sources.count) rows instead of one",
                hint: "remove the journal with uninstall, install again and read history again")
        }
        guard source.3 == SQLiteJournal.formatVersion else {
            throw CaptureError(
                .unsupported,
                "the journal has format \(source.3), this build reads \(SQLiteJournal.formatVersion)",
                hint: "use the version that installed it, or uninstall, install again and read history again")
        }
        (id, generation, nonce) = (source.0, source.1, source.2)
        captured = try SQLiteCapturedTable.all(connection)
        tables = captured.filter(\.isActive).map(\.shape.schema)
        objects = try SQLiteJournal.objects(connection).map(\.name)
        journalMode = try connection.string("PRAGMA journal_mode") ?? ""
        journalRows = Int(
            try connection.integer(
                "SELECT ifnull((SELECT max(seq) FROM banyan_journal) + 1 "
                    + "- (SELECT min(seq) FROM banyan_journal), 0)"
            ) ?? 0)
        faults = []
        problems = []
        faults = try verify(connection)
        problems = faults.map(\.message)
    }

    /// The triggers that should be there, in the order of the seal.
    var triggers: [SQLiteTriggers.Trigger] {
        captured.filter(\.isActive).flatMap {
            SQLiteTriggers(number: $0.number, shape: $0.shape, nonce: nonce).all()
        }
    }

    /// What in the schema is not as it was installed.
    private func verify(_ connection: SQLiteConnection) throws -> [CaptureError] {
        var faults: [CaptureError] = []
        for table in captured where table.isActive {
            if let fault = try table.changed(connection) { faults.append(fault) }
        }
        if !faults.isEmpty { return faults }
        let found = try connection.rows(
            "SELECT rowid, name, sql FROM sqlite_schema WHERE type IN ('trigger', 'view') "
                + "AND name LIKE 'banyan\\_%' ESCAPE '\\'"
        ) { (rowid: $0.integer(0), name: $0.string(1) ?? "", sql: $0.string(2) ?? "") }
        let seal = found.first { $0.name == SQLiteJournal.seal }
        for trigger in triggers {
            let present = found.first { $0.name == trigger.name }
            if present == nil {
                faults.append(tampered("trigger \(trigger.name) is missing"))
            } else if present?.sql != trigger.sql {
                faults.append(tampered("trigger \(trigger.name) was altered"))
            } else if let present, let seal, present.rowid > seal.rowid {
                faults.append(tampered("trigger \(trigger.name) was dropped and made again"))
            }
        }
        if seal?.sql != SQLiteTriggers.sealText(triggers, generation: generation) {
            faults.append(tampered("the view \(SQLiteJournal.seal) is missing or was altered"))
        }
        return faults
    }

    private func tampered(_ message: String) -> CaptureError {
        CaptureError(
            .tampered, message,
            hint: "changes made meanwhile cannot be seen: install again and read history again")
    }
}

/// One table in one shape, as `banyan_captured` records it.
struct SQLiteCapturedTable: Sendable {
    /// The number that journal rows carry.
    var number: Int64
    /// Whether triggers of this shape are in place; an older shape stays for the rows that refer to it.
    var isActive: Bool
    /// The shape with its chosen key.
    var shape: SQLiteTableShape

    /// Every recorded shape, in the order of their numbers.
    static func all(_ connection: SQLiteConnection) throws -> [SQLiteCapturedTable] {
        try connection.rows("SELECT number, active, shape FROM banyan_captured ORDER BY number") { row in
            do {
                let shape = try JSONDecoder().decode(SQLiteTableShape.self, from: Data(row.bytes(2)))
                guard shape.isSound else { throw altered(row.integer(0)) }
                return SQLiteCapturedTable(
                    number: row.integer(0), isActive: row.integer(1) == 1, shape: shape)
            } catch is DecodingError {
                throw altered(row.integer(0))
            }
        }
    }

    private static func altered(_ number: Int64) -> CaptureError {
        CaptureError(
            .tampered, "the shape \(number) in banyan_captured is not as it was installed",
            hint: "remove the journal with uninstall, install again and read history again")
    }

    /// The error when the table is not as it was captured any more; nil when it is.
    func changed(_ connection: SQLiteConnection) throws -> CaptureError? {
        let hint = "check the plan against the new shape, install again and read the table's history again"
        let name = shape.schema.name
        guard var found = try SQLiteCatalog.shape(of: name, connection) else {
            return CaptureError(.schemaChanged, "table \(name) was dropped or renamed", hint: hint)
        }
        found.schema.key = shape.schema.key
        let words = shape.differences(from: found)
        if words.isEmpty { return nil }
        return CaptureError(.schemaChanged, "table \(name): \(words.joined(separator: "; "))", hint: hint)
    }
}
