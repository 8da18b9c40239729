import Foundation
import PostgreSQL
import TestKit
import Testing

/// Databases that keep their texts in something else than UTF-8.
@Suite struct PostgresEncodingTests {
    private static let table = "CREATE TABLE note (id int PRIMARY KEY, body text)"
    /// Everything arrives that is a text on both sides, as the same text; what is none is set aside alone.
    @Test(arguments: [
        ("LATIN1", "UTF8", "53747261df65", ["1 Straße", "2 plain"], 0),
        ("UTF8", "LATIN1", "f09f8cb3", ["2 plain"], 2),
        ("SQL_ASCII", "UTF8", "53747261df65", ["2 plain"], 2),
        ("SQL_ASCII", "UTF8", "53747261c39f65", ["1 Straße", "2 plain"], 0),
    ])
    func textsArriveAsTheSameTextsOrAreSetAside(
        from: String, into: String, hex: String, expected: [String], aside: Int
    ) throws {
        let sample = try SampleMigration()
        let legacy = try PostgresServer.makeDatabase(Self.table, encoding: from)
        let service = try PostgresServer.makeDatabase(Self.table, encoding: into)
        let number = legacy.address.filter(\.isNumber)
        try sample.write(
            PostgresPlan.text("notes-\(number)", from: "note", into: "note", fields: ["body: t.body"]),
            to: "notes.yaml")
        let variables = ["LEGACY_URL": legacy.address, "SERVICE_URL": service.address]
        func insert(_ id: Int) throws {
            try legacy.app.execute(
                """
                INSERT INTO note VALUES (\(id), convert_from('\\x\(hex)'::bytea, '\(from)')),
                    (\(id + 1), 'plain')
                """)
        }
        func run() throws {
            let done = try sample.banyan.start(
                ["run", "notes.yaml", "--until", "caught-up"], environment: variables
            ).end(within: .seconds(180))
            #expect(done.status == 0, "\(done.errors)")
        }
        func held() throws -> [String] {
            let reader = try service.connect()
            return try reader.query("SELECT id % 10 || ' ' || body FROM note ORDER BY id").texts(0)
        }
        try insert(1)
        try run()
        #expect(try held() == expected)
        // And as changes.
        try insert(11)
        try run()
        #expect(try held() == expected + expected)
        let quarantine = try service.app.query("SELECT count(*) FROM banyan.banyan_quarantine")
        #expect(quarantine.integer(0, 0) == Int64(aside))
        #expect(try sample.banyan("uninstall", "notes.yaml", environment: variables).status == 0)
    }
}
