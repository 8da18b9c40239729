import Model

/// A store for what need not outlive a step: the target's seam on a store that nobody else sees.
///
/// Whatever is wrong with it is wrong with the disk that holds it, and is said so: it is no fault of the
/// service's store.
final class ScratchStore {
    private let store: any TargetStore

    /// Opens one.
    init(_ open: () throws -> any TargetStore) throws {
        store = try Self.saying(open)
    }

    deinit { store.rollback() }

    /// Makes tables, and lets them be written from here on.
    func begin(_ tables: [(table: TableSchema, indexes: [[Int]])]) throws {
        try Self.saying {
            for (table, indexes) in tables { try store.ensure(table, indexes: indexes) }
            try store.begin()
        }
    }

    /// Writes rows, as `TargetStore.upsert` does.
    func upsert(_ rows: RowBuffer, _ access: TableAccess) throws {
        let refusals = try Self.saying { try store.upsert(rows, access) }
        if let refusal = refusals.first {
            throw TargetError(
                .failed, "a scratch table refuses a row: \(refusal.message)",
                hint: "this is a defect of Banyan's")
        }
    }

    /// Finds rows by a column.
    func fetch(_ keys: RowBuffer, by columns: [Int], _ access: TableAccess) throws -> RowGroups {
        try Self.saying { try store.fetch(keys, by: columns, access) }
    }

    private static func saying<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as TargetError {
            throw TargetError(
                .unavailable, "the scratch store of a large transaction cannot be used: \(error.message)",
                hint:
                    "see to the folder that TMPDIR names (/var/tmp without it): room, and the right to make files; "
                    + "it goes on by itself then")
        }
    }
}
