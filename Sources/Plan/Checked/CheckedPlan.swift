public import Expressions

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
    /// The bounded contexts in the order of the plan.
    public var contexts: [CheckedContext]
    /// What is allowed but deserves a look.
    public var warnings: [PlanDiagnostic]
    /// SHA-256 over everything that decides the meaning of the mapping, in hex: the mapping's version.
    public var digest: String

    /// Collects the parts of a checked plan.
    public init(
        name: String, systems: [SystemDeclaration], log: LogDeclaration, control: SystemDeclaration,
        contexts: [CheckedContext], warnings: [PlanDiagnostic], digest: String
    ) {
        self.name = name
        self.systems = systems
        self.log = log
        self.control = control
        self.contexts = contexts
        self.warnings = warnings
        self.digest = digest
    }
}

/// A database that takes part.
public struct SystemDeclaration: Sendable, Hashable {
    /// How to reach it.
    public enum Connector: Sendable, Hashable {
        /// A SQLite file; the path is resolved against the plan's folder.
        case sqlite(path: String)
    }

    /// The plan's name for it.
    public var name: String
    /// How to reach it.
    public var connector: Connector
    /// The connection setting as the plan spells it (`${LEGACY_DB}`): what may be printed.
    public var shown: String

    /// Declares a system; without `shown`, nothing of how to reach it is printed.
    public init(name: String, connector: Connector, shown: String = "…") {
        self.name = name
        self.connector = connector
        self.shown = shown
    }
}

extension SystemDeclaration: CustomStringConvertible, CustomReflectable {
    /// The name and the setting as the plan spells it; the value may come from the environment and is not
    /// shown.
    public var description: String { "\(name): { sqlite: \(shown) }" }
    /// A mirror without the connection.
    public var customMirror: Mirror { Mirror(self, children: ["name": name, "shown": shown]) }
}

extension SystemDeclaration.Connector: CustomStringConvertible, CustomReflectable {
    /// The connector's name only.
    public var description: String { "sqlite" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// Where captured changes are recorded, and for how long.
public struct LogDeclaration: Sendable, Hashable {
    /// The folder of the embedded log, resolved against the plan's folder.
    public var folder: String
    /// How long records are kept after every reader has passed them.
    public var retain: Duration

    /// Declares the embedded log.
    public init(folder: String, retain: Duration) {
        self.folder = folder
        self.retain = retain
    }
}

extension LogDeclaration: CustomStringConvertible, CustomReflectable {
    /// The kind of log; the folder may come from the environment and is not shown.
    public var description: String { "{ embedded: …, retain: \(retain.planText) }" }
    /// A mirror without the folder.
    public var customMirror: Mirror { Mirror(self, children: ["retain": retain]) }
}

/// A bounded context being moved.
public struct CheckedContext: Sendable {
    /// The context's name.
    public var name: String
    /// Who owns it.
    public var owner: String?
    /// Who may approve.
    public var approvers: [String]
    /// The legacy system's name.
    public var legacy: String
    /// The service system's name.
    public var service: String
    /// The rows that make up aggregates, in the order of the plan; an alias's index is its slot in every
    /// mapping expression.
    public var reads: [ReadBinding]
    /// The semantic dictionaries by name.
    public var codes: [CodeTable]
    /// The aggregates in the order of the plan.
    public var aggregates: [CheckedAggregate]
    /// The domain events in the order of the plan.
    public var events: [CheckedEvent]
    /// The slices in the order of the plan.
    public var slices: [CheckedSlice]
    /// What is compared, and how closely.
    public var reconciliation: CheckedReconciliation
    /// The gates in the order of the plan.
    public var gates: [CheckedGate]
    /// How long a way back is kept open after a switch; nil when the plan does not say.
    public var keepFor: Duration?

    /// Collects the parts of a checked context.
    public init(
        name: String, owner: String?, approvers: [String], legacy: String, service: String,
        reads: [ReadBinding],
        codes: [CodeTable], aggregates: [CheckedAggregate], events: [CheckedEvent], slices: [CheckedSlice],
        reconciliation: CheckedReconciliation = CheckedReconciliation(), gates: [CheckedGate] = [],
        keepFor: Duration? = nil
    ) {
        self.name = name
        self.owner = owner
        self.approvers = approvers
        self.legacy = legacy
        self.service = service
        self.reads = reads
        self.codes = codes
        self.aggregates = aggregates
        self.events = events
        self.slices = slices
        self.reconciliation = reconciliation
        self.gates = gates
        self.keepFor = keepFor
    }
}
