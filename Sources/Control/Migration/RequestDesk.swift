import Apply
public import Audit
import ChangeLog
import Foundation
public import Plan

/// Has something done to a context: by the engine when one runs, else here and now.
public struct RequestDesk: Sendable {
    /// What was done.
    public struct Answer: Sendable, Hashable {
        /// What was done, in words.
        public var text: String
        /// Whether a running engine did it.
        public var isByEngine: Bool
    }

    private let plan: CheckedPlan
    private let patience: Duration

    /// A desk for a plan.
    ///
    /// - Parameters:
    ///   - plan: The checked plan.
    ///   - patience: How long to wait for a running engine's answer.
    public init(plan: CheckedPlan, patience: Duration = .seconds(60)) {
        self.plan = plan
        self.patience = patience
    }

    /// Has it done, and says what came of it.
    ///
    /// The log's lock decides who does it: while it is held here, no engine can start. The audit chain says
    /// beforehand that it is wanted, and afterwards what came of it.
    ///
    /// - Parameters:
    ///   - action: What is to be done.
    ///   - context: To what.
    ///   - actor: Who wants it.
    ///   - reason: Why, in their words.
    public func perform(
        _ action: ControlRequest.Action, in context: CheckedContext, by actor: AuditActor = .current(),
        because reason: String? = nil
    ) throws -> Answer {
        let log = try log(of: context)
        let place = ControlPlace(plan)
        let control = try place.open()
        let record = AuditRecord(
            action.auditName, of: ([context.name] + (action.key.map { [$0] } ?? [])).joined(separator: "/"),
            by: actor, because: reason, before: action.auditDetails(under: context.digest))
        return try place.trail(in: control).perform(coded: record) { _ in
            let answer = try perform(action, in: context, log: log, control)
            return (answer, answer.text)
        }
    }

    /// The log that a context is applied from.
    func log(of context: CheckedContext) throws -> EmbeddedLog {
        let path = plan.log.folder + "/\(context.legacy).log"
        guard FileManager.default.fileExists(atPath: path) else {
            throw MigrationError(
                .notFound, "\(plan.name) has no log yet: it was never run", hint: "start it with `banyan run`"
            )
        }
        return try EmbeddedLog(path: path)
    }

    /// Has it done, for somebody who records it.
    func perform(
        _ action: ControlRequest.Action, in context: CheckedContext, log: EmbeddedLog,
        _ control: any ControlStore
    ) throws -> Answer {
        let request = ControlRequest(context: context.name, mapping: plan.digest, action: action)
        let writer: EmbeddedLogWriter
        do {
            writer = try log.writer()
        } catch let error as LogError where error.code == .locked {
            return Answer(text: try ask(request, control), isByEngine: true)
        }
        let store = try Systems(plan).target(context.service)
        let applier = try ContextApplier(
            context: context, mapping: context.digest, store: store, scratch: Systems.scratch)
        let reader = try log.observer()
        try applier.tie(to: reader.identity)
        try applier.recallBirths(from: reader)
        let text = try request.run(on: applier, from: try applier.open(), log: reader)
        try writer.close()
        return Answer(text: text, isByEngine: false)
    }

    private func ask(_ request: ControlRequest, _ control: any ControlStore) throws -> String {
        let number = try control.ask(request)
        let deadline = ContinuousClock.now + patience
        while true {
            if let answer = try control.answer(to: number) {
                guard !answer.hasPrefix("error: ") else {
                    throw MigrationError(
                        .halted, "the engine could not do it: \(answer.dropFirst("error: ".count))",
                        hint: "see `banyan status` for how it stands")
                }
                return answer
            }
            guard ContinuousClock.now < deadline else {
                throw MigrationError(
                    .notComparable, "the engine has not answered request \(number) in \(patience)",
                    hint: "it does it when it comes round; see `banyan status`")
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
    }
}
