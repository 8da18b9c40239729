public import Apply
public import Model
import SQLite

extension SQLiteTarget: DigestStore {
    /// The kinds of the columns.
    public func digestForm(_ access: TableAccess) -> String? {
        SQLiteDigest(access.table, access.columns)?.form
    }

    /// Digests rows on the view that is open.
    public func digests(
        _ access: TableAccess, in range: KeyRange, shift: Int
    ) throws -> [Int64: RangeDigest]? {
        guard let digest = SQLiteDigest(access.table, access.columns) else { return nil }
        return try wrapping { try digest.digests(in: range, shift: shift, connection) }
    }
}
