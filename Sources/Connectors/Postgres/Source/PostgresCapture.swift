import Capture
import CrashPoints
import Foundation
public import Model
public import PostgreSQL

/// Installs what capture needs in a PostgreSQL database, and removes it: a publication and a slot of one
/// name. No table, no trigger, no schema.
///
/// The publication's comment holds the installation's own number, so that a publication made by somebody else
/// under the same name, or by a later installation, is told from this one. The publication is made before the
/// slot: what the slot keeps is read with the catalog as it was when it was written.
public enum PostgresCapture {
    /// What is captured.
    public struct Request: Sendable {
        /// The name of the publication and of the slot, which is one in the whole server; see `name(of:)`.
        public var name: String
        /// For which migration and system; nil when only the name tells. Another one under the same name is
        /// refused then.
        public var owner: String?
        /// The tables as plans spell them.
        public var tables: [String]
        /// Tables of which changes must carry the whole row before, not only its key.
        public var wholeRows: Set<String>
        /// The columns that are read of each table; under their names there may be no others later.
        public var columns: [String: Set<String>] = [:]
        /// The keys that the plan names for tables that have none.
        public var keys: [String: [String]] = [:]
        /// How long a table may be locked against writers, and they made to wait, in milliseconds.
        public var lockLimitMilliseconds: Int
        /// How long the making of the slot may wait for transactions that are open, in milliseconds.
        public var slotLimitMilliseconds = 60_000
        /// Whether there is a log that goes on where a slot was read up to. Without that slot it cannot, and
        /// another one would keep the server's log for nobody.
        public var goesOn = false

        /// Asks for a capture.
        public init(
            name: String, tables: [String], wholeRows: Set<String> = [], lockLimitMilliseconds: Int = 3_000
        ) {
            self.name = name
            self.tables = tables
            self.wholeRows = wholeRows
            self.lockLimitMilliseconds = lockLimitMilliseconds
        }
    }

    /// How everything that is Banyan's begins.
    public static let prefix = "banyan_"
    /// The plugin that the server reads its log with.
    static let plugin = "pgoutput"

    /// The name for what is captured under a word: lower-case letters, digits and underscores, which is what
    /// slots are called.
    public static func name(of word: String) -> String {
        let letters = word.lowercased().unicodeScalars.map { scalar in
            let isPlain = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
            return isPlain ? Character(scalar) : "_"
        }
        return String((prefix + String(letters)).prefix(PostgresName.bytesMax))
    }

    /// Makes what is missing: the publication, tables in it, the slot.
    ///
    /// Beside a slot a table is added under a lock that waits for its writers, so that none of their changes
    /// to it is missing; without one the making of the slot waits for them.
    ///
    /// - Throws: `CaptureError` with the first obstacle, before anything is changed.
    /// - Returns: What is installed then.
    @discardableResult
    public static func install(_ request: Request, at address: PostgresAddress) throws -> PostgresInstallation
    {
        try CaptureError.mapping {
            let connection = try connect(address)
            if let error = PostgresObstacle.error(try PostgresObstacle.all(request, connection)) {
                throw error
            }
            let found = try PostgresInstallation(reading: connection, named: request.name)
            // Another migration may have been faster than the question before.
            if let stranger = PostgresInstallation.stranger(
                request.name, of: found?.owner, for: request.owner)
            {
                throw CaptureError(.unsupported, stranger.message, hint: stranger.remedy)
            }
            try requireWhole(found, request, connection)
            // A slot that was dropped kept what nobody else has: whoever captured before must notice.
            let goesOn = found?.slot != nil
            if request.goesOn, !goesOn {
                throw missing(slot: request.name, wasReleased: found?.isReleased ?? false)
            }
            let nonce = try publish(request, found, goesOn: goesOn, connection)
            try crashPoint(.publicationMade, as: CaptureError.self)
            if !goesOn {
                try makeSlot(request, connection)
                try crashPoint(.slotMade, as: CaptureError.self)
                // What others did to the tables as a whole in transactions that the slot waited for is done.
                let now = PostgresVigil(try PostgresCensus(of: request.name, connection), request)
                try sign(
                    request.name, .init(nonce: nonce, owner: request.owner ?? found?.owner, vigil: now),
                    connection)
            }
            guard let installed = try PostgresInstallation(reading: connection, named: request.name) else {
                throw missing(request.name)
            }
            return installed
        }
    }

    /// What is installed in the database under a name; nil when there is no such publication.
    public static func installed(_ name: String, at address: PostgresAddress) throws -> PostgresInstallation?
    {
        try CaptureError.mapping {
            try PostgresInstallation(reading: try connect(address), named: name)
        }
    }

    /// What stands in the way of a capture, each with the statement that clears it.
    public static func obstacles(_ request: Request, at address: PostgresAddress) throws
        -> [PostgresObstacle]
    {
        try CaptureError.mapping { try PostgresObstacle.all(request, try connect(address)) }
    }

    /// Where the server's log ends.
    public static func end(at address: PostgresAddress) throws -> Position {
        try CaptureError.mapping {
            let connection = try connect(address)
            let found = try connection.query("SELECT pg_catalog.pg_current_wal_insert_lsn()", [])
            return (LogLocation(found.text(0, 0)) ?? LogLocation(0)).position
        }
    }

    /// Removes the slot and the publication of exactly this name.
    ///
    /// - Parameter owner: For which migration and system they must have been made; nil for any.
    /// - Returns: What was removed.
    /// - Throws: `unavailable` while a capture reads the slot, `unsupported` when they were made for another
    ///   migration.
    @discardableResult
    public static func uninstall(
        _ name: String, of owner: String? = nil, at address: PostgresAddress
    ) throws -> [String] {
        try CaptureError.mapping {
            let connection = try connect(address)
            // One that somebody has altered is ours all the same, and must go.
            let isThere = try PostgresInstallation.isOurs(name, of: owner, connection)
            var removed: [String] = []
            let slot = try PostgresSlot(reading: connection, named: name)
            if let slot, slot.isHere {
                _ = try connection.query("SELECT pg_catalog.pg_drop_replication_slot($1)", [name])
                removed.append("slot \(name)")
                try crashPoint(.slotDropped, as: CaptureError.self)
            }
            if isThere {
                try connection.execute("DROP PUBLICATION \(PostgresName.quote(name))")
                removed.append("publication \(name)")
            }
            try crashPoint(.publicationDropped, as: CaptureError.self)
            return removed
        }
    }

    static func connect(_ address: PostgresAddress) throws -> PostgresConnection {
        let connection = try PostgresConnection(address, application: "banyan capture")
        // The making of a slot waits for transactions that are open.
        try connection.waitForWork(asking: .seconds(60))
        return connection
    }

    static func missing(_ name: String) -> CaptureError {
        CaptureError(
            .tampered, "the publication \(name) is not in the database",
            hint: "install it, then read history again")
    }

    static func missing(slot name: String, wasReleased: Bool) -> CaptureError {
        let hint = "read history again, as docs/OPERATING.md says"
        return wasReleased
            ? CaptureError(
                .gap, "the slot \(name) was dropped because it kept more than the plan's retained_wal allows",
                hint: hint)
            : CaptureError(
                .tampered, "the slot \(name) is missing, or is none of Banyan's: changes were not seen",
                hint: hint)
    }

    /// Refuses to go on with a slot whose publication is gone, or that is not there yet.
    private static func requireWhole(
        _ found: PostgresInstallation?, _ request: Request, _ connection: PostgresConnection
    ) throws {
        let slot = try found?.slot ?? PostgresSlot(reading: connection, named: request.name)
        guard let slot, slot.isHere else { return }
        if found == nil {
            throw CaptureError(
                .tampered, "the slot \(request.name) is there, but its publication is not",
                hint:
                    "what was written meanwhile was not published: uninstall, install again and read history again"
            )
        }
        if !slot.isReady {
            let maker = slot.reader.map { "process \($0)" } ?? "another process"
            throw CaptureError(
                .unavailable, "the slot \(request.name) is being made by \(maker)",
                hint: "it waits for transactions that are open, a minute at most; try again")
        }
    }

    /// Makes the slot, for which every transaction that is open on the server now must end first.
    private static func makeSlot(_ request: Request, _ connection: PostgresConnection) throws {
        try connection.execute("SET statement_timeout = \(request.slotLimitMilliseconds)")
        do {
            _ = try connection.query(
                "SELECT pg_catalog.pg_create_logical_replication_slot($1, $2)", [request.name, plugin])
        } catch let error as PostgresError where error.sqlState == PostgresError.canceled {
            try connection.execute("RESET statement_timeout")
            let open = try PostgresOpenTransaction.all(connection)
            let names = open.prefix(3).map(\.words).joined(separator: ", ")
            let others = open.count > 3 ? " and \(open.count - 3) more" : ""
            throw CaptureError(
                .unavailable,
                "the slot \(request.name) cannot be made while transactions from before are open: "
                    + (names.isEmpty ? "they have ended just now" : names + others),
                hint: open.first?.remedy ?? "try again")
        }
        try connection.execute("RESET statement_timeout")
    }

    /// Makes the publication whole, and takes down its tables as they are then.
    ///
    /// Without a slot nothing is captured yet, and the making of the slot waits for every transaction that is
    /// open: no writer needs to be kept out. Beside a slot tables join one by one, each under a lock of its
    /// own that writers wait for: whoever holds one and waits for the next would end the transactions of
    /// others by a deadlock. A transaction that writes to both meanwhile comes half by the stream and half
    /// with history.
    ///
    /// - Parameters:
    ///   - found: What is installed.
    ///   - goesOn: Whether its tables were captured up to now.
    /// - Returns: The installation's number.
    /// - Throws: `schemaChanged` when more is to be read of one than is known of it.
    private static func publish(
        _ request: Request, _ found: PostgresInstallation?, goesOn: Bool, _ connection: PostgresConnection
    ) throws -> String {
        var (vigil, news) =
            try goesOn ? found.map { try goOn($0, request, connection) } ?? (nil, []) : (nil, [])
        let missing = request.tables.filter { !(found?.tables.contains($0) ?? false) }
        let nonce = (goesOn ? found?.nonce : nil) ?? UUID().uuidString.lowercased()
        for tables in goesOn && !missing.isEmpty ? missing.map({ [$0] }) : [missing] {
            do {
                try connection.execute("BEGIN; SET LOCAL lock_timeout = \(request.lockLimitMilliseconds)")
                try join(tables, request.name, isNew: found == nil, underLock: goesOn, connection)
                var now = PostgresVigil(try PostgresCensus(of: request.name, connection), request)
                if let vigil { now.goOn(from: vigil) }
                try sign(
                    request.name, .init(nonce: nonce, owner: request.owner ?? found?.owner, vigil: now),
                    telling: news, connection)
                try connection.execute("COMMIT")
                news = []
                if goesOn { vigil = now }
            } catch {
                connection.rollbackIfOpen()
                throw error
            }
        }
        return nonce
    }

    /// Makes the publication with these tables, or adds them to it.
    private static func join(
        _ names: [String], _ publication: String, isNew: Bool, underLock: Bool,
        _ connection: PostgresConnection
    ) throws {
        let publication = PostgresName.quote(publication)
        let tables = names.map { PostgresTableName($0).quoted }.joined(separator: ", ")
        if underLock, !names.isEmpty {
            try connection.execute("LOCK TABLE \(tables) IN SHARE ROW EXCLUSIVE MODE")
        }
        if isNew {
            let list = names.isEmpty ? "" : "FOR TABLE \(tables) "
            try connection.execute(
                "CREATE PUBLICATION \(publication) \(list)WITH (publish_via_partition_root = true)")
        } else if !names.isEmpty {
            try connection.execute("ALTER PUBLICATION \(publication) ADD TABLE \(tables)")
        }
    }

    /// Looks at what was captured up to now, and at what is read of it from here on.
    private static func goOn(
        _ found: PostgresInstallation, _ request: Request, _ connection: PostgresConnection
    ) throws -> (PostgresVigil?, [UnknownChanges]) {
        var vigil = found.vigil
        // Nobody asks any more for a table that is neither wanted nor there.
        vigil.tables = vigil.tables.filter { name, _ in
            request.tables.contains(name) || found.tables.contains(name)
        }
        for (name, table) in vigil.tables.sorted(by: { $0.key < $1.key })
        where request.tables.contains(name) && table.key != request.keys[name] {
            throw CaptureError(
                .schemaChanged, "the plan knows the rows of \(name) by another key than before",
                hint: "name the key that its history was read by, or read history again under this plan")
        }
        let census = try PostgresCensus(of: request.name, connection)
        let (looked, news) = try vigil.looked(at: census, connection)
        return (try looked.reading(request.columns, of: census), news)
    }

    /// What the capture says in the server's log, under the publication's name, so that it comes in its place
    /// among the changes.
    struct Message: Codable {
        var nonce: String
        var unknown: UnknownChanges
    }

    /// Writes the publication's comment, and tells in the same transaction what was found.
    static func sign(
        _ name: String, _ mark: PostgresInstallation.Mark, telling found: [UnknownChanges] = [],
        _ connection: PostgresConnection
    ) throws {
        let comment =
            "COMMENT ON PUBLICATION \(PostgresName.quote(name)) IS \(PostgresName.literal(try mark.encoded()))"
        let messages = try found.map { unknown in
            let content = try JSONEncoder().encode(Message(nonce: mark.nonce, unknown: unknown))
            return "SELECT pg_catalog.pg_logical_emit_message(true, \(PostgresName.literal(name)), "
                + "'\\x\(Hex.encode(content))'::bytea)"
        }
        // Statements that are sent together are one transaction.
        try connection.execute(([comment] + messages).joined(separator: "; "))
    }
}
