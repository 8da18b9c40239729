import Model
import Plan

/// What the contexts of a plan read of one legacy system.
struct CapturedTables {
    /// The tables, in the order in which their history is read.
    let names: [String]
    /// Tables of which an aggregate joins other columns than the key: where a row belonged before a change
    /// shows only in the whole row.
    let joined: Set<String>
    /// The columns that any context reads of each table.
    let columns: [String: Set<String>]
    /// The keys that the plan names for tables without one of their own.
    let keys: [String: [String]]

    init(of system: String, in plan: CheckedPlan) {
        let contexts = plan.contexts.filter { $0.legacy == system }
        names = TableOrder.history(of: contexts)
        joined = Set(
            contexts.flatMap { context in
                context.aggregates.filter { !$0.isSingleRow }.flatMap { aggregate in
                    aggregate.uses.map { context.reads[$0].table.name }
                }
            })
        keys = Dictionary(
            contexts.flatMap(\.reads).filter(\.namesKey).map { read in
                (read.table.name, read.table.key.map { read.table.columns[$0].name })
            }
        ) { first, _ in first }
        columns = contexts.reduce(into: [:]) { columns, context in
            for table in Set(context.reads.map(\.table)) {
                let used = context.columnsUsed(of: table.name).map { table.columns[$0].name }
                columns[table.name, default: []].formUnion(used)
            }
        }
    }
}
