import Capture
import PostgreSQL

/// What captured tables were when they were last looked at, kept in the publication's comment.
///
/// The server's log says nothing of what is done to a table as a whole: that it was dropped and made again,
/// taken out of the publication, that a partition came with rows in it, went with its rows, or was emptied.
/// Rows come and go with that of which no change is ever read, so the capture stops by name.
struct PostgresVigil: Codable, Hashable, Sendable {
    /// One captured table.
    struct Table: Codable, Hashable, Sendable {
        /// The table's object id, which no other table ever has.
        var oid: UInt32
        /// Whether its changes must carry the whole row before.
        var needsWhole: Bool
        /// The files of its partitions' rows by the partitions' object ids.
        var leaves: [String: UInt32]
    }

    /// The tables by their names as plans spell them.
    var tables: [String: Table] = [:]
    /// A transaction that had ended when the tables were looked at: an older row was there.
    var seen: String = "0"

    /// Takes down the tables of a publication as they are now.
    init(
        of members: [PostgresMember], wholeRows: Set<String>, _ connection: PostgresConnection
    ) throws {
        seen = try Self.ended(connection)
        for member in members {
            tables[member.name.spelled] = Table(
                oid: member.oid, needsWhole: wholeRows.contains(member.name.spelled),
                leaves: Self.files(member))
        }
    }

    /// The names of the tables of which whole rows are needed.
    var wholeRows: Set<String> { Set(tables.filter(\.value.needsWhole).keys) }

    /// The vigil after another look at the tables.
    ///
    /// - Throws: `schemaChanged` when rows may have come or gone of which the log says nothing.
    func looked(at members: [PostgresMember], _ connection: PostgresConnection) throws -> PostgresVigil {
        var next = self
        next.seen = try Self.ended(connection)
        for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
            guard let member = members.first(where: { $0.name.spelled == name }), member.oid == table.oid
            else {
                throw try Self.gone(name, table, members, connection)
            }
            try checkLeaves(of: member, table, connection)
            next.tables[name]?.leaves = Self.files(member)
        }
        return next
    }

    private func checkLeaves(
        of member: PostgresMember, _ table: Table, _ connection: PostgresConnection
    ) throws {
        let (name, known) = (member.name.spelled, table.leaves)
        let present = Set(member.leaves.map { String($0.oid) })
        let lost = known.keys.filter { !present.contains($0) }.count
        guard lost == 0 else {
            throw Self.error(
                "\(lost) of the partitions of \(name) were dropped or detached, and their rows went without a word",
                "delete the rows before their partition goes; now read the table's history again")
        }
        for leaf in member.leaves {
            if let file = known[String(leaf.oid)] {
                guard file != leaf.file, try !holds(leaf, Self.fromBefore, [seen], connection) else {
                    continue
                }
                throw Self.error(
                    "the partition \(leaf.name.spelled) of \(name) was emptied, and its rows went without a word",
                    "use DELETE, or TRUNCATE the whole table; now read the table's history again")
            } else if try holds(
                leaf, Self.beforeAttached,
                [leaf.attached.transaction, String(leaf.attached.command)], connection)
            {
                throw Self.error(
                    "the partition \(leaf.name.spelled) was attached to \(name) with rows in it, which came without "
                        + "a word",
                    "insert rows through \(name), or attach a partition while it is empty; now read the table's "
                        + "history again")
            }
        }
    }

    /// Rows of a transaction ($1), or of an older one.
    private static let fromBefore = "pg_catalog.age(xmin) >= pg_catalog.age($1::xid)"
    /// Rows from before a command ($2) of a transaction ($1).
    private static let beforeAttached =
        "pg_catalog.age(xmin) > pg_catalog.age($1::xid) OR (xmin = $1::xid AND cmin::text::int8 < $2::int8)"
    /// How long a partition may be searched for a row.
    private static let searchPatience = Duration.seconds(3_600)

    private func holds(
        _ leaf: PostgresMember.Leaf, _ condition: String, _ parameters: [String],
        _ connection: PostgresConnection
    ) throws -> Bool {
        let patience = connection.patience
        connection.patience = Self.searchPatience
        defer { connection.patience = patience }
        return try connection.query(
            "SELECT EXISTS (SELECT FROM ONLY \(leaf.name.quoted) WHERE \(condition))", parameters
        ).isTrue(0, 0)
    }

    private static func gone(
        _ name: String, _ table: Table, _ members: [PostgresMember], _ connection: PostgresConnection
    ) throws -> CaptureError {
        if let renamed = members.first(where: { $0.oid == table.oid }) {
            return error(
                "table \(name) was renamed to \(renamed.name.spelled)",
                "name it back, or change the plan and read the table's history again")
        }
        let isThere = try connection.query(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = $1::oid)", [String(table.oid)])
        let words =
            isThere.isTrue(0, 0)
            ? "table \(name) was taken out of the publication"
            : "table \(name) was dropped, or another one stands under its name"
        return error(
            "\(words): its changes since then were not seen",
            "uninstall, install again and read history again")
    }

    private static func error(_ message: String, _ hint: String) -> CaptureError {
        CaptureError(.schemaChanged, message, hint: hint)
    }

    private static func files(_ member: PostgresMember) -> [String: UInt32] {
        Dictionary(member.leaves.map { (String($0.oid), $0.file) }) { first, _ in first }
    }

    /// The last transaction before every one that may still be open, as rows carry it.
    private static func ended(_ connection: PostgresConnection) throws -> String {
        try connection.query(
            """
            SELECT ((pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::numeric - 1)
                % 4294967296)::text
            """
        ).text(0, 0) ?? "0"
    }
}
