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
    /// The contexts in the order of the plan.
    public var contexts: [ContextText]
}

/// A system as the plan declares it.
public struct SystemText: Sendable, Hashable {
    /// Its name.
    public var name: Located<String>
    /// The path of its file; never printed when it comes from the environment.
    public var sqlite: Secret
}

/// The log as the plan declares it.
public struct LogText: Sendable, Hashable {
    /// The folder of the embedded log.
    public var folder: Secret
    /// How long records are kept after every reader has passed them.
    public var retain: Duration
}
