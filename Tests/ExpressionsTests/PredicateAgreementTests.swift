import CEL
import Expressions
import Model
import SQLite
import Testing

/// SQLite gives every predicate the value that the expression has: true, false, or NULL for an error.
@Suite struct PredicateAgreementTests {
    private static let table = TableSchema(
        name: "r",
        columns: [
            ColumnSchema(name: "t", kind: .text), ColumnSchema(name: "c", kind: .text, collation: "NOCASE"),
            ColumnSchema(name: "n", kind: .int64), ColumnSchema(name: "k", kind: .int64),
            ColumnSchema(name: "m", kind: .decimal, scale: 2), ColumnSchema(name: "u", kind: .decimal),
            ColumnSchema(name: "b", kind: .bool), ColumnSchema(name: "d", kind: .date),
            ColumnSchema(name: "f", kind: .double),
        ], key: [])

    private static let definition = """
        CREATE TABLE r (t TEXT, c TEXT COLLATE NOCASE, n INTEGER, k INTEGER, m NUMERIC(12,2), u NUMERIC, \
        b BOOLEAN, d DATE, f REAL)
        """

    private func randomRow(_ random: inout SeededGenerator) -> [SQLiteValue] {
        let text: [SQLiteValue] = [.null] + RandomPredicate.texts.map { .text($0) }
        let integers: [SQLiteValue] = [
            .null, .integer(0), .integer(1), .integer(-1), .integer(5), .integer(.max), .integer(.min),
        ]
        let small: [SQLiteValue] = [.null, .integer(0), .integer(1), .integer(-1), .integer(100)]
        let money: [SQLiteValue] = [
            .null, .integer(0), .integer(1), .integer(-1), .double(0.1), .double(0.1 + 0.2), .double(10.5),
            .double(99.99),
            .double(-0.01), .double(100_000.1 - 100_000), .double(0.125), .text("abc"), .integer(100),
            .double(123_456_789.01),
        ]
        let plain: [SQLiteValue] = [
            .null, .integer(1), .integer(-1), .double(0.1), .double(10.5), .double(0.1 + 0.2),
        ]
        let flags: [SQLiteValue] = [.null, .integer(0), .integer(1), .integer(2)]
        let days: [SQLiteValue] =
            [.null, .text("2024-02-30"), .text("20240229"), .text("now")]
            + RandomPredicate.dates.map { .text($0) }
        let doubles: [SQLiteValue] = [
            .null, .double(0), .double(1.5), .double(-2.25), .double(0.1), .integer(3),
        ]
        return [text, text, integers, small, money, plain, flags, days, doubles].map { random.pick($0) }
    }

    /// The rows as SQLite holds them, as row images.
    private func images(_ connection: SQLiteConnection) throws -> [[UInt8]] {
        let statement = try connection.prepare("SELECT * FROM r ORDER BY rowid")
        var images: [[UInt8]] = []
        while try statement.step() {
            var row: [UInt8] = []
            for column in 0..<Self.table.columns.count {
                if statement.isNull(column) {
                    RowWriter.null(&row)
                } else {
                    switch statement.storage(column) {
                    case .integer(let value): RowWriter.integer(value, &row)
                    case .double(let value): RowWriter.double(value, &row)
                    case .text(let text): RowWriter.text(text, &row)
                    default: RowWriter.absent(&row)
                    }
                }
            }
            images.append(row)
        }
        return images
    }

    private func results(_ program: Program, _ images: [[UInt8]]) -> [Bool?] {
        let bindings = ColumnBindings(Self.table)
        return images.map { image in
            unsafe image.withUnsafeBytes { arena in
                defer { bindings.clear() }
                // The arena lives within this closure.
                guard unsafe bindings.bind(arena: arena, row: 0) else { return nil }
                guard case .bool(let result)? = try? program.evaluate(bindings) else { return nil }
                return result
            }
        }
    }

    private func results(_ predicate: SQLPredicate, _ connection: SQLiteConnection) throws -> [Bool?] {
        let statement = try connection.prepare("SELECT \(predicate.sql) FROM r ORDER BY rowid")
        statement.bind(
            predicate.parameters.map { parameter in
                switch parameter {
                case .integer(let value): .integer(value)
                case .double(let value): .double(value)
                case .text(let text): .text(text)
                case .bytes(let bytes): .bytes(bytes)
                }
            })
        var results: [Bool?] = []
        while try statement.step() { results.append(statement.isNull(0) ? nil : statement.integer(0) != 0) }
        return results
    }

    @Test func aDatabaseAgreesWithEveryRandomPredicate() throws {
        let random = SeededGenerator()
        let connection = try SQLiteConnection(path: ":memory:", access: .create)
        try connection.execute(Self.definition)
        var draw = RandomPredicate(random: random)
        for _ in 0..<120 {
            let row = randomRow(&draw.random)
            try connection.run("INSERT INTO r VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)", row)
        }
        let images = try images(connection)
        let environment = Environment(
            variables: ColumnBindings.variables(of: Self.table), libraries: [BanyanLibrary.library()])
        var (compared, tooLong) = (0, 0)
        for index in 0..<3_000 {
            let source = draw.condition(index % 4)
            let checked: CheckedExpression
            do throws(CompilationError) {
                checked = try environment.check(try environment.parse(source), expecting: .bool)
            } catch {
                // Some draws make no sense, as a list of nulls only.
                continue
            }
            let expected = results(try environment.program(checked), images)
            for constants in [SQLPredicate.Constants.bound(from: 1), .inline] {
                let predicate: SQLPredicate
                do throws(SQLRefusal) {
                    predicate = try SQLPredicate(
                        checked, scope: .columns(of: Self.table), dialect: .sqlite, constants: constants)
                } catch {
                    // Sums in sums in comparisons are written out several times, up to a length.
                    let isTooLong = error.reason.contains("too long")
                    tooLong += isTooLong ? 1 : 0
                    #expect(
                        isTooLong || error.reason.contains("null has no order")
                            || error.reason.contains("without a declared scale"), "\(source): \(error)")
                    continue
                }
                let found = try results(predicate, connection)
                compared += 1
                if found != expected {
                    let row = found.indices.first { found[$0] != expected[$0] } ?? 0
                    let (sql, cel) = (String(describing: found[row]), String(describing: expected[row]))
                    Issue.record("\(source)\n\(predicate.sql)\nrow \(row): SQL \(sql), CEL \(cel)")
                    return
                }
            }
        }
        #expect(compared > 3_000)
        #expect(tooLong < 60, "\(tooLong) of 6,000 were too long")
    }
}

extension SQLiteStatement {
    /// A column's value as it is stored.
    fileprivate func storage(_ column: Int) -> SQLiteValue {
        switch type(of: column) {
        case 1: .integer(integer(column))
        case 2: .double(double(column))
        case 3: .text(string(column) ?? "")
        default: .null
        }
    }
}
