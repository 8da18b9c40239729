import Capture
import Model
import PostgreSQL

/// What captured tables were when they were last looked at, kept in the publication's comment.
///
/// The server's log says nothing of what is done to a table as a whole: that it was dropped and made again,
/// taken out of the publication or put back, that a partition came with rows in it, went with its rows, or
/// was emptied, that a column is another one than before. Rows and values come and go with that of which no
/// change is ever read: the log is told so, and whoever reads the table stops by name.
struct PostgresVigil: Codable, Hashable, Sendable {
    /// One captured table.
    struct Table: Codable, Hashable, Sendable {
        /// The table's object id, which no other table ever has.
        var oid: UInt32
        /// The object id of its place in the publication.
        var place: UInt32
        /// Whether its changes must carry the whole row before.
        var needsWhole: Bool
        /// The key that the plan names for it; nil where it has its own.
        var key: [String]?
        /// Its partitions by their object ids.
        var leaves: [String: Leaf]
        /// The columns that it had when it joined the publication, by their names.
        var columns: [String: PostgresCensus.Column]
        /// The columns that are read.
        var used: Set<String>
    }

    /// A partition.
    struct Leaf: Codable, Hashable, Sendable {
        /// The file of its rows.
        var file: UInt32
        /// The transaction that attached it.
        var attached: String
    }

    /// What was found and written into the server's log.
    struct Told: Codable, Hashable, Sendable {
        var unknown: UnknownChanges
        /// The log's end before it was written.
        var end: UInt64
    }

    /// The tables by their names as plans spell them.
    var tables: [String: Table] = [:]
    /// Everything that was told since the installation; nil for nothing.
    var told: [Told]?
    /// A transaction that had ended before the tables were looked at: an older row was there.
    var seen: String

    /// Takes down the tables of a publication as they are now.
    init(_ census: PostgresCensus, _ request: PostgresCapture.Request) {
        seen = census.ended
        for member in census.members {
            let name = member.name.spelled
            tables[name] = Table(
                oid: member.oid, place: member.place, needsWhole: request.wholeRows.contains(name),
                key: request.keys[name], leaves: Self.leaves(member), columns: member.columns,
                used: request.columns[name] ?? [])
        }
    }

    /// Takes over what another vigil knows of its tables: what was looked at before they were locked is as it
    /// was then.
    mutating func goOn(from vigil: PostgresVigil) {
        (seen, told) = (vigil.seen, vigil.told)
        tables.merge(vigil.tables) { now, then in
            var table = then
            table.needsWhole = now.needsWhole
            table.key = now.key
            return table
        }
        // A table that has another name now is known by the one under which it was captured.
        let known = vigil.names
        tables = tables.filter { name, table in known[table.oid].map { $0 == name } ?? true }
    }

    /// The names of the tables of which whole rows are needed.
    var wholeRows: Set<String> { Set(tables.filter(\.value.needsWhole).keys) }

    /// The names of the tables by their object ids.
    var names: [UInt32: String] {
        Dictionary(tables.map { ($0.value.oid, $0.key) }) { first, _ in first }
    }

    /// What was told behind a position: where nothing was read meanwhile, it may go for every change from the
    /// position on.
    func told(behind position: Position) -> [UnknownChanges] {
        (told ?? []).filter { $0.end > position.value }.map(\.unknown)
    }

    /// The vigil after another look at the tables, and those of which rows or values may have come or gone
    /// without a word in the log: of each the first that was found, each once.
    func looked(at census: PostgresCensus, _ connection: PostgresConnection) throws -> (
        next: PostgresVigil, unknown: [UnknownChanges]
    ) {
        var (next, found) = try compared(to: census, connection)
        found.removeAll { unknown in told?.contains { $0.unknown == unknown } ?? false }
        if !found.isEmpty {
            let end = try connection.query("SELECT pg_catalog.pg_current_wal_insert_lsn()").text(0, 0)
            let place = LogLocation(end)?.value ?? .max
            next.told = (told ?? []) + found.map { Told(unknown: $0, end: place) }
        }
        return (next, found)
    }

    private func compared(to census: PostgresCensus, _ connection: PostgresConnection) throws -> (
        next: PostgresVigil, unknown: [UnknownChanges]
    ) {
        var (next, unknown) = (self, [UnknownChanges]())
        next.seen = census.ended
        for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
            guard let member = census.members.first(where: { $0.name.spelled == name }),
                member.oid == table.oid
            else {
                unknown.append(try Self.gone(name, table, census, connection))
                continue
            }
            let found = try finding(name, table, member, connection)
            if let found { unknown.append(found) }
            next.tables[name]?.place = member.place
            next.tables[name]?.leaves = Self.leaves(member)
            for column in table.used {
                guard let now = member.columns[column], table.columns[column]?.number != now.number else {
                    continue
                }
                next.tables[name]?.columns[column] = now
            }
        }
        return (next, unknown)
    }

    private func finding(
        _ name: String, _ table: Table, _ member: PostgresCensus.Member, _ connection: PostgresConnection
    ) throws -> UnknownChanges? {
        guard member.place == table.place else {
            return UnknownChanges(
                table: name,
                reason:
                    "table \(name) was taken out of the publication and put back: changes in between were "
                    + "not seen",
                remedy: "leave the publication to Banyan")
        }
        guard !member.isFiltered else {
            return UnknownChanges(
                table: name,
                reason: "the publication leaves rows of table \(name) out: their changes were not seen",
                remedy: "leave the publication to Banyan")
        }
        return try otherColumn(name, table, member) ?? otherLeaf(name, table, member, connection)
    }

    /// The vigil over the columns that are read from now on.
    ///
    /// - Throws: `schemaChanged` when one of them is not what it was when its table's history was read: then
    ///   nobody knows all of its values, whatever is computed again from those that are known.
    func reading(_ columns: [String: Set<String>], of census: PostgresCensus) throws -> PostgresVigil {
        var next = self
        for (name, table) in tables.sorted(by: { $0.key < $1.key }) {
            let wanted = columns[name] ?? []
            let present = census.members.first { $0.name.spelled == name }?.columns ?? [:]
            for column in wanted.sorted() {
                // A column that is not there at all is missed by whoever checks the plan.
                guard let now = present[column] else { continue }
                if let then = table.columns[column], then.number == now.number,
                    TypeChange.keepsValues(then.type, now.type)
                {
                    continue
                }
                throw Self.error(
                    "column \(column) of \(name) was added or retyped after the table's history was read, and not all "
                        + "of its values are known",
                    "read history again under this plan, as docs/OPERATING.md says")
            }
            next.tables[name]?.used = wanted
        }
        return next
    }

    /// A column may go, and whoever reads it stops when a row comes without it; but under its name there must
    /// be no other.
    private func otherColumn(_ name: String, _ table: Table, _ member: PostgresCensus.Member)
        -> UnknownChanges?
    {
        let other = table.used.sorted().first { column in
            guard let then = table.columns[column], let now = member.columns[column] else { return false }
            return then.number != now.number
        }
        return other.map { column in
            UnknownChanges(
                table: name,
                reason:
                    "column \(column) of \(name) is another one than before: rows that were there got its "
                    + "values without a word",
                remedy: "check that the plan still means this column")
        }
    }

    private func otherLeaf(
        _ name: String, _ table: Table, _ member: PostgresCensus.Member, _ connection: PostgresConnection
    ) throws -> UnknownChanges? {
        func unknown(_ reason: String, _ remedy: String) -> UnknownChanges {
            UnknownChanges(table: name, reason: reason, remedy: remedy)
        }
        let known = table.leaves
        let present = Set(member.leaves.map { String($0.oid) })
        let lost = known.keys.filter { !present.contains($0) }.count
        guard lost == 0 else {
            return unknown(
                "\(lost) of the partitions of \(name) were dropped or detached, and their rows went without a word",
                "delete the rows and keep the empty partition until the migration is over")
        }
        for leaf in member.leaves {
            let spelled = leaf.name.spelled
            guard let then = known[String(leaf.oid)] else {
                guard try holds(leaf, fromBefore: leaf.attached, connection) else { continue }
                return unknown(
                    "the partition \(spelled) was attached to \(name) with rows in it, which came without a word",
                    "insert rows through \(name), and make partitions in their place (PARTITION OF) or make and "
                        + "attach them in one transaction, empty")
            }
            guard then.attached == leaf.attached.transaction else {
                return unknown(
                    "the partition \(spelled) of \(name) was detached and attached again: changes in between were "
                        + "not seen",
                    "delete rows instead")
            }
            if then.file == leaf.file { continue }
            guard try holds(leaf, Self.fromOlder, [seen], connection) else {
                return unknown(
                    "the partition \(spelled) of \(name) was emptied, or rewritten while it held no row from before: "
                        + "rows may have gone without a word",
                    "use DELETE, or TRUNCATE the whole table")
            }
        }
        return nil
    }

    /// Whether a partition holds a row from before it was attached, as far as rows tell.
    ///
    /// Where the transaction that made the partition also attached it, its own earlier commands count; where
    /// not, also whoever made it, and older transactions. A row that a younger transaction, or a part of one,
    /// wrote before the attachment looks as if it came after. A row that somebody else has begun to change
    /// does not tell its command any more, and is passed over.
    private func holds(
        _ leaf: PostgresCensus.Leaf, fromBefore attached: PostgresCensus.Attachment,
        _ connection: PostgresConnection
    ) throws -> Bool {
        let condition =
            leaf.birth == attached.transaction
            ? "xmin = $1::xid AND xmax = '0'::xid AND cmin::text::int8 < $2::int8"
            : "xmin = $3::xid OR pg_catalog.age(xmin) > pg_catalog.age($1::xid) "
                + "OR (xmin = $1::xid AND xmax = '0'::xid AND cmin::text::int8 < $2::int8)"
        let parameters = [attached.transaction, String(attached.command), leaf.birth]
        return try holds(
            leaf, condition, Array(parameters.prefix(leaf.birth == attached.transaction ? 2 : 3)), connection)
    }

    /// Rows of a transaction ($1), or of an older one.
    private static let fromOlder = "pg_catalog.age(xmin) >= pg_catalog.age($1::xid)"
    /// How long a partition may be searched for a row.
    private static let searchPatience = Duration.seconds(3_600)

    private func holds(
        _ leaf: PostgresCensus.Leaf, _ condition: String, _ parameters: [String],
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
        _ name: String, _ table: Table, _ census: PostgresCensus, _ connection: PostgresConnection
    ) throws -> UnknownChanges {
        if let renamed = census.members.first(where: { $0.oid == table.oid }) {
            return UnknownChanges(
                table: name, reason: "table \(name) was renamed to \(renamed.name.spelled)",
                remedy: "name it back, or change the plan")
        }
        let isThere = try connection.query(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = $1::oid)", [String(table.oid)])
        let words =
            isThere.isTrue(0, 0)
            ? "table \(name) was taken out of the publication"
            : "table \(name) was dropped, or another one stands under its name"
        return UnknownChanges(
            table: name, reason: "\(words): its changes since then were not seen",
            remedy: "check that the plan still means this table")
    }

    private static func error(_ message: String, _ hint: String) -> CaptureError {
        CaptureError(.schemaChanged, message, hint: hint)
    }

    private static func leaves(_ member: PostgresCensus.Member) -> [String: Leaf] {
        Dictionary(
            member.leaves.map {
                (String($0.oid), Leaf(file: $0.file, attached: $0.attached.transaction))
            }
        ) { first, _ in first }
    }
}
