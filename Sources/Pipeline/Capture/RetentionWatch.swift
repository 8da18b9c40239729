import Model

/// Watches what a source keeps for a capture, over all attempts at it: just when attempts fail, it keeps more
/// and more. One owner, one thread.
final class RetentionWatch {
    private let budget: RetentionBudget?
    private let grace: Duration
    private let control: CaptureControl
    private var forecast = RetentionForecast()
    private var lastLook: Duration?
    /// Since when the source has kept more than it may without keeping less, and how much that was.
    private var over: (since: Duration, bytes: Int)?

    /// How often the source is asked.
    private static let every = Duration.seconds(1)

    /// Watches for a capture.
    ///
    /// - Parameters:
    ///   - budget: How much the source may keep; nil for as much as it likes.
    ///   - grace: How long it may keep more, as long as that does not get less: a capture that works off what
    ///     came to be while it stood still goes on.
    ///   - control: Where what is seen is published.
    init(budget: RetentionBudget?, grace: Duration, control: CaptureControl) {
        self.budget = budget
        self.grace = grace
        self.control = control
    }

    /// Whether there is something to watch over while nothing is captured.
    var isStrict: Bool { budget?.action == .release }

    /// Asks the source, when it is time to.
    ///
    /// - Throws: `gap` when the source has kept too much for too long, and was told to forget it.
    func look(at now: Duration, _ open: () throws -> any ChangeSource) throws {
        if let lastLook, now - lastLook < Self.every { return }
        lastLook = now
        let source = try open()
        let kept = try source.retention()
        forecast.note(kept, at: now)
        publish(kept)
        guard let budget, let kept, kept.bytes > budget.bytes else {
            over = nil
            return
        }
        guard let over, kept.bytes >= over.bytes else {
            over = (now, kept.bytes)
            return
        }
        guard budget.action == .release, now - over.since >= grace else { return }
        let reason = try source.release()
        publish(nil)
        self.over = nil
        throw CaptureError(
            .gap,
            "\(source.identity.name) kept \(kept.bytes) bytes of its log for the capture, more than the \(budget.bytes) "
                + "that the plan allows, and was told to forget them",
            hint: (reason.map { "\($0) kept it from forgetting; " } ?? "find out what held the capture up; ")
                + "then read history again, as docs/OPERATING.md says")
    }

    private func publish(_ kept: SourceRetention?) {
        let isOver = budget.map { kept?.bytes ?? 0 > $0.bytes } ?? false
        control.publish { [forecast, budget] in
            $0.retention = kept
            $0.retentionGrowth = kept == nil ? nil : forecast.bytesPerSecond
            $0.retentionFullIn = kept == nil ? nil : forecast.fullIn
            $0.retentionBudget = budget
            $0.retentionBudgetIn =
                kept == nil ? nil : isOver ? .zero : budget.flatMap { forecast.reaches($0.bytes) }
        }
    }
}
