public import Expressions

/// A plan as it is written: its shape is right, its names and expressions are not checked yet.
public struct PlanDeclarations: Sendable {
    /// The text it was read from.
    public var source: PlanSource
    /// The migration's name.
    public var migration: Located<String>
    /// The systems in the order of the plan.
    public var systems: [SystemText]
    /// Where captured changes are recorded.
    public var log: LogText
    /// Where Banyan keeps its own state.
    public var control: SystemText
    /// What the audit chain is signed with, and where its heads are kept as well.
    public var audit: AuditFiles
    /// The secret keys that `hmac` may use; their values are never printed.
    public var keys: KeyRing
    /// The contexts in the order of the plan.
    public var contexts: [ContextText]

    /// Whether a system is a database server.
    func isServer(_ system: String) -> Bool {
        guard let declared = systems.first(where: { $0.name.value == system }) else { return false }
        guard case .postgres = declared.reach else { return false }
        return true
    }
}
