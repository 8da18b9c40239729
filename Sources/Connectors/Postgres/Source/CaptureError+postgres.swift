import Capture
import PostgreSQL

extension CaptureError {
    /// Runs `body`, turning the server's errors and damaged messages into capture errors.
    static func mapping<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as PostgresError {
            throw CaptureError(error)
        } catch let fault as PgoutputFault {
            throw CaptureError(
                .failed, "the replication stream cannot be read: \(fault)",
                hint: "report this with the server's version")
        }
    }

    /// What a failure of the server means for capture.
    init(_ error: PostgresError) {
        if error.isRefusedAtTheDoor {
            self.init(
                .unavailable, error.description,
                hint:
                    "check the address, the role and its password; an engine that runs tries again by itself")
            return
        }
        // A slot that is in use, and a database that somebody is just making or dropping.
        if error.recovery == .retry || error.sqlState == "55006" {
            self.init(
                .unavailable, error.description,
                hint: "tried again by itself; look at the server's log and for long transactions")
        } else {
            self.init(
                .failed, error.description,
                hint: "check the server, the role's privileges and what is installed in the database")
        }
    }
}
