/// One thing to say about a plan: what was found where, what was expected, and the nearest valid name.
public struct PlanDiagnostic: Error, Sendable, Hashable, Codable {
    /// How bad it is.
    public enum Severity: String, Sendable, Codable {
        /// The plan cannot run.
        case error
        /// The plan can run, but deserves a look.
        case warning
    }

    /// How bad it is.
    public var severity: Severity
    /// A stable name of the kind of mistake (`unknown_column`).
    public var code: String
    /// Where it stands.
    public var location: SourceLocation
    /// The path of keys that lead there (`contexts.endorsement.reads.v`).
    public var path: String
    /// What is wrong, in one sentence.
    public var message: String
    /// What was found.
    public var found: String?
    /// What was expected.
    public var expected: String?
    /// The nearest valid name, or what to do.
    public var hint: String?

    /// Says one thing about a plan.
    public init(
        severity: Severity = .error, code: String, location: SourceLocation, path: String, message: String,
        found: String? = nil, expected: String? = nil, hint: String? = nil
    ) {
        self.severity = severity
        self.code = code
        self.location = location
        self.path = path
        self.message = message
        self.found = found
        self.expected = expected
        self.hint = hint
    }
}
