/// A part of the simulated protocols, to look at alone.
public enum Part: String, CaseIterable, Sendable {
    /// One row makes an aggregate, with events.
    case single
    /// Rows of two tables make an aggregate with parts and a surrogate id.
    case joined
    /// One row makes an aggregate, without events: transactions are merged.
    case quiet
    /// One row makes an aggregate that has another key: it is handed on from row to row.
    case numbered
    /// The same where two tables are joined.
    case numberedJoined = "numbered-joined"
    /// Any of these plans, with passes of reconciliation all the time.
    case reconcile

    /// The plan that the part runs under; nil when chance picks one.
    var plan: Int? { self == .reconcile ? nil : Self.allCases.firstIndex(of: self) }
}
