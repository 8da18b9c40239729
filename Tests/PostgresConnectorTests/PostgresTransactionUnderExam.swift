import PostgreSQL
import TestKit

/// A transaction that one of the application's connections has open.
final class PostgresTransactionUnderExam: SourceTransactionUnderExam {
    private let connection: PostgresConnection
    private let ended: () -> Void

    init(_ connection: PostgresConnection, ended: @escaping () -> Void) {
        self.connection = connection
        self.ended = ended
    }

    func commit() throws {
        try connection.execute("COMMIT")
        ended()
    }

    func rollBack() throws {
        try connection.execute("ROLLBACK")
        ended()
    }
}
