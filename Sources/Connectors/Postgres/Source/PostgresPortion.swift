/// How many rows are asked of the server at a time: they all lie in memory then, however large they are.
struct PostgresPortion {
    /// The number of rows: a power of four, so that there are few statements to prepare.
    private(set) var rows = 16

    /// What the rows of one answer may take together, about. How large the next ones are nobody knows; they
    /// are taken to be like the last ones, and four times as many at the most.
    static let bytesMax = 1 << 20
    /// More than these save nothing.
    static let rowsMax = 1_024

    /// Hears what the rows that were asked for took.
    mutating func took(bytes: Int) {
        if bytes <= Self.bytesMax / 4 {
            rows = min(rows * 4, Self.rowsMax)
        } else {
            var share = bytes
            while rows > 1, share > Self.bytesMax {
                rows /= 4
                share /= 4
            }
        }
    }
}
