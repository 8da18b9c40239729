import Foundation
import SQLite
import Testing
import Yams

@testable import Insurer

/// The example rows and the checks agree: both were written by hand from what the old system means.
@Suite struct ExampleRowsTests {
    @Test func theChecksExpectWhatTheExamplesShow() throws {
        let document = try #require(try Yams.compose(yaml: ExampleFile.examples.text))
        let examples = try #require(document["examples"]?.sequence)
        #expect(examples.count >= 8)
        for example in examples {
            let says = example["says"]?.string ?? ""
            let connection = try SQLiteConnection(path: ":memory:", access: .create)
            try connection.execute("ATTACH ':memory:' AS legacy; ATTACH ':memory:' AS service")
            try connection.execute(
                ExampleFile.legacy.text.replacing("CREATE TABLE ", with: "CREATE TABLE legacy.")
                    .replacing("CREATE INDEX ", with: "CREATE INDEX legacy."))
            try insert(example["policy"], into: "policy", connection)
            try insert(example["version"], into: "policy_version", connection)
            for approval in example["approvals"]?.sequence ?? [] {
                try insert(approval, into: "approval", connection)
            }
            try connection.execute(ExampleFile.expected.text)
            let becomes = try #require(example["becomes"])
            try expect(becomes, connection, says)
        }
    }

    private func insert(_ row: Node?, into table: String, _ connection: SQLiteConnection) throws {
        guard let pairs = row?.mapping else { return }
        let columns = pairs.compactMap(\.key.string)
        let values = pairs.map { SQLiteValue.optional($0.value.string) }
        let places = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        try connection.run(
            "INSERT INTO legacy.\(table) (\(columns.joined(separator: ", "))) VALUES (\(places))", values)
    }

    private func expect(_ becomes: Node, _ connection: SQLiteConnection, _ says: String) throws {
        let made = try connection.integer("SELECT COUNT(*) FROM temp.expected_endorsement")
        let aside = try connection.string("SELECT why FROM temp.untranslatable")
        #expect(aside == becomes["quarantine"]?.string, "\(says)")
        guard let endorsement = becomes["endorsement"]?.mapping else {
            #expect(made == 0, "\(says)")
            return
        }
        #expect(made == 1, "\(says)")
        let fields = [
            "policy_number", "version_number", "country", "product", "reason", "reason_note", "effective_on",
            "status",
            "premium_impact",
        ]
        let found = try connection.rows(
            """
            SELECT policy_number, CAST(version_number AS TEXT), country, product, reason, reason_note,
                effective_on, status,
                printf('%.2f', impact_cents / 100.0)
            FROM temp.expected_endorsement
            """
        ) { row in fields.indices.map { row.string($0) } }
        #expect(found.first == fields.map { endorsement[Node($0)]?.string }, "\(says)")
        let decisions = try connection.rows(
            """
            SELECT CAST(approval_no AS TEXT), decision, approver, decided_on
                FROM temp.expected_approval ORDER BY 1
            """
        ) { row in (0..<4).map { row.string($0) } }
        let shown = (becomes["approvals"]?.sequence.map(Array.init) ?? []).map { node in
            ["approval_no", "decision", "approver", "decided_on"].map { node[$0]?.string }
        }
        #expect(decisions == shown, "\(says)")
    }
}
