import Apply
import Model
import SQLite
import TestKit
import Testing

@testable import SQLiteConnector

@Suite struct SQLiteTargetTests {
    @Test func noTwoContextsShareTheCopyOfATable() {
        let names = [("a_b", "c"), ("a", "b_c"), ("a-b", "c"), ("a", "_b_c"), ("a_", "b_c"), ("a", "b.c")].map
        {
            OwnedTables.mirror(of: Scene.table($0.1, "id INTEGER", key: ["id"]), context: $0.0).name
        }
        #expect(Set(names).count == names.count)
    }

    @Test func theTargetSyncsEachCommit() throws {
        let store = try SQLiteStore()
        let target = try SQLiteTarget(path: store.path, name: "service")
        #expect(try target.connection.integer("PRAGMA synchronous") == 2)
        #expect(try target.connection.string("PRAGMA journal_mode") == "wal")
    }

    /// Each of the three ways to a reference goes by its own index, and none along the whole aggregate.
    @Test(arguments: [OwnedTables.crossReference.key, OwnedTables.byNaturalKey, OwnedTables.byServiceKey])
    func aReferenceIsFoundWithoutReadingOthers(_ columns: [Int]) throws {
        let store = try SQLiteStore()
        let target = try SQLiteTarget(path: store.path, name: "service")
        let table = OwnedTables.crossReference
        try target.ensure(table, indexes: [OwnedTables.byNaturalKey, OwnedTables.byServiceKey])
        let access = TableAccess(table: table, columns: Array(table.columns.indices), key: table.key)
        let index = try target.index(of: table, over: columns)
        let plan = try target.connection.rows(
            "EXPLAIN QUERY PLAN " + SQLiteTargetSQL.fetch(access, by: columns, index: index),
            columns.map { _ in .null }
        ) { $0.string(3) ?? "" }
        let searched = columns.map { "\(table.columns[$0].name)=?" }.joined(separator: " AND ")
        #expect(plan.count == 1 && plan.allSatisfy { $0.contains("(\(searched))") }, "\(plan)")
    }

    private static let numbers = TableSchema(
        name: "numbers",
        columns: [
            ColumnSchema(name: "id", kind: .int64, declaredType: "INTEGER", isNullable: false),
            ColumnSchema(name: "amount", kind: .decimal, declaredType: "NUMERIC(38,10)"),
            ColumnSchema(name: "digits", kind: .decimal, declaredType: "TEXT"),
            ColumnSchema(name: "factor", kind: .double, declaredType: "REAL"),
        ], key: [0])

    /// Writes one row of numbers; nil when it was taken, the refusal's reason otherwise.
    private func write(_ target: SQLiteTarget, amount: Decimal128?, digits: Decimal128?, factor: Double?)
        throws
        -> String?
    {
        var rows = RowBuffer(columns: 4)
        rows.beginRow()
        RowWriter.integer(1, &rows.bytes)
        for decimal in [amount, digits] {
            if let decimal {
                RowWriter.decimal(coefficient: decimal.coefficient, scale: UInt8(decimal.scale), &rows.bytes)
            } else {
                RowWriter.null(&rows.bytes)
            }
        }
        if let factor { RowWriter.double(factor, &rows.bytes) } else { RowWriter.null(&rows.bytes) }
        let access = TableAccess(table: Self.numbers, columns: [0, 1, 2, 3], key: [0])
        try target.begin()
        defer { target.rollback() }
        if let refusal = try target.upsert(rows, access).first {
            #expect(refusal.message.hasPrefix("numbers."))
            return refusal.reason
        }
        let held = OwnedCell.read(Array(try target.scan(access)[0]))
        if let amount {
            let found = try Decimal128(held[1].display)
            #expect(found == amount, "\(amount) came back as \(found)")
        }
        if let digits { #expect(held[2].display == digits.description) }
        if let factor { #expect(Double(bitPattern: UInt64(bitPattern: held[3].integer)) == factor) }
        return nil
    }

    private func target() throws -> (SQLiteStore, SQLiteTarget) {
        let store = try SQLiteStore()
        try store.create(Self.numbers)
        return (store, try SQLiteTarget(path: store.path, name: "service"))
    }

    @Test func whatSQLiteWouldChangeIsRefused() throws {
        let (store, target) = try target()
        defer { withExtendedLifetime(store) {} }
        for kept in ["0.10", "-99999.99", "123456789012345", "9223372036854775807", "0.1234567890123", "1e3"]
        {
            let decimal = try Decimal128(kept)
            #expect(try write(target, amount: decimal, digits: decimal, factor: 1e300) == nil, "\(kept)")
        }
        // SQLite's own reading of these digits ends one step beside the nearest double.
        let missed = try Decimal128("0.0001342977")
        #expect(try write(target, amount: missed, digits: missed, factor: nil) == nil)
        for lost in ["12345678901234567890.5", "99999999999999.99", "0.12345678901234567891"] {
            #expect(
                try write(target, amount: Decimal128(lost), digits: nil, factor: nil) == "inexact", "\(lost)")
            #expect(try write(target, amount: nil, digits: Decimal128(lost), factor: nil) == nil, "\(lost)")
        }
        #expect(try write(target, amount: nil, digits: nil, factor: .nan) == "inexact")
        for factor in [Double.infinity, -.infinity, .leastNonzeroMagnitude, 0.1] {
            #expect(try write(target, amount: nil, digits: nil, factor: factor) == nil)
        }
    }

    /// SQLite takes a type that it does not know for a number's: there 007 would become 7.
    @Test func digitsInATextColumnThatSQLiteTakesForANumbersAreKeptOrRefused() throws {
        let store = try SQLiteStore()
        let table = TableSchema(
            name: "texts",
            columns: [
                ColumnSchema(name: "id", kind: .int64, declaredType: "INTEGER", isNullable: false),
                ColumnSchema(name: "loose", kind: .text, declaredType: "STRING"),
                ColumnSchema(name: "firm", kind: .text, declaredType: "VARCHAR(20)"),
            ], key: [0])
        try store.create(table)
        let target = try SQLiteTarget(path: store.path, name: "service")
        let access = TableAccess(table: table, columns: [0, 1, 2], key: [0])
        for (text, isKept) in [
            ("", true), ("7", true), ("-12", true), ("0", true), ("9223372036854775807", true), ("abc", true),
            ("2024-02-29", true), ("12 a", true), ("e5", true), ("1e", true), (".", true), ("0x10", true),
            ("-", true),
            ("007", false), ("+7", false), ("-0", false), ("1.0", false), (".5", false), ("1e5", false),
            (" 7", false), ("7\n", false), ("5.", false), ("9223372036854775808", false), ("1E-2", false),
        ] {
            var rows = RowBuffer(columns: 3)
            rows.beginRow()
            RowWriter.integer(1, &rows.bytes)
            for _ in 0..<2 { RowWriter.text(text, &rows.bytes) }
            try target.begin()
            let refusal = try target.upsert(rows, access).first
            #expect((refusal == nil) == isKept, "\(text)")
            if isKept { #expect(try target.scan(access).cells(of: 0).map(\.display) == ["1", text, text]) }
            target.rollback()
        }
    }

    /// Whatever is taken comes back as it was, and what has no more digits than a double carries is taken.
    @Test func decimalsAreKeptOrRefused() throws {
        let (store, target) = try target()
        defer { withExtendedLifetime(store) {} }
        var generator = SplitMix64.unseen()
        for _ in 0..<5_000 {
            let length = Int.random(in: 1...20, using: &generator)
            var coefficient: Int128 = 0
            for _ in 0..<length {
                coefficient = coefficient * 10 + Int128(Int.random(in: 0...9, using: &generator))
            }
            if Bool.random(using: &generator) { coefficient.negate() }
            let decimal = Decimal128(
                coefficient: coefficient, scale: Int.random(in: 0...10, using: &generator))
            let reason = try write(target, amount: decimal, digits: decimal, factor: nil)
            if length <= 15 { #expect(reason == nil, "\(decimal), seed \(generator.seed)") }
        }
    }

    /// SQLite ends the whole transaction when the disk is full: the reason must come through, because it
    /// passes by itself.
    @Test func aFullDiskInsideASavepointIsTriedAgain() throws {
        let store = try SQLiteStore()
        let table = Scene.table("big", "id INTEGER not null, data TEXT", key: ["id"])
        try store.create(table)
        let target = try SQLiteTarget(path: store.path, name: "service")
        try target.connection.execute("PRAGMA max_page_count = 40")
        let access = TableAccess(table: table, columns: [0, 1], key: [0])
        var rows = RowBuffer(columns: 2)
        for number in 0..<400 {
            rows.beginRow()
            RowWriter.integer(Int64(number), &rows.bytes)
            RowWriter.text(String(repeating: "x", count: 1_000), &rows.bytes)
        }
        try target.begin()
        let error = #expect(throws: TargetError.self) {
            try target.savepoint { try target.savepoint { _ = try target.upsert(rows, access) } }
        }
        #expect(error?.code == .unavailable, "\(error?.description ?? "")")
        target.rollback()
        try target.connection.execute("PRAGMA max_page_count = 4000")
        try target.begin()
        #expect(try target.savepoint { try target.upsert(rows, access) }.isEmpty)
        try target.commit()
        #expect(try target.scan(access).count == 400)
    }
}
