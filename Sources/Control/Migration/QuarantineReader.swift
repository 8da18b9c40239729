public import Apply
import Model
public import Plan
import Translate

/// Reads what is set aside, without taking anything over.
public struct QuarantineReader: Sendable {
    private let plan: CheckedPlan
    private let systems: Systems

    /// A reader for a plan.
    public init(plan: CheckedPlan) {
        self.plan = plan
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

    /// The legacy rows that an entry is about: those of the change where it kept them, else those that are
    /// known at present.
    public func rows(of entry: QuarantineEntry) throws -> [PlanPreview.Row] {
        guard let context = plan.contexts.first(where: { $0.name == entry.context }),
            let aggregate = context.aggregates.first(where: { $0.name == entry.aggregate })
        else { return [] }
        let root = context.reads[aggregate.root]
        let images = [("before", entry.before), ("after", entry.after)].compactMap { name, image in
            image.map { bytes in
                PlanPreview.Row(
                    name: "\(root.alias), \(name)", table: root.table.name,
                    values: PlanPreview.values(
                        OwnedCell.read(bytes), root.table, Array(root.table.columns.indices)))
            }
        }
        guard !aggregate.isSingleRow, let store = try systems.preparedTarget(context.service) else {
            return images
        }
        let sources = try MirrorTables(context: context, store: store)
            .sources(of: aggregate, legacyKeys: [entry.legacyKey])
        return images + sources.rows(of: 0, context, aggregate)
    }
}
