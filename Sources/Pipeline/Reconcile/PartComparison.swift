import Apply
import Model
import Plan

/// Compares one kind of an aggregate's parts: which are missing, which are more, which differ.
struct PartComparison {
    private let name: String
    /// Where the part's own key stands in a row.
    private let keyPlaces: [Int]
    private let rows: RowComparison

    init(_ part: CheckedPart, _ access: TableAccess) {
        name = part.name
        keyPlaces = part.key.compactMap { access.columns.firstIndex(of: $0) }
        rows = RowComparison(columns: access.columns.map { access.table.columns[$0] })
    }

    /// The differences between the parts that are demanded of an aggregate and those that a store holds.
    ///
    /// Parts are told apart by their keys; of several under one key the first ones are compared with each
    /// other.
    func differences(
        _ wanted: RowBuffer, _ demanded: Range<Int>, _ held: RowBuffer, _ found: Range<Int>
    ) -> [FieldDifference] {
        var (left, right) = (byKey(wanted, demanded), byKey(held, found))
        var fields: [FieldDifference] = []
        for key in Set(left.keys).union(right.keys).sorted() {
            let (mine, theirs) = (left.removeValue(forKey: key) ?? [], right.removeValue(forKey: key) ?? [])
            let label = "\(name)[\(key.display)]"
            for (first, second) in zip(mine, theirs) {
                fields += rows.differences(wanted[first], held[second], prefix: label + ".").fields
            }
            fields += mine.dropFirst(theirs.count).map {
                FieldDifference(field: label, legacy: rows.text(wanted[$0]), service: nil)
            }
            fields += theirs.dropFirst(mine.count).map {
                FieldDifference(field: label, legacy: nil, service: rows.text(held[$0]))
            }
        }
        return fields
    }

    private func byKey(_ buffer: RowBuffer, _ range: Range<Int>) -> [Key: [Int]] {
        Dictionary(grouping: range) { rows.key(buffer[$0], keyPlaces) }
    }
}
