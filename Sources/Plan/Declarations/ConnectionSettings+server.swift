import Model

/// What a plan may say of a legacy server.
extension ConnectionSettings {
    static let retainedWAL = "retained_wal"
    static let history = "history"

    /// How much of its log a server may keep: `{ at_most: 20GB, then: warn }`.
    func retainedWAL(_ node: PlanNode) -> Located<RetentionBudget>? {
        guard
            let section = Section(
                node, keys: ["at_most", "then"], of: "`\(Self.retainedWAL)`", report: report),
            let bytes = section.required("at_most", "a size such as 20GB")?.size(report)
        else {
            return nil
        }
        var action = RetentionBudget.Action.warn
        if let then = section["then"] {
            guard let word = then.text("one of the actions", report) else { return nil }
            guard let known = RetentionBudget.Action(rawValue: word) else {
                report.unknown(
                    .wrongValue, at: then.textLocation, path: then.path, "there is no action `\(word)`",
                    name: word, among: RetentionBudget.Action.allCases.map(\.rawValue), of: "an action")
                return nil
            }
            action = known
        }
        return Located(
            RetentionBudget(bytes: bytes, action: action), location: node.location, path: node.path)
    }

    /// How history is read: `{ readers: 4, wait_while: { standby_lag: 10s, sessions: 40, query: SELECT … }
    /// }`.
    func history(_ node: PlanNode) -> Located<HistoryReading>? {
        guard
            let section = Section(
                node, keys: ["readers", "wait_while"], of: "`\(Self.history)`", report: report)
        else {
            return nil
        }
        var history = HistoryReading()
        if let readers = section["readers"] {
            guard let count = number(readers, in: 1...HistoryReading.readersMax) else { return nil }
            history.readers = count
        }
        guard let wait = section["wait_while"] else {
            return Located(history, location: node.location, path: node.path)
        }
        guard
            let limits = Section(
                wait, keys: ["standby_lag", "sessions", "query"], of: "`wait_while`", report: report)
        else {
            return nil
        }
        if let lag = limits["standby_lag"] {
            guard let duration = lag.duration(report) else { return nil }
            history.standbyLag = duration
        }
        if let sessions = limits["sessions"] {
            guard let count = number(sessions, in: 1...1_000_000) else { return nil }
            history.sessionsAtWork = count
        }
        if let query = limits["query"] {
            guard let sql = query.text("a query", report) else { return nil }
            history.query = sql
        }
        return Located(history, location: node.location, path: node.path)
    }

    private func number(_ node: PlanNode, in range: ClosedRange<Int>) -> Int? {
        guard let text = node.text("a number", report) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        report.error(
            .wrongValue, at: node.textLocation, path: node.path, "`\(node.name)` must be a number",
            found: text, expected: "from \(range.lowerBound) to \(range.upperBound)")
        return nil
    }
}
