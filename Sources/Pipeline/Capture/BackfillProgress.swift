/// How far a table's history has been read, how fast, and when it will be done.
public struct BackfillProgress: Sendable, Hashable, Codable {
    /// The table.
    public var table: String
    /// Rows placed in the log.
    public var rowsDone: Int
    /// Rows the table is thought to have; nil when it was not asked yet.
    public var rowsEstimated: Int?
    /// Whether the table has been read to its end.
    public var isDone: Bool
    /// Rows a second, smoothed; 0 before the first measurement.
    public private(set) var rowsPerSecond: Double = 0

    /// How long a measurement counts: older ones fade with this time constant.
    private static let memorySeconds = 10.0

    /// Progress of a table.
    public init(table: String, rowsDone: Int = 0, rowsEstimated: Int? = nil, isDone: Bool = false) {
        self.table = table
        self.rowsDone = rowsDone
        self.rowsEstimated = rowsEstimated
        self.isDone = isDone
    }

    /// Notes that `rows` more were placed in the `elapsed` time since the last note.
    public mutating func advance(by rows: Int, in elapsed: Duration) {
        rowsDone += rows
        let seconds = elapsed / .seconds(1)
        guard seconds > 0 else { return }
        let rate = Double(rows) / seconds
        // An exponential average over time, not over notes: many small notes weigh as much as one large.
        let weight = rowsPerSecond == 0 ? 1 : seconds / (seconds + Self.memorySeconds)
        rowsPerSecond += (rate - rowsPerSecond) * weight
    }

    /// The time left at the present rate; zero when done, nil when nobody can tell.
    public var remaining: Duration? {
        if isDone { return .zero }
        guard let rowsEstimated, rowsPerSecond > 0 else { return nil }
        return .seconds(Double(max(0, rowsEstimated - rowsDone)) / rowsPerSecond)
    }
}
