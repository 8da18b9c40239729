import Apply
import Capture
import Model
import Plan

extension EqualityPass {
    /// How often both sides are asked anew because what they tell of has changed in between.
    private static let askedMax = 20

    /// What the business wrote, each total on a view of legacy and a view of the store that show the same: at
    /// the same place, or with nothing between their places that changed a table of the context.
    ///
    /// - Parameter waiting: Root rows that wait for another row, which no figure of the service's holds.
    func compareTotals(waiting: Int) throws -> [TotalComparison] {
        try context.reconciliation.totals.map { total in
            do {
                return try compare(total, waiting)
            } catch let failure as FailedQuery {
                return TotalComparison(total, reason: failure.reason)
            }
        }
    }

    private func compare(_ total: CheckedTotal, _ waiting: Int) throws -> TotalComparison {
        guard let legacy = ranges as? any QueryReader, let service = store as? any QueryStore else {
            return TotalComparison(total, reason: "one of the systems runs no queries")
        }
        let tables = Set(context.reads.map(\.table.name))
        let name = "total:\(total.name)"
        for _ in 0..<Self.askedMax {
            let view = try asked("legacy") { try legacy.view(of: total.legacy) }
            changed.willJudge(name, without: view.unseen)
            try around.waitUntilApplied(view.horizon)
            let (held, isAtRest, aside) = try onWholeHistory { ledger in
                try changed.read(to: ledger.offset)
                let held = try asked("the service") { try service.table(of: total.service) }
                let aside = try context.aggregates.map { try setAside($0).count }.reduce(0, +)
                return (held, changed.isAtRest(tables, since: view, of: name), aside)
            }
            if isAtRest {
                var result = try TotalComparison(
                    total, legacy: view.table, service: held, at: view.frontier)
                if result.verdict == .different, aside + waiting > 0 {
                    result.verdict = .setAside
                    result.reason =
                        "\(aside + waiting) keys are set aside or wait for another row, and the service's "
                        + "figures lack them"
                }
                return result
            }
            around.pause()
        }
        return TotalComparison(
            total,
            reason: "the tables of \(context.name) changed between both queries, \(Self.askedMax) times: "
                + "compare when less is written, or write a quicker query")
    }

    private func asked<T>(_ side: String, _ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let failure as FailedQuery {
            throw FailedQuery("the query on \(side) fails: \(failure.reason)")
        }
    }
}
