import PostgreSQL

/// The tables of a publication as the catalog has them at one moment, each under the name that it has then.
struct PostgresCensus {
    /// One table.
    struct Member {
        var oid: UInt32
        var name: PostgresTableName
        /// The object id of its place in the publication, another one when it was taken out and put back.
        var place: UInt32
        /// Whether the publication leaves some of its rows out.
        var isFiltered: Bool
        /// The partitions of it that hold rows.
        var leaves: [Leaf] = []
        /// Its columns by their names.
        var columns: [String: Column] = [:]
    }

    /// A partition that holds rows.
    struct Leaf {
        var oid: UInt32
        var name: PostgresTableName
        /// The file of its rows, another one after each `TRUNCATE` and each rewriting.
        var file: UInt32
        /// The transaction that made it.
        var birth: String
        /// Since when its rows are the partitioned table's.
        var attached: Attachment
    }

    /// When a partition, or a table above it, became one: rows from before have left nothing in the log.
    struct Attachment {
        /// The transaction, as rows carry it.
        var transaction: String
        /// The command's number in it.
        var command: Int64
        /// How many transactions ago.
        var age: Int64

        /// The later of two.
        func later(than other: Attachment?) -> Attachment {
            guard let other else { return self }
            return (age, -command) < (other.age, -other.command) ? self : other
        }
    }

    /// What tells a column from every other that the table ever had, and how its values are written.
    struct Column: Codable, Hashable, Sendable {
        var number: Int64
        var type: String
    }

    /// A transaction that had ended before anything else was asked: rows of it, and older ones, were there.
    let ended: String
    private(set) var members: [Member] = []

    /// Asks the catalog.
    init(of publication: String, _ connection: PostgresConnection) throws {
        ended =
            try connection.query(
                """
                SELECT ((pg_catalog.pg_snapshot_xmin(pg_catalog.pg_current_snapshot())::text::numeric - 1)
                    % 4294967296)::text
                """
            ).text(0, 0) ?? "0"
        try readTables(publication, connection)
        try readLeaves(publication, connection)
        try readColumns(publication, connection)
    }

    private mutating func readTables(_ publication: String, _ connection: PostgresConnection) throws {
        // Filters came with PostgreSQL 15.
        let found = try connection.query(
            """
            SELECT c.oid, n.nspname, c.relname, r.oid, to_jsonb(r) ->> 'prqual' IS NOT NULL \(Self.tables)
            ORDER BY c.oid
            """, [publication])
        members = (0..<found.count).map { row in
            Member(
                oid: Self.number(found, row, 0), name: Self.name(found, row, 1),
                place: Self.number(found, row, 3), isFiltered: found.isTrue(row, 4))
        }
    }

    private mutating func readLeaves(_ publication: String, _ connection: PostgresConnection) throws {
        // The catalog's row of the column `tableoid` is written when a table is made and never again.
        let found = try connection.query(
            """
            SELECT c.oid, ln.nspname, l.relname, l.oid, l.relfilenode, t.isleaf, t.parentrelid::oid, i.xmin,
                i.cmin, pg_catalog.age(i.xmin), a.xmin
            \(Self.tables)
            JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) t ON c.relkind = 'p' AND t.level > 0
            JOIN pg_catalog.pg_class l ON l.oid = t.relid
            JOIN pg_catalog.pg_namespace ln ON ln.oid = l.relnamespace
            JOIN pg_catalog.pg_inherits i ON i.inhrelid = l.oid
            JOIN pg_catalog.pg_attribute a ON a.attrelid = l.oid AND a.attname = 'tableoid'
            ORDER BY c.oid, t.level, l.oid
            """, [publication])
        var attachments: [UInt32: Attachment] = [:]
        for row in 0..<found.count {
            let leaf = Self.number(found, row, 3)
            let attached = Attachment(
                transaction: found.text(row, 7) ?? "0", command: found.integer(row, 8) ?? 0,
                age: found.integer(row, 9) ?? 0
            ).later(than: attachments[Self.number(found, row, 6)])
            attachments[leaf] = attached
            guard found.isTrue(row, 5), let place = place(found, row) else { continue }
            members[place].leaves.append(
                Leaf(
                    oid: leaf, name: Self.name(found, row, 1), file: Self.number(found, row, 4),
                    birth: found.text(row, 10) ?? "0", attached: attached))
        }
    }

    private mutating func readColumns(_ publication: String, _ connection: PostgresConnection) throws {
        let found = try connection.query(
            """
            SELECT c.oid, a.attname, a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod) \(Self.tables)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            """, [publication])
        for row in 0..<found.count {
            guard let place = place(found, row) else { continue }
            members[place].columns[found.text(row, 1) ?? ""] = Column(
                number: found.integer(row, 2) ?? 0, type: found.text(row, 3) ?? "")
        }
    }

    private static let tables = """
        FROM pg_catalog.pg_publication p JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
        JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND p.pubname = $1
        """

    private func place(_ found: PostgresResult, _ row: Int) -> Int? {
        let oid = Self.number(found, row, 0)
        return members.firstIndex { $0.oid == oid }
    }

    private static func name(_ found: PostgresResult, _ row: Int, _ column: Int) -> PostgresTableName {
        PostgresTableName(schema: found.text(row, column) ?? "", name: found.text(row, column + 1) ?? "")
    }

    private static func number(_ found: PostgresResult, _ row: Int, _ column: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: found.integer(row, column) ?? 0)
    }
}
