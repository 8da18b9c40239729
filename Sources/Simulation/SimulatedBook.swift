import Exceptions
import Model
import Reconcile

/// What becomes of the differences that passes find in one history: the production rules for exceptions, with
/// people who waive, and claim to have repaired what they have not.
///
/// Some corruptions stand for several passes. Nothing here is drawn: what is done follows from the number of
/// the pass.
final class SimulatedBook {
    private let store = MemoryExceptionStore()
    private var passes = 0
    private var standing: [Corruption] = []
    /// Time that no clock takes back.
    private var now: Int64 = 0

    /// What a pass meets, given what was drawn for it.
    func corruptions(_ drawn: [Corruption]) -> [Corruption] {
        if passes % Self.period == 0 {
            standing = drawn
            return drawn
        }
        return standing + drawn
    }

    private static let period = 5

    /// A pass begins.
    func begin() -> Int64 {
        now += 1
        return now
    }

    /// Takes in what a pass said, and then lets people act.
    ///
    /// - Parameters:
    ///   - always: What was so in every view of the pass, and of which it owed a word.
    func take(_ report: EqualityReport, began: Int64, always: [Corruption.Effect], _ world: World) {
        passes += 1
        now += 1
        do {
            try ExceptionBook(world.shape.context).take(
                report, pass: passes, began: began, at: now, into: store)
            if let words = objection(report, always) { return world.violated(.noFalseVerification, words) }
            try act(world)
        } catch {
            world.violated(.noSurprise, "an exception cannot be kept: \(error)")
        }
    }

    /// What this pass has said of a case and cannot know.
    private func objection(_ report: EqualityReport, _ always: [Corruption.Effect]) -> String? {
        for one in store.cases {
            let (of, key) = (one.discrepancy.of, one.discrepancy.key)
            let name = "exception \(one.number) of \(of) \(key)"
            if isOver(one), one.lastPass == passes, always.contains(where: { $0.of == of && $0.key == key }) {
                return "\(name) is \(one.state.word), and is still there"
            }
            let isNamed = report.discrepancies.contains { $0.of == of && $0.key == key }
            if case .waived(let until) = one.state, isNamed, until <= now {
                return "\(name) is waived until \(until), and it is \(now)"
            }
        }
        return nil
    }

    /// People waive something for a while, or say that they have repaired it.
    private func act(_ world: World) throws {
        guard var one = store.cases.first(where: \.state.isUnresolved) else { return }
        now += 1
        switch passes % 3 {
        case 0:
            try one.decide(
                ExceptionDecision(.waive(until: now + 4), by: "somebody", at: now, because: "later"))
            world.mark(.waived)
        case 1:
            try one.repair(by: "somebody", at: now)
            world.mark(.repairClaimed)
        default: return
        }
        if isOver(one) { world.violated(.noFalseVerification, "a repair is taken for a verification") }
        try store.keep(one)
    }

    private func isOver(_ one: ExceptionCase) -> Bool { one.state == .verified || one.state == .closed }
}

/// Exceptions in memory.
private final class MemoryExceptionStore: ExceptionStore {
    private(set) var cases: [ExceptionCase] = []

    func exceptions(of context: String?, withClosed: Bool) -> [ExceptionCase] {
        cases.filter { (context == nil || $0.context == context) && (withClosed || $0.state != .closed) }
    }

    func exception(_ number: Int) -> ExceptionCase? { cases.first { $0.number == number } }

    func exception(of context: String, identity: String) -> ExceptionCase? {
        cases.first { $0.context == context && $0.identity == identity }
    }

    func keep(_ one: ExceptionCase) -> Int {
        var one = one
        if one.number == 0 {
            one.number = cases.count + 1
            cases.append(one)
        } else {
            cases[one.number - 1] = one
        }
        return one.number
    }
}
