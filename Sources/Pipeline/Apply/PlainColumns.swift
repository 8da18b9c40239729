import CEL
import Model
package import Plan

/// The columns of legacy that an aggregate holds as they are.
package struct PlainColumns {
    /// The columns of the root's table, in the order of `service`.
    package var legacy: [Int]
    /// The columns of the service's table, the key first.
    package var service: [Int]

    /// - Returns: Nil when anything of the aggregate is computed, chosen or joined.
    package init?(_ aggregate: CheckedAggregate, reads: [ReadBinding]) {
        let root = reads[aggregate.root]
        guard aggregate.isSingleRow, aggregate.parts.isEmpty, aggregate.when == nil,
            aggregate.surrogate == nil, !KeyDependence.needsCrossReference(aggregate, reads: reads)
        else { return nil }
        let key = aggregate.table.key
        let fields = aggregate.fields.sorted { left, right in
            let places = [left, right].map { key.firstIndex(of: $0.column) ?? key.count + $0.column }
            return places[0] < places[1]
        }
        (legacy, service) = ([], [])
        for field in fields {
            guard let column = KeyDependence.plainColumn(field.expression, slot: aggregate.root) else {
                return nil
            }
            legacy.append(column)
            service.append(field.column)
        }
        guard Array(service.prefix(key.count)) == key, Array(legacy.prefix(key.count)) == root.table.key
        else { return nil }
    }
}
