import Model
import Plan
import Translate

extension AggregateSources {
    /// The rows that one root row and everything joined to it consist of, the root row first.
    func rows(of index: Int, _ context: CheckedContext, _ aggregate: CheckedAggregate) -> [PlanPreview.Row] {
        guard groups[aggregate.root].indices.contains(index) else { return [] }
        var places: [Int: [Int]] = [aggregate.root: Array(groups[aggregate.root][index])]
        var found: [PlanPreview.Row] = []
        for alias in aggregate.uses {
            let read = context.reads[alias]
            if let joins = read.joins, alias != aggregate.root {
                places[alias] = (places[joins] ?? []).flatMap { groups[alias][$0] }
            }
            for row in places[alias] ?? [] {
                let values = PlanPreview.values(
                    rows[alias].cells(of: row), read.table, Array(read.table.columns.indices))
                found.append(PlanPreview.Row(name: read.alias, table: read.table.name, values: values))
            }
        }
        return found
    }
}
