public import Plan
public import Reconcile

extension Certificate {
    /// How bad what the pass found is by the thresholds of the plan, aggregate by aggregate, in the plan's
    /// order.
    public func levels(_ context: CheckedContext) -> [MismatchLevel] {
        context.aggregates.compactMap { aggregate in
            body.compared.first { $0.aggregate == aggregate.name }.map { found in
                MismatchLevel(
                    aggregate.name, differences: found.missing + found.extra + found.different,
                    compared: found.compared, extra: found.extra, context.reconciliation)
            }
        }
    }
}
