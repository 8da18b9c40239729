import Apply
import Foundation
import Migration
import Plan
import SQLite
import Testing

/// A ledger counts the records of one log: with another log in its place, its offset means nothing.
@Suite(.serialized) struct AnotherLogTests {
    /// Two plans, each with a log of its own, that write one table: the second is refused before it writes.
    @Test func aSecondPlanThatWritesTheSameTableIsRefused() throws {
        let journey = try Journey(withCustomers: "(1, 'Ada')")
        try journey.write(plan: Journey.customers)
        try journey.catchUp()
        let other = Journey.customers.replacing("customers:", with: "clients:").replacing(
            "state/", with: "other/")
        try journey.run(sql: "UPDATE cust SET nm = 'Bo'", on: journey.legacy)
        try journey.write(plan: other.replacing("name: c.nm", with: "name: \"'x'\""))
        let refused = #expect(throws: MigrationError.self) { try journey.catchUp() }
        #expect(refused?.message.contains("table_taken") == true, "\(String(describing: refused))")
        #expect(try journey.rows("SELECT name FROM customer", on: journey.service) == [["Ada"]])
        // The same context under another log is refused as well.
        try journey.write(plan: Journey.customers.replacing("state/", with: "third/"))
        let foreign = #expect(throws: TargetError.self) { try journey.catchUp() }
        #expect(foreign?.code == .foreignLog)
        #expect(try journey.rows("SELECT name FROM customer", on: journey.service) == [["Ada"]])
    }

    /// The engine is started again and again, as a supervisor does, until it runs or the tries are over.
    @Test func aNewLogBesideAnOldStoreIsRefusedHoweverOftenItIsTried() throws {
        let journey = try Journey(withCustomers: "(1, 'Ada'), (2, 'Bo')")
        try journey.write(plan: Journey.customers)
        try journey.catchUp()
        for number in 10..<14 {
            try journey.run(sql: "INSERT INTO cust VALUES (\(number), 'x')", on: journey.legacy)
            try journey.catchUp()
        }
        try FileManager.default.removeItem(atPath: journey.folder + "/state/log")
        // Nobody captured these.
        try journey.run(sql: "UPDATE cust SET nm = 'unseen'", on: journey.legacy)
        for number in 20..<40 {
            let error = #expect(throws: TargetError.self) { try journey.catchUp() }
            #expect(error?.code == .foreignLog)
            try journey.run(sql: "INSERT INTO cust VALUES (\(number), 'y')", on: journey.legacy)
        }
        #expect(
            try journey.rows("SELECT name FROM customer ORDER BY number", on: journey.service).map { $0[0] }
                == ["Ada", "Bo", "x", "x", "x", "x"])
        // With the store begun anew, as well, everything is there.
        for name in try journey.rows(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'banyan_%'",
            on: journey.service)
        {
            try journey.run(sql: "DROP TABLE \(name[0])", on: journey.service)
        }
        try journey.run(sql: "DELETE FROM customer", on: journey.service)
        try journey.catchUp()
        #expect(
            try journey.rows("SELECT number, name FROM customer ORDER BY 1", on: journey.service)
                == journey.rows("SELECT no, nm FROM cust ORDER BY 1", on: journey.legacy))
    }

    /// As when the disk of the log is not mounted: a new log in its place would have legacy forget what is
    /// missing.
    @Test func withoutItsLogNothingIsCapturedAnew() throws {
        let journey = try Journey(withCustomers: "(1, 'Ada')")
        try journey.write(plan: Journey.customers)
        try journey.catchUp()
        let (log, kept) = (journey.folder + "/state/log", journey.folder + "/kept")
        try FileManager.default.moveItem(atPath: log, toPath: kept)
        try journey.run(sql: "INSERT INTO cust VALUES (2, 'Bo')", on: journey.legacy)
        let waiting = try journey.rows("SELECT count(*) FROM banyan_journal", on: journey.legacy)
        let error = #expect(throws: TargetError.self) { try journey.catchUp() }
        #expect(error?.hint.contains("is its disk mounted?") == true)
        #expect(try journey.rows("SELECT count(*) FROM banyan_journal", on: journey.legacy) == waiting)
        try FileManager.default.removeItem(atPath: log)
        try FileManager.default.moveItem(atPath: kept, toPath: log)
        try journey.catchUp()
        #expect(
            try journey.rows("SELECT name FROM customer ORDER BY number", on: journey.service) == [
                ["Ada"], ["Bo"],
            ])
    }
}
