public import ChangeLog
import Model
import Plan

extension ContextApplier {
    /// Learns from the log which roots came into being while history was being read: a restart forgets it,
    /// and their events would be left out.
    ///
    /// Reads nothing once the history of every aggregate that needs it is complete. What retention has taken
    /// from the log stays unknown: then events are left out, and none is wrong.
    ///
    /// - Parameter log: A reader that nobody else uses at the moment.
    public func recallBirths(from log: any LogReader) throws {
        let wanted = aggregates.filter { $0.needsBirths && !history.holds($0.tables) }
        guard !wanted.isEmpty, let end = try ledger()?.offset else { return }
        do {
            let start = try newestRestart(of: shapes.byName.keys, in: log, through: end)
            try forEachPortion(of: log, after: start, through: end) { portion in
                // What a large transaction brought into being stays unknown, too.
                guard case .records(let records) = portion else { return }
                let ready = try shapes.conforming(records)
                for group in ChangeGroup.cut(ready, context: context.name, keepsBoundaries: true)
                where !group.isHistorical {
                    for aggregate in wanted { aggregate.recallBirths(in: group) }
                }
            }
        } catch let error as TargetError where error.code == .schemaChanged {
            // The log holds what was passed over, and its history is read anew behind it.
            return
        } catch let error as LogError where error.code == .trimmed {
            // The log no longer begins where the migration did: less is known than was.
            return
        }
    }
}
