import SQLite
import TestKit

/// The one transaction that an application's connection has open.
final class SQLiteTransactionUnderExam: SourceTransactionUnderExam {
    private let app: SQLiteConnection

    init(_ app: SQLiteConnection) {
        self.app = app
    }

    func commit() throws { try app.execute("COMMIT") }

    func rollBack() throws { try app.execute("ROLLBACK") }
}
