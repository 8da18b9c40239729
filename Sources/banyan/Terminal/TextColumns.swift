/// Rows of a few columns, set under each other.
struct TextColumns {
    private var rows: [[String]] = []
    private let right: Set<Int>

    /// Columns; those whose index is in `right` hold numbers.
    init(right: Set<Int> = []) {
        self.right = right
    }

    /// Whether there is no row.
    var isEmpty: Bool { rows.isEmpty }

    /// Adds a row; what comes from a database must be escaped already.
    mutating func add(_ cells: String...) { rows.append(cells) }

    /// Adds a row; what comes from a database must be escaped already.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The rows, each indented and ending with a line break.
    func text(indent: String = "") -> String {
        let count = rows.map(\.count).max() ?? 0
        let widths = (0..<count).map { column in
            rows.compactMap { column < $0.count ? $0[column].count : nil }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { index, cell in
                right.contains(index)
                    ? cell.padded(to: widths[index], right: true)
                    : index == row.count - 1 ? cell : cell.padded(to: widths[index])
            }
            return indent + cells.joined(separator: "  ") + "\n"
        }.joined()
    }
}
