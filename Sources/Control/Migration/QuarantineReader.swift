public import Apply
import Model
public import Plan

/// Reads what is set aside, without taking anything over.
public struct QuarantineReader: Sendable {
    private let systems: Systems

    /// A reader for a plan.
    public init(plan: CheckedPlan) {
        systems = Systems(plan)
    }

    /// Every entry of these contexts, in key and entry order.
    public func entries(in contexts: [CheckedContext]) throws -> [QuarantineEntry] {
        let table = OwnedTables.quarantine
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        return try contexts.flatMap { context -> [QuarantineEntry] in
            guard let store = try systems.preparedTarget(context.service) else { return [] }
            let rows = try store.scan(access)
            return (0..<rows.count).compactMap { QuarantineEntry(rows.cells(of: $0)) }
                .filter { $0.context == context.name }
        }
    }
}
