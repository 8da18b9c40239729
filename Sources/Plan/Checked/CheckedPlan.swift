/// A plan that has been checked against the catalogs of the systems it names: what runs.
///
/// Every name is resolved to an index and every expression is compiled. A value of this type exists only for
/// a plan without errors.
public struct CheckedPlan: Sendable {
    /// The migration's name.
    public var name: String
    /// The systems by name, in name order.
    public var systems: [SystemDeclaration]
    /// Where captured changes are recorded.
    public var log: LogDeclaration
    /// Where Banyan keeps its own state.
    public var control: SystemDeclaration
    /// What the audit chain is signed with, and where its heads are kept as well.
    public var audit: AuditFiles
    /// The bounded contexts in the order of the plan.
    public var contexts: [CheckedContext]
    /// What is allowed but deserves a look.
    public var warnings: [PlanDiagnostic]
    /// SHA-256 over everything that decides the meaning of the mapping, in hex: the mapping's version.
    public var digest: String

    /// Collects the parts of a checked plan.
    public init(
        name: String, systems: [SystemDeclaration], log: LogDeclaration, control: SystemDeclaration,
        audit: AuditFiles = AuditFiles(), contexts: [CheckedContext], warnings: [PlanDiagnostic],
        digest: String
    ) {
        self.name = name
        self.systems = systems
        self.log = log
        self.control = control
        self.audit = audit
        self.contexts = contexts
        self.warnings = warnings
        self.digest = digest
    }
}
