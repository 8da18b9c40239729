import Model
import Plan
import Translate

/// What the present mapping makes of the rows that the store knows of a record.
struct MappedRecord {
    /// What it makes, in words.
    let words: String
    private let row: [Int: OwnedCell]

    init(context: CheckedContext, aggregate: CheckedAggregate, sources: AggregateSources?) {
        guard let sources else {
            words = "not computed: one row alone makes it, and no copy of that is kept"
            row = [:]
            return
        }
        let translator = AggregateTranslator(context: context, aggregate: aggregate)
        var set = translator.makeSet()
        translator.translate(sources, into: &set)
        var row: [Int: OwnedCell] = [:]
        switch set.items.first?.outcome {
        case .row:
            words = "an aggregate"
            if let place = set.items.first?.row {
                for (column, cell) in zip(translator.columns, set.rows.cells(of: place)) {
                    row[column] = cell
                }
            }
        case .pending(let alias): words = "nothing yet: its row of \(alias) has not arrived"
        case .failed(let failure): words = "nothing: \(failure.reason): \(failure.message)"
        case .excluded, nil: words = "nothing: the root row is gone, or `when` leaves it out"
        }
        self.row = row
    }

    /// Whether it becomes an aggregate.
    var isRow: Bool { !row.isEmpty }

    /// The value of a column of the service's table; nil when the mapping gives none.
    func value(of column: Int) -> OwnedCell? { row[column] }
}
