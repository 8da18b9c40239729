/// Finds where commits end by reading the write-ahead log.
struct WALBoundaries: SQLiteBoundaries {
    init(path: String) {}
    mutating func start(after seq: Int64, nonce: Int64, root: Int64) {}
    mutating func refresh() throws {}
    mutating func ends(after start: Int64, through end: Int64) -> [SQLiteCommitEnd] { [] }
}
