import Capture
import Model
import PostgreSQL

/// Something that stands in the way of capture, with what clears it.
public struct PostgresObstacle: Sendable, Hashable {
    /// What was found.
    public var message: String
    /// The statement, or what a person must do, that clears it.
    public var remedy: String

    /// Obstacles as one error: the first with what clears it, and the number of the others.
    static func error(_ obstacles: [PostgresObstacle]) -> CaptureError? {
        guard let first = obstacles.first else { return nil }
        let others =
            obstacles.count == 1 ? "" : " (and \(obstacles.count - 1) more: `banyan plan check` names all)"
        return CaptureError(.unsupported, first.message + others, hint: first.remedy)
    }

    /// Everything that stands in the way of a request, the server's settings first.
    static func all(
        _ request: PostgresCapture.Request, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        var obstacles = server(version: connection.serverVersion)
        // An older server has not even the settings that are asked for.
        guard obstacles.isEmpty else { return obstacles }
        obstacles += try settings(request, connection) + occupied(request, connection)
        let tables = try PostgresCatalog.read(connection)
        for name in request.tables {
            if let table = tables.first(where: { $0.schema.name == name }) {
                obstacles += try capture(
                    of: table.keyed(by: request.keys[name]), request, connection)
            } else {
                obstacles.append(try missing(name, connection))
            }
        }
        return obstacles
    }

    /// The first minor version of each major one that reads its log by the catalog as it was: earlier ones
    /// miss rows of a transaction during which somebody added a table to a publication.
    private static let soundMinors = [14: 18, 15: 13, 16: 9, 17: 5]

    /// What is wrong with a server's version, as libpq writes it: 150020 is 15.20.
    static func server(version: Int) -> [PostgresObstacle] {
        let (major, minor) = (version / 10_000, version % 10_000)
        guard major >= 14 else {
            return [
                PostgresObstacle(
                    message: "the server is PostgreSQL \(major)",
                    remedy: "capture needs PostgreSQL 14 or later")
            ]
        }
        guard let sound = soundMinors[major], minor < sound else { return [] }
        return [
            PostgresObstacle(
                message: "PostgreSQL \(major).\(minor) can lose rows of its log while tables are altered",
                remedy: "update the server to \(major).\(sound) or later; its data stays as it is")
        ]
    }

    /// What lets nobody write: the server, or the role's own setting.
    static func onlyReading(_ connection: PostgresConnection) throws -> [PostgresObstacle] {
        let found = try connection.query(
            """
            SELECT pg_catalog.pg_is_in_recovery(), current_setting('default_transaction_read_only'),
                quote_ident(current_user), quote_ident(current_database())
            """)
        var obstacles: [PostgresObstacle] = []
        if found.isTrue(0, 0) {
            obstacles.append(
                PostgresObstacle(
                    message: "the server is a standby, which takes no writes",
                    remedy: "use the address of its primary, or of all of them with "
                        + "target_session_attrs=read-write"))
        }
        if found.text(0, 1) == "on" {
            let (user, database) = (found.text(0, 2) ?? "", found.text(0, 3) ?? "")
            obstacles.append(
                PostgresObstacle(
                    message: "transactions of the role \(user) in \(database) only read by default",
                    remedy:
                        "ALTER ROLE \(user) IN DATABASE \(database) SET default_transaction_read_only = off"
                ))
        }
        return obstacles
    }

    private static func settings(
        _ request: PostgresCapture.Request, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        let found = try connection.query(
            """
            SELECT current_setting('wal_level'), current_setting('max_replication_slots')::int8,
                (SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_name <> $1),
                current_setting('max_wal_senders')::int8,
                (SELECT rolreplication OR rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user),
                has_database_privilege(current_database(), 'CREATE')
                    OR EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = $1),
                quote_ident(current_user), quote_ident(current_database())
            """, [request.name])
        let (user, database) = (found.text(0, 6) ?? "", found.text(0, 7) ?? "")
        var obstacles = try onlyReading(connection)
        func add(_ isFree: Bool, _ message: String, _ remedy: String) {
            if !isFree { obstacles.append(PostgresObstacle(message: message, remedy: remedy)) }
        }
        let level = found.text(0, 0) ?? ""
        add(
            level == "logical", "wal_level is \(level), not logical",
            "ALTER SYSTEM SET wal_level = 'logical'; then restart the server")
        let slots = (most: found.integer(0, 1) ?? 0, used: found.integer(0, 2) ?? 0)
        add(
            slots.used < slots.most, "all \(slots.most) replication slots are taken",
            "ALTER SYSTEM SET max_replication_slots = \(slots.most + 4); then restart the server")
        add(
            found.integer(0, 3) ?? 0 > 0, "max_wal_senders is 0",
            "ALTER SYSTEM SET max_wal_senders = 10; then restart the server")
        add(
            found.isTrue(0, 4), "the role \(user) may not replicate", "ALTER ROLE \(user) REPLICATION")
        add(
            found.isTrue(0, 5), "the role \(user) may not make a publication",
            "GRANT CREATE ON DATABASE \(database) TO \(user)")
        return obstacles
    }

    /// Who has what is to be made under the request's name already.
    private static func occupied(
        _ request: PostgresCapture.Request, _ connection: PostgresConnection
    ) throws -> [PostgresObstacle] {
        let slots = try connection.query(
            """
            SELECT coalesce(plugin, ''), slot_type, database IS NOT DISTINCT FROM current_database()
            FROM pg_catalog.pg_replication_slots WHERE slot_name = $1
            """, [request.name])
        var obstacles: [PostgresObstacle] = []
        if slots.count == 1 {
            let (plugin, kind) = (slots.text(0, 0) ?? "", slots.text(0, 1) ?? "")
            var words: String?
            if kind != "logical" {
                words = "is a \(kind) one"
            } else if !slots.isTrue(0, 2) {
                words = "belongs to another database of the server"
            } else if plugin != PostgresCapture.plugin {
                words = "has the plugin \(plugin), not \(PostgresCapture.plugin)"
            }
            if let words {
                obstacles.append(
                    PostgresObstacle(
                        message: "the slot \(request.name) \(words)",
                        remedy: "it is somebody else's: give the migration another name"))
            }
        }
        let owner = try PostgresInstallation.owner(of: request.name, connection)
        if let stranger = PostgresInstallation.stranger(request.name, of: owner, for: request.owner) {
            obstacles.append(stranger)
        }
        return obstacles
    }
}
