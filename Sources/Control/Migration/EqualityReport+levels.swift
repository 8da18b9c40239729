public import Plan
public import Reconcile

extension EqualityReport {
    /// How bad what a pass found is by the thresholds of the plan, aggregate by aggregate, in the plan's
    /// order.
    public func levels(_ context: CheckedContext) -> [MismatchLevel] {
        context.aggregates.compactMap { aggregate in
            aggregates.first { $0.aggregate == aggregate.name }.map { found in
                MismatchLevel(
                    aggregate.name, differences: found.missing + found.extra + found.different,
                    compared: found.compared, extra: found.extra,
                    // What is computed from a wrong copy may all be wrong.
                    unjudged: inDoubt.contains(aggregate.name) ? max(1, found.compared) : found.hot,
                    context.reconciliation)
            }
        }
    }
}
