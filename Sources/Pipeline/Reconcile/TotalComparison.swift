public import Foundation
public import Model
public import Plan

/// Two queries that the business wrote, side by side. They use no mapping: what is wrong with a mapping, and
/// what both sides of any other comparison would repeat, shows here.
public struct TotalComparison: Sendable, Hashable, Codable {
    /// What became of it.
    public enum Verdict: String, Sendable, Hashable, Codable {
        /// Every figure agrees.
        case equal
        /// A figure differs by more than the tolerance, or stands on one side only.
        case different
        /// A figure differs, and keys are set aside that the service's figures lack: nobody knows whether
        /// that is all.
        case setAside = "set_aside"
        /// Nothing can be said yet.
        case notComparable = "not_comparable"
    }

    /// One figure on both sides.
    public struct Line: Sendable, Hashable, Codable {
        /// What it is the figure of; empty when the query gives one figure. A NULL is `NULL`.
        public var group: [String]
        /// Legacy's figure; nil when legacy gives none for the group.
        public var legacy: String?
        /// The service's figure; nil when it gives none.
        public var service: String?
        /// Whether they agree.
        public var isEqual: Bool

        /// Records a figure.
        public init(group: [String], legacy: String?, service: String?, isEqual: Bool) {
            self.group = group
            self.legacy = legacy
            self.service = service
            self.isEqual = isEqual
        }
    }

    /// The total's name.
    public var name: String
    /// How far figures may differ.
    public var tolerance: String
    /// What became of it.
    public var verdict: Verdict
    /// Why it cannot be compared; nil when it was.
    public var reason: String?
    /// Where legacy stood; nil when no figure of it is known.
    public var frontier: Position?
    /// The figures, in the order of their groups.
    public var lines: [Line]

    /// A total about which nothing can be said.
    public init(_ total: CheckedTotal, reason: String) {
        name = total.name
        tolerance = total.tolerance
        verdict = .notComparable
        self.reason = reason
        lines = []
    }

    /// A total with its figures.
    ///
    /// - Throws: `FailedQuery` when a query gives no figure, or one group twice.
    public init(_ total: CheckedTotal, legacy: QueryTable, service: QueryTable, at frontier: Position) throws
    {
        name = total.name
        tolerance = total.tolerance
        self.frontier = frontier
        let wanted = try Self.figures(legacy, of: "legacy")
        let held = try Self.figures(service, of: "the service")
        let allowed = Self.number(total.tolerance) ?? 0
        lines = Set(wanted.keys).union(held.keys).sorted(by: TotalGroup.precedes).map { group in
            let isEqual: Bool
            if let wanted = wanted[group], let held = held[group] {
                isEqual = Self.agree(wanted, held, allowed)
            } else {
                isEqual = false
            }
            return Line(
                group: group.words, legacy: wanted[group].map { $0 ?? "NULL" },
                service: held[group].map { $0 ?? "NULL" }, isEqual: isEqual)
        }
        verdict = lines.allSatisfy(\.isEqual) ? .equal : .different
    }

    private static func figures(_ table: QueryTable, of side: String) throws -> [TotalGroup: String?] {
        var figures: [TotalGroup: String?] = [:]
        for row in table.rows {
            guard let figure = row.last else { throw FailedQuery("the query on \(side) gives no column") }
            guard figures.updateValue(figure, forKey: TotalGroup(row.dropLast())) == nil else {
                throw FailedQuery(
                    "the query on \(side) gives a group twice: group by every column but the last")
            }
        }
        return figures
    }

    private static func agree(_ left: String?, _ right: String?, _ allowed: Decimal) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        guard let one = number(left), let other = number(right) else {
            // Texts are equal when their bytes are: Swift's `==` takes different spellings for one.
            return left.utf8.elementsEqual(right.utf8)
        }
        return abs(one - other) <= allowed
    }

    /// A figure as a number; nil when its text is not one as a whole, or has more digits than are exact.
    private static func number(_ text: String) -> Decimal? {
        // Made anew because a `Regex` cannot be shared between threads.
        let form = /[+-]?([0-9]+)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,3}))?/
        guard let found = text.wholeMatch(of: form) else { return nil }
        let digits = (found.1 + (found.2 ?? "")).drop { $0 == "0" }
        let exponent = found.3.map { Int($0) ?? .max } ?? 0
        guard digits.count <= digitsMax, abs(exponent) <= exponentMax else { return nil }
        return Decimal(string: text)
    }

    /// How many digits of a number are exact.
    private static let digitsMax = 38
    /// How large an exponent may be, with which a number of that many digits stays exact.
    private static let exponentMax = 60
}
