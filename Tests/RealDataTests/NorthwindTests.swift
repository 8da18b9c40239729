import Foundation
import Migration
import SQLite
import TestKit
import Testing

/// A wholesaler that becomes three services.
@Suite(.serialized) struct NorthwindTests {
    private let rehearsal: Rehearsal

    init() throws {
        let path = try SharedData.path("northwind/sqlite-create.sql")
        let script = try String(contentsOfFile: path, encoding: .utf8)
        rehearsal = try Rehearsal(
            "northwind", legacy: "legacy", services: ["orders", "customers", "products"])
        let connection = try SQLiteConnection(path: rehearsal.legacy, access: .create)
        // The script commits every row by itself; nobody needs this copy after a power failure.
        try connection.execute("PRAGMA synchronous = OFF; BEGIN")
        try connection.execute(script)
        try connection.execute("COMMIT")
    }

    @Test func everyAggregateOfTheHistoryArrives() throws {
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        let differences = try rehearsal.differences()
        #expect(differences.map(\.expected) == [830, 2_155, 93, 77])
        try rehearsal.expectNoFindings()
        #expect(
            try rehearsal.rows("SELECT count(*) FROM purchase_order WHERE ship_region = 'none'", on: "orders")
                == [["507"]])
        try expectCertificates()
        // History tells nobody anything.
        for service in ["orders"] {
            #expect(try rehearsal.rows("SELECT count(*) FROM banyan_outbox", on: service) == [["0"]])
        }
    }

    @Test func changesOfEveryKindArrive() throws {
        try rehearsal.catchUp()
        for changes in [NorthwindChanges.lookups, NorthwindChanges.orders] {
            try rehearsal.change(changes)
            let status = try rehearsal.catchUp()
            #expect(rehearsal.quarantine(status).isEmpty)
            try rehearsal.expectNoFindings()
        }
        try expectCertificates()
    }

    @Test func amountsAreRoundedHalfToEven() throws {
        try rehearsal.catchUp()
        try rehearsal.change(
            """
            UPDATE Orders SET Freight = CASE OrderID WHEN 10248 THEN 0.125 WHEN 10249 THEN 2.675 ELSE 1e1 END
            WHERE OrderID < 10251
            """)
        try rehearsal.catchUp()
        #expect(
            try rehearsal.rows(
                "SELECT freight FROM purchase_order WHERE number < 10251 ORDER BY number", on: "orders")
                == [["0.12"], ["2.68"], ["10"]])
    }

    @Test func whatNobodyCanTranslateIsSetAsideUntilItIsRepairedAndReplayed() throws {
        try rehearsal.catchUp()
        try rehearsal.change(NorthwindChanges.mistakes)
        let status = try rehearsal.catchUp()
        #expect(
            rehearsal.quarantine(status) == [
                "orders": ["invalid_conversion": 1], "customers": ["invalid_argument": 1],
                "products": ["unknown_code": 1],
            ])
        // The service keeps what it had of them, and only that differs.
        #expect(
            try rehearsal.findings() == [
                "order: 830 expected, 0 missing, 0 extra, 1 different",
                "product: 76 expected, 0 missing, 1 extra, 0 different",
            ])
        try rehearsal.change(NorthwindChanges.repairs)
        try rehearsal.catchUp()
        try rehearsal.replayQuarantine()
        let repaired = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(repaired).isEmpty)
        try rehearsal.expectNoFindings()
        try expectCertificates()
    }

    @Test func aRowWithoutAKeyStopsTheCaptureUntilItHasOne() throws {
        try rehearsal.catchUp()
        try rehearsal.change(
            """
            INSERT INTO Customers (CompanyName) VALUES ('first'), ('second');
            DELETE FROM Orders WHERE OrderID = 10248;
            """)
        #expect(throws: MigrationError.self) { try rehearsal.catchUp() }
        try rehearsal.change(
            """
            UPDATE Customers SET CustomerID = 'FIRST' WHERE CompanyName = 'first';
            DELETE FROM Customers WHERE CustomerID IS NULL;
            """)
        let status = try rehearsal.catchUp()
        #expect(rehearsal.quarantine(status).isEmpty)
        try rehearsal.expectNoFindings()
        try expectCertificates()
    }

    private func expectCertificates() throws {
        for (context, verdict, report) in try rehearsal.verdicts() {
            #expect(verdict == .accept, "\(context): \(report)")
        }
    }
}
