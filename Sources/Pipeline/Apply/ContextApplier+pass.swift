public import ChangeLog
import Model
import Plan

extension ContextApplier {
    /// Passes over what cannot be applied, to where the log says that the history of every table that the
    /// context reads is read anew: what stands between is in that history, as far as it still holds. Its
    /// events are not told.
    ///
    /// Takes the stream over where there is something to pass over.
    ///
    /// - Parameter log: A reader that nobody else uses at the moment.
    /// - Returns: Whether anything was passed over.
    public func passToRestart(in log: any LogReader) throws -> Bool {
        guard let entry = try ledger(), let place = try restart(in: log, after: entry.offset) else {
            return false
        }
        let claimed = try open()
        var next = claimed
        next.offset = place
        try transaction(from: claimed, to: next) {}
        return true
    }

    /// What stands right before the first record that says so, behind one that cannot be applied; nil when
    /// there is no such place.
    private func restart(in log: any LogReader, after start: LogOffset) throws -> LogOffset? {
        var last = start
        var isRefused = false
        var place: LogOffset?
        var anew: Set<String> = []
        while true {
            let records = try log.records(after: last, byteLimit: 4 << 20)
            if records.isEmpty { return nil }
            for record in records {
                defer { last = record.offset }
                guard let chunk = record.batch.chunk, chunk.isRestart, chunk.belongs(to: context.name) else {
                    (place, anew) = (nil, [])
                    if !isRefused { isRefused = try !conforms(record) }
                    continue
                }
                place = place ?? last
                anew.insert(chunk.table)
                if isRefused, anew.isSuperset(of: shapesRead.keys) { return place }
            }
        }
    }

    private func conforms(_ record: LogRecord) throws -> Bool {
        do {
            _ = try conforming([record])
            return true
        } catch let error as TargetError where error.code == .schemaChanged {
            return false
        }
    }
}
