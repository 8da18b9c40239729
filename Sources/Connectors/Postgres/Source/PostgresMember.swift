import PostgreSQL

/// A table of a publication as the catalog has it now, with its partitions.
struct PostgresMember {
    /// A partition that holds rows.
    struct Leaf {
        var oid: UInt32
        var name: PostgresTableName
        /// The file of its rows, another one after each `TRUNCATE` and each rewriting.
        var file: UInt32
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

    var oid: UInt32
    var name: PostgresTableName
    var leaves: [Leaf]

    /// The tables of a publication, each under the name that it has now.
    static func all(of publication: String, _ connection: PostgresConnection) throws -> [PostgresMember] {
        let found = try connection.query(
            """
            SELECT c.oid, n.nspname, c.relname, l.oid, ln.nspname, l.relname, l.relfilenode, t.isleaf,
                coalesce(t.parentrelid::oid, 0), i.xmin, i.cmin, pg_catalog.age(i.xmin)
            FROM pg_catalog.pg_publication p
            JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid
            JOIN pg_catalog.pg_class c ON c.oid = r.prrelid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            LEFT JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) t ON c.relkind = 'p' AND t.level > 0
            LEFT JOIN pg_catalog.pg_class l ON l.oid = t.relid
            LEFT JOIN pg_catalog.pg_namespace ln ON ln.oid = l.relnamespace
            LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = l.oid
            WHERE p.pubname = $1 ORDER BY c.oid, t.level, l.oid
            """, [publication])
        var members: [PostgresMember] = []
        var attachments: [UInt32: Attachment] = [:]
        for row in 0..<found.count {
            let oid = number(found, row, 0)
            if members.last?.oid != oid {
                members.append(
                    PostgresMember(
                        oid: oid,
                        name: PostgresTableName(
                            schema: found.text(row, 1) ?? "", name: found.text(row, 2) ?? ""),
                        leaves: []))
            }
            if found.isNull(row, 3) { continue }
            let (leaf, parent) = (number(found, row, 3), number(found, row, 8))
            let attached = Attachment(
                transaction: found.text(row, 9) ?? "0", command: found.integer(row, 10) ?? 0,
                age: found.integer(row, 11) ?? 0
            ).later(than: attachments[parent])
            attachments[leaf] = attached
            guard found.isTrue(row, 7) else { continue }
            members[members.count - 1].leaves.append(
                Leaf(
                    oid: leaf,
                    name: PostgresTableName(
                        schema: found.text(row, 4) ?? "", name: found.text(row, 5) ?? ""),
                    file: number(found, row, 6), attached: attached))
        }
        return members
    }

    private static func number(_ found: PostgresResult, _ row: Int, _ column: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: found.integer(row, column) ?? 0)
    }
}
