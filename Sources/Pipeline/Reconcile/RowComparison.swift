import Model
import Plan

/// Compares rows as the mapping demands them with those that a store holds, field by field, each by its rule.
struct RowComparison {
    private let columns: [ColumnSchema]
    private let tolerances: [FieldTolerance]

    /// - Parameters:
    ///   - columns: What rows hold, in order.
    ///   - rules: The rules of columns that are not compared exactly, by their place in a row.
    init(columns: [ColumnSchema], rules: [Int: CheckedTolerance] = [:]) {
        self.columns = columns
        tolerances = columns.indices.map { FieldTolerance(rule: rules[$0] ?? .exact) }
    }

    /// The fields in which two rows differ more than their rules allow, and how many differ less.
    ///
    /// - Parameter prefix: What stands before the columns' names.
    func differences(
        _ wanted: ArraySlice<UInt8>, _ held: ArraySlice<UInt8>, prefix: String = ""
    ) -> (fields: [FieldDifference], tolerated: Int) {
        let (left, right) = (values(wanted), values(held))
        guard left.count == columns.count, right.count == columns.count else {
            // A damaged row equals nothing.
            return ([FieldDifference(field: prefix + "*", legacy: nil, service: nil)], 0)
        }
        var (fields, tolerated): ([FieldDifference], Int) = ([], 0)
        for (place, column) in columns.enumerated() {
            let (mine, theirs) = (left[place], right[place])
            if canonical(mine, column) == canonical(theirs, column) { continue }
            let cells = (OwnedCell.read(Array(mine)).first, OwnedCell.read(Array(theirs)).first)
            if let first = cells.0, let second = cells.1, tolerances[place].allows(first, second) {
                tolerated += 1
            } else {
                fields.append(
                    FieldDifference(
                        field: prefix + column.name, legacy: cells.0?.text, service: cells.1?.text))
            }
        }
        return (fields, tolerated)
    }

    /// A row as JSON, for one that the other side lacks.
    func text(_ row: ArraySlice<UInt8>) -> String {
        RowJSON.object(names: columns.map(\.name), row: Array(row))
    }

    /// The values at some places of a row in canonical form: what tells rows of two systems apart.
    func key(_ row: ArraySlice<UInt8>, _ places: [Int]) -> Key {
        let values = values(row)
        guard values.count == columns.count else { return Key(bytes: []) }
        return Key(bytes: places.flatMap { canonical(values[$0], columns[$0]) })
    }

    private func canonical(_ value: ArraySlice<UInt8>, _ column: ColumnSchema) -> [UInt8] {
        var bytes: [UInt8] = []
        CanonicalRow.append(value, columns: [column], to: &bytes)
        return bytes
    }

    /// The bytes of each value of a row; fewer than there are columns when they are damaged.
    private func values(_ row: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        unsafe row.withUnsafeBytes { bytes in
            var (values, offset): ([ArraySlice<UInt8>], Int) = ([], 0)
            while values.count < columns.count, let end = unsafe RowOffsets.skip(bytes, at: offset) {
                values.append(row[row.startIndex + offset..<row.startIndex + end])
                offset = end
            }
            return values
        }
    }
}
