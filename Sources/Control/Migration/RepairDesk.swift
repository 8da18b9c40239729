import Apply
public import Audit
import ChangeLog
public import Exceptions
import Foundation
public import Plan
import Reconcile

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
            return try repair(
                contexts.flatMap { try store.exceptions(of: $0.name, withClosed: false) }
                    .filter(\.state.isUnresolved))
        }
        return try repair(
            numbers.map { number in
                guard let one = try store.exception(number), names.contains(one.context) else {
                    throw MigrationError(
                        .notFound, "there is no exception \(number)",
                        hint: "`banyan exceptions list` shows those that are there")
                }
                return one
            })
    }

    /// What would be done about cases as everything stands now.
    private func repair(_ cases: [ExceptionCase]) throws -> RepairPlan {
        let contexts = plan.contexts.filter { context in cases.contains { $0.context == context.name } }
        let wrong = try contexts.filter { context in
            try store.exceptions(of: context.name, withClosed: false).contains {
                $0.discrepancy.of.hasPrefix("table:") && $0.state != .verified
            }
        }
        let entries = cases.isEmpty ? [] : try QuarantineReader(plan: plan).entries(in: contexts)
        let setAside = Set(entries.map { [$0.context, $0.aggregate, $0.displayKey] })
        return RepairPlan(cases, wrongCopies: Set(wrong.map(\.name))) { one in
            setAside.contains([one.context, one.discrepancy.of, one.discrepancy.legacyKey ?? ""])
        }
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
        let size = min(Self.batchSize, rate)
        for context in plan.contexts {
            let own = repair.writing.filter { $0.exception.context == context.name }
            let kinds = Dictionary(grouping: own, by: \.exception.discrepancy.of)
            for (name, steps) in kinds.sorted(by: { $0.key < $1.key }) {
                for start in stride(from: 0, to: steps.count, by: size) {
                    let batch = Array(steps[start..<min(start + size, steps.count)])
                    let began = ContinuousClock.now
                    written += try run(batch, of: name, in: context, by: actor, because: reason)
                    let rest = Duration.seconds(1) * batch.count / rate - (ContinuousClock.now - began)
                    if rest > .zero { Thread.sleep(forTimeInterval: rest / .seconds(1)) }
                }
            }
        }
        return written
    }

    private func run(
        _ planned: [RepairPlan.Step], of name: String, in context: CheckedContext, by actor: AuditActor,
        because reason: String?
    ) throws -> Int {
        // What was decided, or has become another difference, since the plan was made is left alone.
        let present = try repair(planned.compactMap { try store.exception($0.exception.number) })
        let seen = Dictionary(
            uniqueKeysWithValues: planned.map { ($0.exception.number, $0.exception.discrepancy.fields) })
        let batch = present.writing.filter {
            seen[$0.exception.number] == $0.exception.discrepancy.fields
        }
        if batch.isEmpty { return 0 }
        let desk = RequestDesk(plan: plan)
        let keys = batch.compactMap { step in
            if case .computeAgain(let key) = step.action { return key }
            return nil
        }
        let numbers = batch.map { String($0.exception.number) }.joined(separator: ",")
        let record = AuditRecord(
            "exception.repair", of: context.name, by: actor, because: reason,
            before: "{\"exceptions\":[\(numbers)],\"mapping\":\"\(context.digest)\"}")
        let answer = try trail.perform(coded: record) { _ in
            let answer = try desk.perform(
                .recomputeSome(of: name, keys: keys), in: context, log: desk.log(of: context), store)
            return (answer, answer.text)
        }
        guard let count = ControlRequest.recomputed(by: answer.text), count >= Set(keys).count else {
            throw MigrationError(
                .halted,
                "\(Set(keys).count) of \(name) were to be computed again, and not all are known in the copies of "
                    + "legacy: \(answer.text)",
                hint: "the next pass says which; `banyan backfill restart` has history read anew")
        }
        return try mark(batch, in: context, by: actor, because: reason)
    }

    /// Notes what was written, case by case: one that somebody decided about meanwhile keeps that.
    private func mark(
        _ batch: [RepairPlan.Step], in context: CheckedContext, by actor: AuditActor, because reason: String?
    ) throws -> Int {
        var marked: [Int] = []
        try trail.record {
            let now = WallClock.system.microseconds()
            for step in batch {
                guard var one = try store.exception(step.exception.number) else { continue }
                do {
                    try one.repair(by: actor.name, at: now)
                    marked.append(one.number)
                } catch let refusal as ExceptionRefusal {
                    one.comment("written right while it changed: \(refusal.message)", by: actor.name, at: now)
                }
                try store.keep(one)
            }
            let numbers = marked.map(String.init).joined(separator: ",")
            return AuditRecord(
                "exception.repaired", of: context.name, by: actor, because: reason,
                after: "{\"exceptions\":[\(numbers)]}")
        }
        return marked.count
    }
}
