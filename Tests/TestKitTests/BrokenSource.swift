import Capture
import Model
import TestKit

/// A source with one fault.
final class BrokenSource: ChangeSource {
    private let inner: any ChangeSource
    private let legacy: BrokenLegacy
    private let instance: Int
    private var batches = 0
    private var hasEnded = false
    private var joined = 0
    /// Changes of the next batch that are not returned.
    private var skipped = 0
    /// What is shown as the resume point in the place of the true one.
    private var shown: ResumePoint?

    init(_ inner: any ChangeSource, _ legacy: BrokenLegacy, instance: Int) {
        self.inner = inner
        self.legacy = legacy
        self.instance = instance
    }

    private var fault: SourceFault? { legacy.fault }
    var identity: SourceIdentity { inner.identity }
    var tables: [TableSchema] { inner.tables }
    var fidelity: TransactionFidelity {
        TransactionFidelity(exact: inner.fidelity.exact - 2 * joined, merged: joined)
    }
    var resumePoint: ResumePoint { shown ?? (fault == .movesByItself ? present : inner.resumePoint) }

    /// A point at the present end.
    private var present: ResumePoint {
        var point = inner.resumePoint
        do { point.position = try inner.currentPosition() } catch { return point }
        return point
    }

    func open(after point: ResumePoint?) throws -> ResumePoint {
        shown = nil
        skipped = 0
        do {
            let opened = try inner.open(after: start(for: point))
            if fault == .readsOnInsideATransaction { skipped = legacy.delivered[opened.position] ?? 0 }
            if let point { shown = point } else { legacy.note(opened) }
            return resumePoint
        } catch let error as CaptureError where isHidden(error) {
            _ = try inner.open(after: nil)
            shown = point
            return resumePoint
        }
    }

    func next(byteLimit: Int) throws -> ChangeBatch? {
        if fault == .endsForGood, hasEnded { return nil }
        guard var batch = try inner.next(byteLimit: limit(byteLimit)) else {
            hasEnded = true
            return nil
        }
        shown = nil
        batches += 1
        if fault == .dropsATransaction, batches == 2, !batch.continues, batch.transactions.count == 1 {
            return try next(byteLimit: byteLimit)
        }
        legacy.delivered[inner.resumePoint.position] = batch.continues ? batch.changes.count : nil
        batch.skip(skipped)
        skipped = 0
        let count = batch.transactions.count
        if let fault { batch.spoil(fault) }
        if fault == .joinsNeighbours { joined += count - batch.transactions.count }
        if fault == .resumesInsideATransaction, batch.continues, let end = batch.endPosition {
            shown = ResumePoint(source: identity, position: end, evidence: inner.resumePoint.evidence)
        } else {
            legacy.note(inner.resumePoint)
        }
        return batch
    }

    func confirm(_ position: Position) throws {
        try inner.confirm(min(position, inner.resumePoint.position))
        if fault == .goesBackToWhatWasConfirmed,
            let point = legacy.points.first(where: { $0.position == position })
        {
            _ = try inner.open(after: point)
        }
        guard fault == .forgetsWhatWasNotConfirmed else { return }
        legacy.inner.forget(through: try inner.currentPosition())
    }

    func currentPosition() throws -> Position { try inner.currentPosition() }

    func backlog() throws -> Int { try inner.backlog() + (fault == .countsTooMuch ? 1 : 0) }

    private func limit(_ byteLimit: Int) -> Int {
        switch fault {
        case .ignoresTheByteLimit: .max
        case .dependsOnTheInstance: max(1, byteLimit / (1 + instance % 2))
        default: byteLimit
        }
    }

    /// Where the stream really starts.
    private func start(for point: ResumePoint?) -> ResumePoint? {
        if fault == .startsAtTheBeginning, point == nil { return legacy.points.first }
        guard fault == .repeatsAfterResuming, let point, let index = legacy.points.firstIndex(of: point),
            index > 2
        else { return point }
        return legacy.points[index - 1]
    }

    private func isHidden(_ error: CaptureError) -> Bool {
        switch fault {
        case .goesOnAfterAGap: error.code == .gap
        case .goesOnInAnotherPast: error.code == .foreign
        default: false
        }
    }
}
