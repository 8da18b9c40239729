import Model
import Translate

extension AggregateApplier {
    /// Gives rows that lack values which their source did not send (large ones that an update left alone) the
    /// values that the service's rows have.
    ///
    /// A field is missing only where it reads nothing but columns that were not sent, which therefore did not
    /// change; and it is taken from the service only where every change of the step left the row its key, so
    /// that the service's row is this row's earlier state. Every other row cannot be translated.
    func completeUnsent(_ step: AggregateStep, _ set: inout TranslationSet) throws {
        let lacking = set.items.indices.filter { set.items[$0].unsent != nil }
        let known = lacking.filter { item in
            step.previous[item] != nil && step.roots.isContinuous(at: step.active[item])
        }
        var keys = RowBuffer(columns: access.key.count)
        for item in known { keys.append(step.previous[item]?.serviceKey.bytes ?? []) }
        let found = known.isEmpty ? nil : try store.fetch(keys, by: access.key, access)
        var whole: [Int: ArraySlice<UInt8>] = [:]
        for (place, item) in known.enumerated() {
            guard let row = set.items[item].row, let held = found?.groups[place].first, let rows = found?.rows
            else { continue }
            whole[row] = RowImage.completed(set.rows[row], from: rows[held], columns: access.columns.count)
        }
        for item in lacking {
            if let row = set.items[item].row, whole[row] == nil, let unsent = set.items[item].unsent {
                set.items[item].outcome = .failed(unsent)
                set.items[item].row = nil
            }
            set.items[item].unsent = nil
        }
        var rows = RowBuffer(columns: set.rows.columns)
        for row in 0..<set.rows.count { rows.append(whole[row] ?? set.rows[row]) }
        set.rows = rows
    }
}
