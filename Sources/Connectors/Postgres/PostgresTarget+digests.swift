public import Apply
public import Model
import PostgreSQL

extension PostgresTarget: DigestStore {
    /// The types of the columns, and the server's version.
    public func digestForm(_ access: TableAccess) throws -> String? {
        let names = Self.names(access)
        digests[names] = try wrapping {
            try PostgresDigest(
                table: PostgresTableName(access.table.name).quoted, names: Array(names.dropFirst()),
                connection)
        }
        return digests[names]?.form
    }

    private static func names(_ access: TableAccess) -> [String] {
        [access.table.name] + access.columns.map { access.table.columns[$0].name }
    }

    /// Digests rows on the view that is open.
    public func digests(
        _ access: TableAccess, in range: KeyRange, shift: Int
    ) throws -> [Int64: RangeDigest]? {
        guard let digest = digests[Self.names(access)] else {
            throw TargetError(
                .failed, "\(access.table.name) was not asked for its digest's form",
                hint: "this is a defect of Banyan's")
        }
        return try wrapping { try digest.digests(in: range, shift: shift, connection) }
    }
}
