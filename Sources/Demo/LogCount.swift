package import ChangeLog
import Model

/// What the log of captured changes holds, counted record by record.
package struct LogCount: Sendable {
    /// Live transactions; neighbours that could not be told apart count as one.
    package private(set) var transactions = 0
    /// Live row changes.
    package private(set) var changes = 0
    /// Rows of history.
    package private(set) var historicalRows = 0
    /// The last record.
    package private(set) var end = LogOffset.start

    /// Counts a log, or its beginning, without holding anything back.
    package init(path: String, through last: LogOffset? = nil) throws {
        let reader = try EmbeddedLog(path: path).observer()
        var offset = LogOffset.start
        var isInside = false
        while true {
            let records = try reader.records(after: offset, byteLimit: 4 << 20)
            if records.isEmpty { return }
            for record in records {
                if let last, record.offset > last { return }
                end = record.offset
                if record.batch.isHistorical {
                    historicalRows += record.batch.changes.count
                } else {
                    changes += record.batch.changes.count
                    // A large transaction goes on in the next record.
                    transactions += record.batch.transactions.count - (isInside ? 1 : 0)
                    isInside = record.batch.continues
                }
            }
            offset = end
        }
    }
}
