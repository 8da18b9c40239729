import Capture
import Foundation
import PostgreSQL

/// What capture has installed in a database, as found at one moment.
public struct PostgresInstallation: Sendable {
    /// What the publication's comment says.
    struct Mark: Codable, Sendable {
        /// The format of this comment.
        var format = Self.present
        /// Tells this installation from every other.
        var nonce: String
        /// The migration and system for which it was made; nil when nobody said.
        var owner: String?
        /// The tables when they were last looked at.
        var vigil: PostgresVigil
        /// Whether the slot is dropped because it keeps more than it may; nil for no.
        var isReleased: Bool?

        /// The format that this build reads and writes.
        static let present = 2

        func encoded() throws -> String {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// What every format of the comment says of itself.
    private struct Format: Decodable {
        var format: Int
        var owner: String?
    }

    /// The name of the publication and of the slot.
    public var name: String
    /// Tells this installation from every other; a slot that is made again gets another one.
    public var nonce: String
    /// The migration and system for which it was made; nil when nobody said.
    var owner: String?
    /// The captured tables as plans spell them, in the order of their names; partitioned ones without their
    /// partitions.
    public var tables: [String]
    /// Everything in the server that is the installation's.
    public var objects: [String]
    /// The slot; nil when it is missing.
    var slot: PostgresSlot?
    /// The tables when they were last looked at.
    var vigil: PostgresVigil
    /// Whether the slot was dropped because it kept more than it may.
    var isReleased: Bool

    /// Whether a publication of this name is there, whatever has become of it since it was made.
    ///
    /// - Throws: `tampered` when it is none of Banyan's, `unsupported` when it is that of another migration.
    static func isOurs(_ name: String, of owner: String?, _ connection: PostgresConnection) throws -> Bool {
        let found = try connection.query(
            """
            SELECT pg_catalog.obj_description(oid, 'pg_publication') FROM pg_catalog.pg_publication
            WHERE pubname = $1
            """, [name])
        if found.count == 0 { return false }
        do {
            let mark = try Self.mark(found)
            if let obstacle = stranger(name, of: mark.owner, for: owner) {
                throw CaptureError(.unsupported, obstacle.message, hint: obstacle.remedy)
            }
            return true
        } catch is DecodingError {
            throw foreign(name)
        }
    }

    /// Reads an installation; nil when there is no publication of this name.
    ///
    /// - Throws: `tampered` when the publication is none of Banyan's, or publishes less than everything.
    init?(reading connection: PostgresConnection, named name: String) throws {
        let found = try connection.query(
            """
            SELECT pg_catalog.obj_description(oid, 'pg_publication'),
                pubviaroot AND pubinsert AND pubupdate AND pubdelete AND pubtruncate AND NOT puballtables
            FROM pg_catalog.pg_publication WHERE pubname = $1
            """, [name])
        guard found.count == 1 else { return nil }
        guard let comment = found.text(0, 0) else { throw Self.foreign(name) }
        let mark: Mark
        do {
            let format = try JSONDecoder().decode(Format.self, from: Data(comment.utf8)).format
            guard format == Mark.present else {
                throw CaptureError(
                    .unsupported,
                    "the publication \(name) has format \(format), this build knows \(Mark.present)",
                    hint:
                        "use the version that installed it, or uninstall, install again and read history again"
                )
            }
            mark = try JSONDecoder().decode(Mark.self, from: Data(comment.utf8))
        } catch is DecodingError {
            throw Self.foreign(name)
        }
        guard found.isTrue(0, 1) else {
            throw CaptureError(
                .tampered, "the publication \(name) does not publish every change any more",
                hint: "changes made meanwhile were not seen: uninstall, install again and read history again")
        }
        self.name = name
        (nonce, owner) = (mark.nonce, mark.owner)
        (vigil, isReleased) = (mark.vigil, mark.isReleased ?? false)
        let members = try connection.query(
            "SELECT schemaname, tablename FROM pg_catalog.pg_publication_tables WHERE pubname = $1", [name])
        tables = (0..<members.count).map { row in
            PostgresTableName(schema: members.text(row, 0) ?? "", name: members.text(row, 1) ?? "").spelled
        }.sorted()
        slot = try PostgresSlot(reading: connection, named: name)
        objects = ["publication \(name)"] + (slot?.isHere ?? false ? ["slot \(name)"] : [])
    }

    /// For whom a publication was made; nil where nobody says.
    static func owner(of name: String, _ connection: PostgresConnection) throws -> String? {
        let found = try connection.query(
            """
            SELECT pg_catalog.obj_description(oid, 'pg_publication') FROM pg_catalog.pg_publication
            WHERE pubname = $1
            """, [name])
        // A comment that is none of ours is met when the installation is read.
        return found.count == 0 ? nil : (try? mark(found))?.owner
    }

    private static func mark(_ found: PostgresResult) throws -> Format {
        try JSONDecoder().decode(Format.self, from: Data((found.text(0, 0) ?? "").utf8))
    }

    /// What stands in the way when a publication was made for another migration whose name comes to the same
    /// one in a server; nil when it was not.
    static func stranger(_ name: String, of owner: String?, for wanted: String?) -> PostgresObstacle? {
        guard let owner, let wanted, owner != wanted else { return nil }
        return PostgresObstacle(
            message: "the publication \(name) belongs to \(owner), and \(wanted) would be called the same",
            remedy: "give one of the two migrations or systems another name: only letters and digits tell "
                + "them apart in a server")
    }

    private static func foreign(_ name: String) -> CaptureError {
        CaptureError(
            .tampered, "the publication \(name) does not carry Banyan's mark",
            hint: "somebody else made it, or removed its comment: drop it, install again and read history "
                + "again")
    }
}
