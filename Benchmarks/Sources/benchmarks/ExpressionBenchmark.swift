import CEL
import Expressions
import Foundation
import Model

/// Evaluations over row views on one core: a code table, a comparison, arithmetic.
enum ExpressionBenchmark {
    private static let table = TableSchema(
        name: "version",
        columns: [
            ColumnSchema(name: "reason_cd", kind: .text, isNullable: false),
            ColumnSchema(name: "status", kind: .text, isNullable: false),
            ColumnSchema(name: "amount", kind: .int64, isNullable: false),
            ColumnSchema(name: "prior", kind: .int64, isNullable: false),
        ], key: [0])

    static func run() throws {
        let codes = try CodeTable(
            name: "reason",
            entries: [
                ("ADDR", "address_change"), ("DRVR", "named_driver"), ("VEHC", "vehicle_change"),
                ("COVR", "coverage_change"),
            ]
            .map { CodeTable.Entry(old: .text($0.0), new: .text($0.1)) },
            otherwise: .quarantine)
        let environment = Environment(
            variables: [Variable("v", .record(RecordType(table)))],
            libraries: [BanyanLibrary.library(codes: [codes])])
        let expressions = [
            "code": "code('reason', v.reason_cd)", "comparison": "v.status == 'A' && v.amount > 10",
            "arithmetic": "v.amount - v.prior * 2",
        ]
        var figures: [String: Double] = [:]
        for (name, source) in expressions {
            figures[name] = try rate(try environment.compile(source)) / 1e6
        }
        let slowest = figures.values.min() ?? 0
        try Report(
            benchmark: "cel", peer: "a floor of 5 million evaluations a second on one core",
            figures: figures, ratio: slowest / 5, floor: 1, holds: slowest >= 5
        ).print()
    }

    private static func rate(_ program: Program) throws -> Double {
        var row: [UInt8] = []
        RowWriter.text("VEHC", &row)
        RowWriter.text("A", &row)
        RowWriter.integer(250, &row)
        RowWriter.integer(17, &row)
        let bindings = RowBindings([table])
        return try row.withUnsafeBytes { arena in
            guard bindings.bind(0, arena: arena, row: 0) else {
                throw BenchmarkFailure("the row does not bind")
            }
            var best = 0.0
            for _ in 0..<5 {
                let count = 2_000_000
                let start = ContinuousClock.now
                for _ in 0..<count { _ = try program.evaluate(bindings) }
                best = max(best, Double(count) / ((ContinuousClock.now - start) / .seconds(1)))
            }
            return best
        }
    }
}
