public import Audit
import ChangeLog
public import Exceptions
import Foundation
public import Plan

/// Puts differences right from legacy, which has the authority.
///
/// Each batch is an entry of the audit chain before it is written and another one afterwards. What was
/// written is *repaired*, and only a later pass verifies it. Whatever is killed, what is still open is
/// repaired the next time, and doing it again changes nothing.
public struct RepairDesk {
    private let plan: CheckedPlan
    private let place: ControlPlace
    private let store: any ControlStore
    private let trail: AuditTrail

    /// How many aggregates are computed again at a time: each batch goes over the keys of its table once.
    private static let batchSize = 500

    /// The desk of a plan.
    public init(plan: CheckedPlan) throws {
        self.plan = plan
        place = ControlPlace(plan)
        store = try place.open()
        trail = try place.trail(in: store)
    }

    /// What would be done about the exceptions of contexts, or of some numbers.
    public func plan(for contexts: [CheckedContext], numbers: [Int]) throws -> RepairPlan {
        let names = Set(contexts.map(\.name))
        if numbers.isEmpty {
            return RepairPlan(
                try contexts.flatMap { try store.exceptions(of: $0.name, withClosed: false) }
                    .filter(\.state.isUnresolved))
        }
        return RepairPlan(
            try numbers.map { number in
                guard let one = try store.exception(number), names.contains(one.context) else {
                    throw MigrationError(
                        .notFound, "there is no exception \(number)",
                        hint: "`banyan exceptions list` shows those that are there")
                }
                return one
            })
    }

    /// Does what a plan says.
    ///
    /// - Parameters:
    ///   - repair: What to do.
    ///   - rate: How many aggregates a second at the most.
    ///   - actor: Who wants it.
    ///   - reason: Why, in their words.
    /// - Returns: How many were written.
    public func run(
        _ repair: RepairPlan, rate: Int, by actor: AuditActor, because reason: String?
    ) throws -> Int {
        var written = 0
        for context in plan.contexts {
            let own = repair.writing.filter { $0.exception.context == context.name }
            for start in stride(from: 0, to: own.count, by: min(Self.batchSize, rate)) {
                let batch = own[start..<min(start + min(Self.batchSize, rate), own.count)]
                let began = ContinuousClock.now
                try run(Array(batch), in: context, by: actor, because: reason)
                written += batch.count
                let rest = Duration.seconds(1) * batch.count / rate - (ContinuousClock.now - began)
                if rest > .zero { Thread.sleep(forTimeInterval: rest / .seconds(1)) }
            }
        }
        return written
    }

    private func run(
        _ batch: [RepairPlan.Step], in context: CheckedContext, by actor: AuditActor, because reason: String?
    ) throws {
        let desk = RequestDesk(plan: plan)
        let keys = batch.compactMap { step in
            if case .computeAgain(let key) = step.action { return key }
            return nil
        }
        let numbers = batch.map { String($0.exception.number) }.joined(separator: ",")
        let record = AuditRecord(
            "exception.repair", of: context.name, by: actor, because: reason,
            before: "{\"exceptions\":[\(numbers)],\"mapping\":\"\(context.digest)\"}")
        try trail.perform(coded: record) { _ in
            let answer = try desk.perform(
                .recomputeSome(keys: keys), in: context, log: desk.log(of: context), store)
            return ((), answer.text)
        }
        try trail.record {
            let now = WallClock.system.microseconds()
            for step in batch {
                // A pass may have seen to it meanwhile.
                guard var one = try store.exception(step.exception.number), one.state.isUnresolved else {
                    continue
                }
                do {
                    try one.repair(by: actor.name, at: now)
                } catch let refusal as ExceptionRefusal {
                    throw MigrationError(.refused, refusal.message, hint: refusal.hint)
                }
                try store.keep(one)
            }
            return AuditRecord(
                "exception.repaired", of: context.name, by: actor, because: reason,
                after: "{\"exceptions\":[\(numbers)]}")
        }
    }
}
