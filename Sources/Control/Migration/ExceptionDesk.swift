public import Audit
import ChangeLog
public import Exceptions
public import Plan

/// Where people decide about exceptions: each decision and its entry in the audit chain are one transaction.
public struct ExceptionDesk {
    private let plan: CheckedPlan
    private let store: any ControlStore
    private let trail: AuditTrail

    /// The desk of a plan.
    public init(plan: CheckedPlan) throws {
        self.plan = plan
        let place = ControlPlace(plan)
        store = try place.open()
        trail = try place.trail(in: store)
    }

    /// The case of a number.
    public func exception(_ number: Int) throws -> ExceptionCase {
        if let found = try store.exception(number) { return found }
        throw MigrationError(
            .notFound, "there is no exception \(number)",
            hint: "`banyan exceptions list` shows those that are there")
    }

    /// Gives it to somebody.
    public func assign(
        _ number: Int, to owner: String, until deadline: Int64?, by actor: AuditActor, because reason: String?
    ) throws -> ExceptionCase {
        try change(number, "assign", by: actor, because: reason) {
            try $0.assign(to: owner, until: deadline, by: actor.name, at: $1)
        }
    }

    /// Adds words to it.
    public func comment(_ number: Int, _ text: String, by actor: AuditActor) throws -> ExceptionCase {
        try change(number, "note", by: actor, because: text) { $0.comment(text, by: actor.name, at: $1) }
    }

    /// Decides about it, or wants to, where an approver is needed.
    public func decide(
        _ number: Int, _ kind: ExceptionDecision.Kind, by actor: AuditActor, because reason: String
    ) throws -> ExceptionCase {
        try change(number, kind.word, by: actor, because: reason) {
            try $0.decide(ExceptionDecision(kind, by: actor.name, at: $1, because: reason))
        }
    }

    /// Approves what somebody wants to decide.
    public func approve(_ number: Int, by actor: AuditActor, because reason: String?) throws -> ExceptionCase
    {
        try change(number, "approve", by: actor, because: reason) { one, now in
            let approvers = plan.contexts.first { $0.name == one.context }?.approvers ?? []
            try one.approve(by: actor.name, among: approvers, at: now)
        }
    }

    private func change(
        _ number: Int, _ verb: String, by actor: AuditActor, because reason: String?,
        _ body: (inout ExceptionCase, Int64) throws -> Void
    ) throws -> ExceptionCase {
        var changed: ExceptionCase?
        try trail.record {
            var one = try exception(number)
            let before = one.summary
            do {
                try body(&one, WallClock.system.microseconds())
            } catch let refusal as ExceptionRefusal {
                throw MigrationError(.refused, refusal.message, hint: refusal.hint)
            }
            try store.keep(one)
            changed = one
            return AuditRecord(
                "exception.\(verb)", of: "\(one.context)/\(number)", by: actor, because: reason,
                before: before,
                after: one.summary)
        }
        return try changed ?? exception(number)
    }
}

extension ExceptionCase {
    /// How it stands, in a few words.
    fileprivate var summary: String {
        let pending = wanted.map { ", \($0.by) wants to \($0.kind.word)" } ?? ""
        return state.word + (owner.map { ", \($0)'s" } ?? "") + pending
    }
}
