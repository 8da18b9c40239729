import Apply
import Model
import PostgreSQL
import TestKit
import Testing

@testable import PostgresConnector

/// Names that a server would cut, and tables whose spelling has dots of its own.
@Suite struct PostgresNameTests {
    @Test func whatIsTooLongIsToldApartByAllOfIt() {
        let beginning = String(repeating: "é", count: 40)
        let names = ["a", "b"].map { PostgresName.fitting(beginning + $0) }
        #expect(names[0] != names[1])
        #expect(names.allSatisfy { $0.utf8.count <= PostgresName.bytesMax && $0.hasPrefix("éééé") })
        let whole = String(repeating: "x", count: PostgresName.bytesMax)
        #expect(PostgresName.fitting(whole) == whole && PostgresName.fitting(whole + "x") != whole)
    }

    /// A quote with a mark behind it is one character, and to the server a quote.
    @Test func quotesAreDoubledWhateverStandsBehindThem() throws {
        let name = "a\"\u{301}, pg_sleep(1) AS \"\u{FE0F}b"
        #expect(
            Array(PostgresName.quote(name).utf8)
                == Array("\"a\"\"\u{301}, pg_sleep(1) AS \"\"\u{FE0F}b\"".utf8))
        let connection = try PostgresServer.makeDatabase().app
        let text = "it's'\u{301} \\\u{301}' \u{200D}"
        let found = try connection.query(
            "SELECT \(PostgresName.literal(text)) AS \(PostgresName.quote(name))")
        #expect(found.text(0, 0).map { Array($0.utf8) } == Array(text.utf8))
        try connection.execute("CREATE TABLE \(PostgresName.quote(name)) (\(PostgresName.quote(name)) int)")
        let held = try connection.query("SELECT attname FROM pg_attribute WHERE attname = $1", [name])
        #expect(held.count == 1)
    }

    @Test(arguments: [
        ("public", "order"), ("sales", "order"), ("public", "sales.order"), ("sa.les", "or\"der"),
        ("public", "banyan_ledger"), ("banyan", "banyan_ledger"), ("banyan_mirror_x", "t"), ("banyan", "t"),
        ("public", "a\"\u{301}.b"), ("s", "\u{301}t"), ("s.\u{301}", "\"\u{301}"),
    ])
    func everySpellingIsReadAsTheTableThatItIsOf(schema: String, name: String) {
        let table = PostgresTableName(schema: schema, name: name)
        #expect(PostgresTableName(table.spelled) == table)
    }

    /// A copy that a server was left to cut may be of two tables: it is refused, and not made anew beside it.
    @Test func aCopyWhoseNameWasCutIsRefused() throws {
        let database = try PostgresServer.makeDatabase()
        let store = try PostgresTarget(try PostgresAddress(database.address), name: "service")
        let legacy = TableSchema(
            name: "ä" + String(repeating: "x", count: 60), columns: [ColumnSchema(name: "id", kind: .int64)],
            key: [0])
        let copy = OwnedTables.mirror(of: legacy, context: "shop")
        // The server cuts it, as it did.
        try database.app.execute(
            "CREATE TABLE banyan.\(PostgresName.quote(copy.name)) (id numeric PRIMARY KEY)")
        let error = #expect(throws: TargetError.self) { try store.ensure(copy, indexes: []) }
        #expect(error?.code == .schemaChanged)
        let tables = try database.app.query("SELECT 1 FROM pg_tables WHERE tablename LIKE 'banyan_mirror%'")
        #expect(tables.count == 1)
    }

    /// Contexts and tables with long names that begin alike, in schemas, with dots: each has a copy of its
    /// own.
    @Test func everyCopyIsATableOfItsOwn() throws {
        let store = try PostgresTarget(
            try PostgresAddress(try PostgresServer.makeDatabase().address), name: "service")
        let long = "customer_relations_and_contract_administration"
        let copied = [
            (long, "policy_version_history"), (long, "policy_version_holders"), ("my_sales", "order"),
            ("my_sales", "archive.order"), ("my_sales", "\"archive.order\""),
        ]
        var accesses: [TableAccess] = []
        for (context, table) in copied {
            let legacy = TableSchema(
                name: table,
                columns: [
                    ColumnSchema(name: "id", kind: .int64, isNullable: false),
                    ColumnSchema(name: "what", kind: .text),
                ], key: [0])
            let copy = OwnedTables.mirror(of: legacy, context: context)
            try store.ensure(copy, indexes: [])
            accesses.append(TableAccess(table: copy, columns: [0, 1], key: [0]))
        }
        try store.begin()
        for (number, access) in accesses.enumerated() {
            var rows = RowBuffer(columns: 2)
            rows.beginRow()
            RowWriter.integer(Int64(number), &rows.bytes)
            RowWriter.text("row \(number)", &rows.bytes)
            #expect(try store.upsert(rows, access).isEmpty)
        }
        try store.commit()
        for (number, access) in accesses.enumerated() {
            let held = try store.scan(access)
            #expect(held.count == 1 && held.cells(of: 0).map(\.display) == ["\(number)", "row \(number)"])
        }
    }
}
