public import ChangeLog
import Model
import Plan

extension ContextApplier {
    /// Passes over records of which one cannot be applied, or is gone, to where the log says that the history
    /// of every table that the context reads is read anew: what stands between is in that history, as far as
    /// it still holds. Its events are not told.
    ///
    /// Takes the stream over where there is something to pass over.
    ///
    /// - Parameters:
    ///   - restart: The first record that says so.
    ///   - log: A reader that nobody else uses at the moment.
    ///   - isStopping: Asked now and then whether to give up.
    /// - Returns: Whether anything was passed over.
    public func pass(
        to restart: LogOffset, in log: any LogReader, isStopping: () -> Bool = { false }
    ) throws -> Bool {
        let place = LogOffset(restart.value - 1)
        let start = try ledger()?.offset ?? .start
        guard start < place, try isWholeRestart(after: place, in: log),
            try !conforms(log, after: start, through: place, isStopping)
        else { return false }
        let claimed = try open()
        // Whoever had the stream until now may have gone on meanwhile.
        guard claimed.offset == start else { return false }
        var next = claimed
        next.offset = place
        try transaction(from: claimed, to: next) {}
        return true
    }

    /// Whether the history of all tables that the context reads begins anew behind a record.
    private func isWholeRestart(after place: LogOffset, in log: any LogReader) throws -> Bool {
        var anew: Set<String> = []
        var last = place
        while true {
            let records = try log.records(after: last, byteLimit: 1 << 20)
            for record in records {
                guard let chunk = record.batch.chunk, chunk.isRestart else {
                    return anew.isSuperset(of: shapes.byName.keys)
                }
                if chunk.belongs(to: context.name) { anew.insert(chunk.table) }
            }
            guard let end = records.last?.offset else { return anew.isSuperset(of: shapes.byName.keys) }
            last = end
        }
    }

    /// Whether every record up to a place is there and can be applied; true, too, when it is given up.
    private func conforms(
        _ log: any LogReader, after start: LogOffset, through end: LogOffset, _ isStopping: () -> Bool
    ) throws -> Bool {
        var last = start
        do {
            while last < end, !isStopping() {
                let records = try log.records(after: last, byteLimit: 4 << 20)
                guard let read = records.last?.offset else { break }
                _ = try shapes.conforming(records.filter { $0.offset <= end })
                last = read
            }
            return true
        } catch let error as TargetError where error.code == .schemaChanged {
            return false
        } catch let error as LogError where error.code == .trimmed {
            return false
        }
    }
}
