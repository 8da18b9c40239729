import Guards
import Model
public import Plan
public import Reconcile

/// Brings what a pass saw into the cases of a context.
public struct ExceptionBook {
    private let context: CheckedContext

    /// The book of a context.
    public init(_ context: CheckedContext) {
        self.context = context
    }

    /// Takes in what a pass saw: differences are new cases or old ones seen again; a case whose key was
    /// judged and that was not seen has no difference any more.
    ///
    /// - Parameters:
    ///   - report: What the pass found.
    ///   - pass: Its number, which grows from pass to pass.
    ///   - began: When it began, in microseconds since 1970.
    ///   - at: When it ended.
    ///   - store: Where cases are kept; in a transaction.
    public func take(
        _ report: EqualityReport, pass: Int, began: Int64, at: Int64, into store: any ExceptionStore
    ) throws {
        var seen: Set<String> = []
        for discrepancy in report.discrepancies {
            let rule = ExceptionRule(discrepancy, context)
            let fresh = ExceptionCase(
                discrepancy, in: context.name, isMaterial: rule.isMaterial, owner: rule.owner, pass: pass,
                at: at)
            seen.insert(fresh.identity)
            if var known = try store.exception(of: context.name, identity: fresh.identity) {
                known.see(discrepancy, isMaterial: rule.isMaterial, pass: pass, began: began, at: at)
                try store.keep(known)
            } else {
                try store.keep(fresh)
            }
        }
        // What was counted and not listed may be any of them.
        guard report.isListed else { return }
        let unjudged = report.unjudged.mapValues { Set($0.map(\.key)) }
        for var known in try store.exceptions(of: context.name, withClosed: false)
        where !seen.contains(known.identity) && isJudged(known, report, unjudged) {
            known.miss(pass: pass, began: began, at: at)
            try store.keep(known)
        }
    }

    /// Whether a pass has judged the key of a case.
    private func isJudged(
        _ known: ExceptionCase, _ report: EqualityReport, _ unjudged: [String: Set<String>]
    ) -> Bool {
        let of = known.discrepancy.of
        // A table's name may have dots, an aggregate's has none.
        let isCopy = of.hasPrefix("table:")
        let name = isCopy ? of : of.split(separator: ".").first.map(String.init) ?? of
        // What was renamed or taken out of the plan is compared no more.
        let isCompared =
            report.copies.contains { "table:\($0.table)" == of }
            || report.aggregates.contains { $0.aggregate == name }
        guard isCompared else { return false }
        if !Guard.unjudgedIsNotVerified.holds { return true }
        // What is computed from a wrong copy may agree with it and be wrong itself.
        guard !report.inDoubt.contains(name) else { return false }
        // A field that the plan has no more is compared no more.
        if let aggregate = context.aggregates.first(where: { $0.name == of }) {
            let columns = Set(
                (aggregate.fields.map(\.column) + aggregate.table.key).map {
                    aggregate.table.columns[$0].name
                })
            let fields = known.discrepancy.fields.map(\.field).filter { !$0.contains("[") }
            guard columns.isSuperset(of: fields) else { return false }
        }
        // A part belongs to nobody, or to one of those.
        if of != name { return report.spared[name]?.isEmpty ?? true }
        if report.spared[name]?.contains(known.discrepancy.key) ?? false { return false }
        guard let key = known.discrepancy.legacyKey else { return true }
        return !(unjudged[of]?.contains(key) ?? false)
    }
}
