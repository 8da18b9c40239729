import ChangeLog
import Guards

/// Reads from the log what is applied next. While the target is busy with one portion, the one behind it is
/// read and prepared on a second thread, when there is one.
final class PortionReader {
    /// What is applied in one transaction of the target.
    enum Portion {
        case records(PreparedRecords)
        case large(LargeTransaction)
    }

    /// The log. Behind `begin` it belongs to the second thread, until `next` or `advance` has been called.
    let log: any LogReader
    private let preparation: RecordPreparation
    private let second: (any SecondThread)?
    private let limits: ApplyLimits
    private let isStopping: () -> Bool
    /// What has been read past what was handed over.
    private var assembly: RecordAssembly
    /// What was prepared ahead, and the record that stands before it.
    private var ahead: (after: LogOffset, portion: Portion)?

    /// A reader of what one worker applies.
    ///
    /// - Parameters:
    ///   - log: A reader of the log that nobody else uses.
    ///   - preparation: Prepares what was read; nobody else uses it.
    ///   - second: The thread that works ahead; nil when none does.
    ///   - limits: How much is taken at a time.
    ///   - isStopping: Asked between reads whether to give up.
    init(
        _ log: any LogReader, preparation: RecordPreparation, second: (any SecondThread)?,
        limits: ApplyLimits,
        isStopping: @escaping () -> Bool
    ) {
        self.log = log
        self.preparation = preparation
        self.second = second
        self.limits = limits
        self.isStopping = isStopping
        assembly = RecordAssembly(most: limits.held)
    }

    /// The last record that was looked at.
    var last: LogOffset { assembly.last }

    /// What is applied next; nil when the log holds no transaction's end yet.
    ///
    /// - Parameters:
    ///   - offset: The last record that is applied.
    ///   - bytes: How much to take.
    func next(after offset: LogOffset, bytes: Int) throws -> Portion? {
        second?.join()
        let prepared = ahead
        ahead = nil
        if let prepared, prepared.after == offset || !Guard.preparedFollowsLedger.holds {
            return prepared.portion
        }
        // What was read of an unfinished transaction is not read again each time.
        if assembly.handedOver != offset { assembly = RecordAssembly(after: offset, most: limits.held) }
        try fill(bytes)
        return try take(isAhead: false)
    }

    /// Begins to prepare what stands behind a portion that is about to be applied, if that is large enough
    /// for more to be there.
    ///
    /// What is then found to be little is only read, and not handed over by itself: more will have come when
    /// its turn has.
    ///
    /// - Parameters:
    ///   - prepared: The portion.
    ///   - bytes: How much to take.
    func begin(behind prepared: PreparedRecords, bytes: Int) {
        guard let second, let end = prepared.records.last?.offset, end == assembly.handedOver,
            prepared.bytes >= limits.ahead
        else { return }
        second.start { [self] in
            // What cannot be read or prepared now is tried again in its turn, and said then.
            guard (try? fill(bytes)) != nil, !assembly.takesMore || assembly.readyBytes >= limits.ahead,
                let portion = try? take(isAhead: true)
            else { return }
            ahead = (end, portion)
        }
    }

    /// Declares that nothing up to and with a record is needed any more.
    func advance(to offset: LogOffset) throws {
        second?.join()
        try log.advance(to: offset)
    }

    /// Reads until there is something to hand over, at least once.
    private func fill(_ bytes: Int) throws {
        while assembly.takesMore, !isStopping() {
            let records = try log.records(after: assembly.last, byteLimit: bytes)
            for record in records where assembly.takesMore { assembly.add(record) }
            if records.isEmpty || assembly.isReady { return }
        }
    }

    private func take(isAhead: Bool) throws -> Portion? {
        switch assembly.take() {
        case .records(let records): return .records(try preparation.prepare(records, isAhead: isAhead))
        case .large(let large): return .large(large)
        case nil: return nil
        }
    }
}
