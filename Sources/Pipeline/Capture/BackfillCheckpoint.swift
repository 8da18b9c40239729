/// How far the history of each table has been placed in the log.
public struct BackfillCheckpoint: Sendable, Hashable, Codable {
    /// One table.
    public struct Table: Sendable, Hashable, Codable {
        /// The table's name.
        public var name: String
        /// Chunks placed; the number of the next one.
        public var chunks = 0
        /// Rows placed.
        public var rows = 0
        /// The last key placed, in hex; nil before the first.
        public var after: String?
        /// Whether the table has been read to its end.
        public var isDone = false

        /// A table of which nothing has been read.
        public init(name: String) {
            self.name = name
        }
    }

    /// The tables in the order in which they are read.
    public var tables: [Table]

    /// Collects tables.
    public init(tables: [Table]) {
        self.tables = tables
    }
}
