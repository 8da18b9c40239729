import CSQLite
import Capture
import CrashPoints
import Foundation
import Model
import SQLite

extension SQLiteJournal {
    /// Installs the journal, adds tables to it, or repairs it: one transaction, and no write at all when all
    /// is in place.
    ///
    /// Works while writers write. A repair (a missing or altered trigger, a changed table) raises the
    /// installation's generation, so that a stream from before it is refused and history is read again.
    ///
    /// - Throws: `CaptureError` with `unsupported` for a table that cannot be captured, and why.
    @discardableResult
    public static func install(_ options: Options, at path: String) throws -> SQLiteInstallation {
        try CaptureError.mapping {
            let connection = try SQLiteConnection(path: path, access: .readWrite, busyMilliseconds: 30_000)
            if options.enableWAL { try enableWAL(connection) }
            if let present = try connection.snapshot({ try SQLiteInstallation(reading: connection) }),
                present.faults.isEmpty, Set(options.tables).isSubset(of: present.tables.map(\.name))
            {
                return present
            }
            try crashPoint(.installBegun, as: CaptureError.self)
            let installed = try connection.immediate {
                try createTables(connection, after: options.after)
                try crashPoint(.installTablesMade, as: CaptureError.self)
                guard let present = try SQLiteInstallation(reading: connection) else { throw vanished }
                try bring(present, to: options, connection)
                guard let done = try SQLiteInstallation(reading: connection) else { throw vanished }
                if let fault = done.faults.first { throw fault }
                try crashPoint(.installBeforeCommit, as: CaptureError.self)
                return done
            }
            try crashPoint(.installAfterCommit, as: CaptureError.self)
            return installed
        }
    }

    /// Turns the write-ahead log on.
    ///
    /// The switch needs the file to itself for a moment, and where two may wait for each other SQLite refuses
    /// at once instead of waiting: so it is tried again between other connections' transactions.
    private static func enableWAL(_ connection: SQLiteConnection) throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while true {
            do {
                _ = try connection.string("PRAGMA journal_mode = WAL")
                return
            } catch let error as SQLiteError where error.isBusy && ContinuousClock.now < deadline {
                sqlite3_sleep(1)
            }
        }
    }

    private static var vanished: CaptureError {
        CaptureError(
            .failed, "the journal's tables are not there after they were made", hint: "install again")
    }

    private static func createTables(_ connection: SQLiteConnection, after: Position) throws {
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS banyan_source (id TEXT NOT NULL, generation INTEGER NOT NULL,
                nonce INTEGER NOT NULL, format INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS banyan_captured (number INTEGER PRIMARY KEY, name TEXT NOT NULL,
                active INTEGER NOT NULL, shape TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS banyan_origin (id INTEGER PRIMARY KEY CHECK (id = 1),
                origin INTEGER NOT NULL);
            CREATE TABLE IF NOT EXISTS banyan_journal (seq INTEGER PRIMARY KEY, mark, at, origin, tbl, op);
            """)
        if after > .start {
            // The next number is the largest plus one, and the last row is never read: streams begin after
            // it.
            try connection.run(
                "INSERT INTO banyan_journal (seq) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM banyan_journal)",
                [.integer(Int64(clamping: after.value))])
        }
        let identity = Hex.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })
        try connection.run(
            "INSERT INTO banyan_source SELECT ?, 0, ?, ? WHERE NOT EXISTS (SELECT 1 FROM banyan_source)",
            [.text(identity), .integer(SQLiteJournalMark.newNonce()), .integer(formatVersion)])
    }

    /// Makes the present installation hold the tables asked for, in their present shapes.
    private static func bring(
        _ present: SQLiteInstallation, to options: Options, _ connection: SQLiteConnection
    ) throws {
        let isNew = present.captured.isEmpty
        let isRepair = !isNew && !present.faults.isEmpty
        let generation = present.generation + (isNew || isRepair ? 1 : 0)
        try connection.run("UPDATE banyan_source SET generation = ?", [.integer(generation)])
        for object in try objects(connection)
        where object.type == "view" || (object.type == "trigger" && isRepair) {
            try connection.execute("DROP \(object.type) \(SQLiteName.quote(object.name))")
        }
        var created: Set<Int64> = []
        for table in present.captured where table.isActive {
            guard try table.changed(connection) != nil else {
                if isRepair { created.insert(table.number) }
                continue
            }
            try connection.run(
                "UPDATE banyan_captured SET active = 0 WHERE number = ?", [.integer(table.number)])
        }
        let active = try SQLiteCapturedTable.all(connection).filter(\.isActive).map(\.shape.schema.name)
        // A table that changed its shape is captured anew while it exists and is still asked for.
        for name in options.tables where !active.contains(name) {
            let shape = try capturable(name, key: options.keys[name], connection)
            try widen(to: shape.schema.columns.count, connection)
            let json = String(decoding: try JSONEncoder.sorted.encode(shape), as: UTF8.self)
            try connection.run(
                "INSERT INTO banyan_captured (name, active, shape) VALUES (?, 1, ?)",
                [.text(name), .text(json)])
            created.insert(try connection.integer("SELECT max(number) FROM banyan_captured") ?? 0)
        }
        try createTriggers(created, nonce: present.nonce, generation: generation, connection)
    }

    private static func createTriggers(
        _ created: Set<Int64>, nonce: Int64, generation: Int64, _ connection: SQLiteConnection
    ) throws {
        var sealed: [SQLiteTriggers.Trigger] = []
        for table in try SQLiteCapturedTable.all(connection) where table.isActive {
            let triggers = SQLiteTriggers(number: table.number, shape: table.shape, nonce: nonce).all()
            sealed += triggers
            guard created.contains(table.number) else { continue }
            for trigger in triggers {
                try connection.execute(trigger.sql)
                try crashPoint(.installTriggerMade, as: CaptureError.self)
            }
        }
        try connection.execute(SQLiteTriggers.sealText(sealed, generation: generation))
    }

    private static func widen(to columns: Int, _ connection: SQLiteConnection) throws {
        let present = try connection.integer("SELECT count(*) FROM pragma_table_info('banyan_journal')") ?? 0
        // Six columns stand before the images.
        for index in stride(from: (Int(present) - 6) / 2, to: columns, by: 1) {
            try connection.execute("ALTER TABLE banyan_journal ADD COLUMN o\(index)")
            try connection.execute("ALTER TABLE banyan_journal ADD COLUMN n\(index)")
        }
    }

    /// The table's shape with its key, when its changes can be captured without loss.
    static func capturable(_ name: String, key: [String]?, _ connection: SQLiteConnection) throws
        -> SQLiteTableShape
    {
        guard var shape = try SQLiteCatalog.shape(of: name, connection) else {
            throw unsupported(
                name, "there is no such table", "check the name, which must be spelled as in the schema")
        }
        if let key { try choose(key, &shape) }
        let columns = shape.schema.key.map { shape.schema.columns[$0] }
        guard !columns.isEmpty else {
            throw unsupported(
                name, "it has no primary key",
                "name a unique key without NULLs; SQLite renumbers hidden rowids at will")
        }
        guard shape.schema.columns.count <= columnsMax else {
            throw unsupported(name, "it has more than \(columnsMax) columns", "split the table")
        }
        for unique in shape.uniques where unique.hasExpression {
            throw unsupported(
                name,
                "the unique index \(unique.name) is on an expression, so REPLACE could delete a row unseen",
                "make the expression a generated column and index that")
        }
        let keyed = shape.uniques.first { $0.columns == shape.schema.key && !$0.isPartial }
        for (offset, column) in columns.enumerated() {
            let collation = column.collation ?? keyed.map { $0.collations[offset] } ?? "BINARY"
            guard collation == "BINARY" else {
                throw unsupported(
                    name,
                    "the key column \(column.name) compares by \(collation): two texts would be one key",
                    "name a unique key that compares bytes")
            }
        }
        try refuseNullKeys(name, columns, connection)
        return shape
    }

    private static func choose(_ key: [String], _ shape: inout SQLiteTableShape) throws {
        let name = shape.schema.name
        let indexes = key.compactMap { shape.schema.index(of: $0) }
        guard indexes.count == key.count,
            shape.uniques.contains(where: {
                Set($0.columns) == Set(indexes) && !$0.isPartial && !$0.hasExpression
            })
        else {
            throw unsupported(
                name, "(\(key.joined(separator: ", "))) is not one of its unique keys",
                "name a whole unique key")
        }
        // The index's own order, so that a chunk can be read along it.
        shape.schema.key =
            shape.uniques.first { Set($0.columns) == Set(indexes) && !$0.isPartial && !$0.hasExpression }?
            .columns ?? indexes
        for index in indexes where shape.schema.columns[index].isNullable {
            throw unsupported(
                name, "the key column \(shape.schema.columns[index].name) allows NULL",
                "name a key without NULLs")
        }
    }

    /// SQLite lets a primary key that is not the rowid hold NULL; such a row has no name.
    private static func refuseNullKeys(
        _ name: String, _ columns: [ColumnSchema], _ connection: SQLiteConnection
    ) throws {
        let test = columns.map { "\(SQLiteName.quote($0.name)) IS NULL" }.joined(separator: " OR ")
        let found = try connection.integer("SELECT 1 FROM \(SQLiteName.quote(name)) WHERE \(test) LIMIT 1")
        guard found == nil else {
            throw unsupported(
                name, "a row has NULL in its key", "give every row a key and declare it NOT NULL")
        }
    }

    static func unsupported(_ table: String, _ message: String, _ hint: String) -> CaptureError {
        CaptureError(.unsupported, "table \(table): \(message)", hint: hint)
    }
}

extension JSONEncoder {
    /// An encoder whose output depends on nothing but the value.
    static var sorted: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return encoder
    }
}
