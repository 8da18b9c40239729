import Capture
import PostgreSQL

/// What a server says of itself over the replication protocol.
struct PostgresSystem: Hashable {
    /// The number that a server was made with, and that its copies share.
    var id: String
    /// The line of its history, which every recovery from a backup leaves.
    var timeline: String
    /// How far its log is on disk.
    var end: LogLocation

    init(_ connection: PostgresConnection) throws {
        let found = try connection.command("IDENTIFY_SYSTEM")
        guard found.count == 1, let end = LogLocation(found.text(0, 2)) else {
            throw CaptureError(
                .failed, "the server does not identify itself",
                hint: "check that the address is that of a PostgreSQL server, not of a pooler")
        }
        id = found.text(0, 0) ?? ""
        timeline = found.text(0, 1) ?? ""
        self.end = end
    }
}
