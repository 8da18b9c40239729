import Model
import Plan
import Reconcile

/// What the plan says of a difference.
struct ExceptionRule {
    /// Whether an approver has to decide about it.
    let isMaterial: Bool
    /// Whose it is.
    let owner: String?

    init(_ discrepancy: Discrepancy, _ context: CheckedContext) {
        guard let index = context.aggregates.firstIndex(where: { $0.name == discrepancy.of }) else {
            // A copy is nobody's business but the engine's; a part that hangs in the air is of no field.
            (isMaterial, owner) = (false, nil)
            return
        }
        let columns = context.aggregates[index].table.columns
        let rules = context.reconciliation.fields.filter { $0.aggregate == index }
        let fields = Set(discrepancy.fields.map(\.field))
        // What is missing or extra lacks every field.
        let touched =
            discrepancy.kind == .content ? rules.filter { fields.contains(columns[$0.column].name) } : rules
        isMaterial = touched.contains(where: \.isMaterial)
        owner = touched.compactMap(\.owner).first
    }
}
