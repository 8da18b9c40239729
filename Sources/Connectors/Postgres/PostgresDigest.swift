import Capture
import Model
import PostgreSQL

/// Has a server digest rows: the hash of each, made for hash joins, and the sum of those.
///
/// A row's hash is a sum of its values' hashes, so it is seeded with the row's key: values that change places
/// between rows would cancel each other.
struct PostgresDigest {
    /// What tells whether digests of two servers say something about each other.
    let form: String
    private let table: String
    private let key: String
    private let values: String

    /// The types whose values are the same value when they are equal, and hash alike on every server.
    ///
    /// Not among them are texts that are padded, types with several spellings of one value (`interval`,
    /// `jsonb`), and those that hash by what one database numbers them with (enumerations, composite types).
    private static let types: Set<UInt32> = [
        PostgresOID.bool, PostgresOID.bytea, PostgresOID.int8, PostgresOID.int2, PostgresOID.int4,
        PostgresOID.text, PostgresOID.varchar, PostgresOID.float4, PostgresOID.float8, PostgresOID.date,
        PostgresOID.time, PostgresOID.timestamp, PostgresOID.timestamptz, PostgresOID.numeric,
        PostgresOID.uuid,
    ]
    private static let keyTypes: Set<UInt32> = [PostgresOID.int2, PostgresOID.int4, PostgresOID.int8]

    /// - Parameters:
    ///   - table: The table in SQL.
    ///   - names: The columns' names, the key first.
    /// - Returns: Nil when the server cannot digest them.
    init?(table: String, names: [String], _ connection: PostgresConnection) throws {
        // Hashes of 64 bits of whole rows came with version 14.
        guard connection.serverVersion >= 140_000, let key = names.first else { return nil }
        let found = try connection.query(
            """
            SELECT a.attname, a.atttypid::int8, coalesce(l.collisdeterministic, true)::int
            FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
            WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped
            """, [table])
        var types: [String: UInt32] = [:]
        for row in 0..<found.count where found.integer(row, 2) == 1 {
            types[found.text(row, 0) ?? ""] = found.integer(row, 1).flatMap(UInt32.init(exactly:))
        }
        let wanted = names.map { types[$0] }
        guard let first = wanted[0], Self.keyTypes.contains(first),
            wanted.allSatisfy({ $0.map(Self.types.contains) ?? false })
        else { return nil }
        // How values are hashed may change from one version to the next.
        form =
            "postgres \(connection.serverVersion / 10_000) "
            + wanted.map { "\($0 ?? 0)" }.joined(separator: ",")
        self.table = table
        self.key = PostgresName.quote(key)
        values = zip(names, wanted).map { Self.hashed(PostgresName.quote($0), $1 ?? 0) }
            .joined(separator: ", ")
    }

    /// What is hashed of a column.
    ///
    /// Whole numbers of 64 bits are folded into 32 before the server hashes them: their upper half is hashed
    /// once more, and a moment once more as another kind of number.
    private static func hashed(_ column: String, _ type: UInt32) -> String {
        switch type {
        case PostgresOID.int8: "\(column), \(column) >> 32"
        case PostgresOID.time, PostgresOID.timestamp, PostgresOID.timestamptz:
            "\(column), date_part('epoch', \(column))"
        default: column
        }
    }

    /// Digests a range in the open transaction, by bucket.
    func digests(
        in range: KeyRange, shift: Int, _ connection: PostgresConnection
    ) throws -> [Int64: RangeDigest] {
        var conditions: [String] = []
        // Both are numbers of ours.
        if let after = range.after { conditions.append("\(key) > \(after)") }
        if let through = range.through { conditions.append("\(key) <= \(through)") }
        // Another process for a range of some milliseconds costs more than it brings. The planner takes every
        // key for a group of its own: with less memory it would sort the rows.
        try connection.execute(
            "SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL work_mem = '64MB'")
        let found = try connection.query(
            """
            SELECT \(key)::int8 >> \(shift), count(*),
            sum(hash_record_extended(ROW(\(values)), \(key)::int8))::text
            FROM \(table)\(conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND "))
            GROUP BY 1
            """)
        var digests: [Int64: RangeDigest] = [:]
        for row in 0..<found.count {
            guard let bucket = found.integer(row, 0), let rows = found.integer(row, 1),
                let sum = found.text(row, 2)
            else { continue }
            digests[bucket] = RangeDigest(rows: Int(rows), sum: sum)
        }
        return digests
    }

    /// The key that stands some rows after another one, and the first one after that; nil where there is
    /// none.
    func bounds(
        after: Int64?, rows: Int, _ connection: PostgresConnection
    ) throws -> (first: Int64?, through: Int64?) {
        let condition = after.map { " WHERE t.\(self.key) > \($0)" } ?? ""
        let bounds = try [0, max(rows, 1) - 1].map { offset in
            let found = try connection.query(
                """
                SELECT t.\(self.key)::int8 FROM \(self.table) AS t\(condition) ORDER BY t.\(self.key)
                OFFSET \(offset) LIMIT 1
                """)
            return found.count == 0 ? nil : found.integer(0, 0)
        }
        return (bounds[0], bounds[1])
    }
}
