import Model
import Plan

/// How the child rows of one part are filled.
final class PartMapper {
    let name: String
    /// The alias whose rows become child rows.
    let of: Int
    /// Aliases that join to each of those rows.
    let companions: [Int]
    private let when: ExpressionStep?
    private let steps: [FieldStep?]
    /// For each column, its place in the aggregate's key when it holds part of that.
    private let parentPlaces: [Int?]

    init(_ part: CheckedPart, columns: [Int], uses: [Int], reads: [ReadBinding]) {
        name = part.name
        of = part.of
        companions = uses.filter { reads[$0].joins == part.of }
        when = part.when.map { ExpressionStep($0, of: "when") }
        steps = FieldStep.steps(for: columns, fields: part.fields, table: part.table, reads: reads)
        parentPlaces = columns.map { part.parent.firstIndex(of: $0) }
    }

    /// Appends the child row that the bound rows make, unless `when` says that they make none.
    func append(
        _ serviceKey: Key, _ mapper: RowMapper, to rows: inout RowBuffer
    ) throws(TranslationFailure) {
        guard try mapper.holds(when) else { return }
        rows.beginRow()
        for (step, place) in zip(steps, parentPlaces) {
            if let place {
                serviceKey.appendValue(place, to: &rows.bytes)
            } else if let step {
                try mapper.append(step, to: &rows.bytes)
            }
        }
    }
}
