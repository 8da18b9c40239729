/// Who did what to what, and why.
///
/// It holds the state of Banyan's own things before and after, in words or JSON, and never a row's values.
public struct AuditRecord: Sendable, Hashable {
    /// Who did it.
    public var actor: AuditActor
    /// What was done: the thing and the verb, as in `certificate.issue`.
    public var action: String
    /// What it was done to, as in `endorsement` or `endorsement/exception/12`.
    public var subject: String
    /// Why, in the words of whoever did it.
    public var reason: String?
    /// How it stood before.
    public var before: String?
    /// How it stood afterwards.
    public var after: String?

    /// Records an action.
    public init(
        _ action: String, of subject: String, by actor: AuditActor, because reason: String? = nil,
        before: String? = nil, after: String? = nil
    ) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.reason = reason
        self.before = before
        self.after = after
    }
}
