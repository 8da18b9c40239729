import Foundation
import Model

/// Compares what was expected of an example with what came out.
struct ExampleComparison {
    let aggregate: CheckedAggregate

    func differences(_ expected: ExampleCase.Expectation, _ actual: ExampleOutcome) -> [String] {
        switch (expected, actual) {
        case (.nothing, .nothing): return []
        case (.pending(let expected), .pending(let actual)):
            return expected == actual ? [] : ["waits for `\(actual)`, expected to wait for `\(expected)`"]
        case (.quarantine(let expected), .quarantine(let actual)):
            return expected == actual ? [] : ["quarantined as \(actual), expected \(expected)"]
        case (.aggregate(let row, let parts), .aggregate(let found, let foundParts)):
            return rows(row, found, aggregate.table, "") + self.parts(parts, foundParts)
        default: return ["\(words(actual)), expected: \(words(expected))"]
        }
    }

    private func parts(_ expected: [String: [ExampleCase.Row]], _ actual: [String: [ExampleCase.Row]])
        -> [String]
    {
        expected.sorted { $0.key < $1.key }.flatMap { name, rows -> [String] in
            let found = actual[name] ?? []
            guard found.count == rows.count else { return ["\(found.count) \(name), expected \(rows.count)"] }
            guard let table = aggregate.parts.first(where: { $0.name == name })?.table else { return [] }
            return zip(rows, found).enumerated().flatMap { index, pair in
                self.rows(pair.0, pair.1, table, "\(name)[\(index)].")
            }
        }
    }

    private func rows(
        _ expected: ExampleCase.Row, _ actual: ExampleCase.Row, _ table: TableSchema, _ prefix: String
    ) -> [String] {
        expected.sorted { $0.key < $1.key }.compactMap { column, value in
            let found = actual[column] ?? nil
            let kind = table.index(of: column).map { table.columns[$0].kind } ?? .text
            guard !isSame(value, found, kind) else { return nil }
            return "\(prefix)\(column) is \(found ?? "NULL"), expected \(value ?? "NULL")"
        }
    }

    private func isSame(_ left: String?, _ right: String?, _ kind: Kind) -> Bool {
        guard let left, let right, left != right else { return left == right }
        switch kind {
        case .decimal: return left.normalNumber == right.normalNumber
        case .double: return Double(left).map { Double(right) == $0 } ?? false
        default: return false
        }
    }

    private func words(_ outcome: ExampleOutcome) -> String {
        switch outcome {
        case .aggregate: "became an aggregate"
        case .nothing: "became nothing"
        case .pending(let alias): "waits for `\(alias)`"
        case .quarantine(let reason): "was quarantined as \(reason)"
        }
    }

    private func words(_ expectation: ExampleCase.Expectation) -> String {
        switch expectation {
        case .aggregate: "an aggregate"
        case .nothing: "nothing"
        case .pending(let alias): "waiting for `\(alias)`"
        case .quarantine(let reason): "quarantine as \(reason)"
        }
    }
}

extension String {
    /// A decimal number without zeros that do not count; the text itself when it is no number.
    fileprivate var normalNumber: String {
        guard isDecimalNumber else { return self }
        var digits = hasPrefix("-") ? String(dropFirst()) : self
        while digits.hasPrefix("0"), digits.count > 1, !digits.hasPrefix("0.") { digits.removeFirst() }
        if digits.contains(".") {
            while digits.hasSuffix("0") { digits.removeLast() }
            if digits.hasSuffix(".") { digits.removeLast() }
        }
        return hasPrefix("-") && digits != "0" ? "-" + digits : digits
    }
}
