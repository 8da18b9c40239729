import Apply
import Capture
import ChangeLog
import Model
import Reconcile
import TestKit

/// A pass of reconciliation in a history: the production pass beside engines that live, die and lag, over a
/// service as it is or as somebody has made it, with what it says held against what is known.
final class SimulatedPass {
    private let world: World
    private let corruptions: [Corruption]
    /// Corruptions that were left out, because they would have befallen a row a second time.
    private var left: Set<Int> = []
    /// What some view showed of the corruptions, and what every one did.
    private var shown: Set<Corruption.Effect> = []
    private var always: Set<Corruption.Effect>?
    /// Where legacy stood when the pass began.
    private let beginning: Position

    /// - Parameter corruptions: What is done to the service as the pass sees it.
    init(_ world: World, _ corruptions: [Corruption]) {
        self.world = world
        self.corruptions = corruptions
        beginning = world.legacy.end
    }

    /// Compares everything, and checks the verdict.
    ///
    /// - Returns: What the pass said; nil when it could not compare.
    @discardableResult
    func run() -> EqualityReport? {
        do {
            let began = world.book.begin()
            let report = try compare()
            world.trace.note(
                "verdict", UInt64(report.discrepancies.count),
                "the pass names \(report.discrepancies.count) differences at \(report.frontier)")
            world.mark(corruptions.isEmpty ? .compared : .comparedCorrupted)
            if world.violation == nil { check(report) }
            if world.violation == nil {
                let owed = (always ?? []).filter(isOwedWord).sorted { $0.key < $1.key }
                world.book.take(report, began: began, always: owed, world)
            }
            return report
        } catch let error as NotComparable {
            world.trace.note("give up", 0, "the pass cannot compare: \(error)")
            world.mark(.notComparable)
        } catch let error as LogError where error.code == .trimmed {
            world.trace.note("give up", 1, "what the pass had to read of the log is gone")
            world.mark(.notComparable)
        } catch {
            world.violated(.noSurprise, "a pass stops: \(error)")
        }
        return nil
    }

    private func compare() throws -> EqualityReport {
        let store = MemoryTarget(world.database)
        store.alters = { [unowned self] in alter(&$0) }
        let around = EqualityPass.Surroundings(
            waitUntilApplied: { [unowned self] in try wait(for: $0) },
            pause: { [world] in world.meanwhile(1 + world.chance.below(4)) })
        return try EqualityPass(
            context: world.shape.context, store: store, ranges: SimulatedRanges(world),
            log: try world.log.openObserver(), around: around
        ).run()
    }

    private func wait(for position: Position) throws {
        for _ in 0..<Self.patience {
            if world.violation != nil { break }
            // The log is looked at first: what it holds by then, the ledger is asked for afterwards.
            let captured = CapturedLog(
                checkpoint: try world.log.checkpoint.map(CaptureCheckpoint.init(decoding:)),
                end: world.log.end)
            if captured.isApplied(position, by: world.database.ledger(of: "ctx")) { return }
            world.meanwhile(1)
        }
        throw NotComparable("the ledger has not passed \(position)", hint: "wait")
    }

    /// Steps that a pass waits for the ledger.
    private static let patience = 80

    private func alter(_ view: inout MemoryView) {
        // What befalls a row is said of the row as it is, so no row is befallen twice.
        var effects: Set<Corruption.Effect> = []
        for (index, corruption) in corruptions.enumerated() where !left.contains(index) {
            var tried = view
            let new = corruption.apply(to: &tried)
            if new.contains(where: { one in effects.contains { $0.number == one.number } }) {
                // Not in a later view either: what begins in the middle of a pass is somebody else's doing.
                left.insert(index)
                continue
            }
            view = tried
            effects.formUnion(new)
        }
        shown.formUnion(effects)
        always = always?.intersection(effects) ?? effects
    }

    // MARK: the verdict

    private func check(_ report: EqualityReport) {
        for one in report.discrepancies where !isOwn(one) {
            let isReal = shown.contains { effect in
                effect.of == one.of && effect.kind == one.kind.rawValue && effect.key == one.key
                    && effect.fields == one.fields.map(\.field)
            }
            if !isReal {
                return world.violated(
                    .noFalseAlarm,
                    "\(one.of) \(one.key) is said to be \(one.kind.rawValue) at \(one.frontier)"
                        + (one.fields.isEmpty ? "" : " in \(one.fields.map(\.field))"))
            }
            world.mark(.differenceFound)
        }
        for effect in (always ?? []).sorted(by: { $0.key < $1.key }) where isOwedWord(of: effect) {
            if report.isClean, report.aggregates.allSatisfy({ $0.quarantined + $0.pending == 0 }) {
                return world.violated(
                    .noMissedDifference,
                    "\(effect.of) \(effect.key) is \(effect.kind), and all is said to be equal")
            }
            if report.discrepancies.contains(where: { $0.of == effect.of && $0.key == effect.key }) {
                continue
            }
            if isUnjudged(effect, in: report) {
                world.mark(.differenceUnjudged)
                continue
            }
            return world.violated(
                .noMissedDifference, "\(effect.of) \(effect.key) is \(effect.kind), and nothing is said of it"
            )
        }
    }

    /// Whether what was befallen has been the same since the pass began, so that a verdict at any place
    /// speaks of it.
    private func isOwedWord(of effect: Corruption.Effect) -> Bool {
        guard let number = effect.number else { return true }
        if (SimulatedApplication.ownPolicies..<150).contains(number) { return false }
        let legacy = world.legacy
        let policies = Set(legacy.connected(to: number).map(\.policy))
        return !legacy.log[legacy.index(after: beginning)...].contains { transaction in
            transaction.changes.contains { change in
                [change.before, change.after].contains {
                    $0.map { policies.contains($0.key.policy) } ?? false
                }
            }
        }
    }

    /// Whether a difference is of a policy that Banyan wrote into legacy, of which it tells the service
    /// nothing: here nobody has told it before, either.
    private func isOwn(_ one: Discrepancy) -> Bool {
        let legacy = world.legacy
        let keys = legacy.keys.filter { $0.policy >= SimulatedApplication.ownPolicies }
        let rows = keys.flatMap { key in
            [key] + legacy.history(of: key).compactMap { $0.row?.primaryKey(key) }
        }
        let names = Set(rows.map(\.encoded.display))
        if names.contains(one.legacyKey ?? one.key) { return true }
        // Of a part the contract that it belongs to.
        return world.shape.isJoined
            && world.database.images(of: "contract").contains { row in
                one.key.split(separator: "/").first.map(String.init) == Key(bytes: row[0]).display
                    && Mapping.numbers[row[1]].map { $0 >= SimulatedApplication.ownPolicies } ?? false
            }
    }

    /// Whether a pass has said that it does not judge what was befallen.
    private func isUnjudged(_ effect: Corruption.Effect, in report: EqualityReport) -> Bool {
        let unjudged = Set((report.unjudged[effect.of] ?? []).map(\.key))
        if unjudged.contains(effect.key) || report.spared[effect.of]?.contains(effect.key) ?? false {
            return true
        }
        guard let number = effect.number else { return false }
        // Legacy knows a contract by its policy's number, or by the rows that had that number.
        let policy = LegacyKey(table: .policy, policy: number)
        let rows = world.legacy.history(of: policy).compactMap { $0.row?.primaryKey(policy) }
        return (rows + [policy]).contains { unjudged.contains($0.encoded.display) }
    }
}
