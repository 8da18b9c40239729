public import Reconcile

/// Differences of one shape, which are often one defect: of one aggregate, of one kind, in the same fields.
public struct Finding: Sendable, Hashable {
    /// What tells a shape from others.
    public struct Shape: Sendable, Hashable, Comparable {
        /// What was compared.
        public var of: String
        /// The kind of difference.
        public var kind: Discrepancy.Kind
        /// The fields, parts without their keys.
        public var fields: [String]

        /// The shape of a difference.
        public init(_ discrepancy: Discrepancy) {
            of = discrepancy.of
            kind = discrepancy.kind
            fields = Set(discrepancy.fields.map { Self.withoutKeys($0.field) }).sorted()
        }

        /// `approvals[7].decision` as `approvals[].decision`.
        private static func withoutKeys(_ field: String) -> String {
            guard let start = field.firstIndex(of: "["), let end = field.lastIndex(of: "]"), start < end
            else {
                return field
            }
            return field[..<field.index(after: start)] + String(field[end...])
        }

        /// By what was compared, then by kind and fields.
        public static func < (left: Shape, right: Shape) -> Bool {
            (left.of, left.kind.rawValue, left.fields.joined(separator: " "))
                < (right.of, right.kind.rawValue, right.fields.joined(separator: " "))
        }
    }

    /// The shape.
    public var shape: Shape
    /// The cases, by number.
    public var cases: [ExceptionCase]

    /// Cases grouped by their shapes; the largest group first.
    public static func groups(of cases: [ExceptionCase]) -> [Finding] {
        Dictionary(grouping: cases) { Shape($0.discrepancy) }
            .map { Finding(shape: $0.key, cases: $0.value.sorted { $0.number < $1.number }) }
            .sorted { ($1.cases.count, $0.shape) < ($0.cases.count, $1.shape) }
    }

    /// The pairs of values that a single field has most often, with how often: a defect of a mapping shows as
    /// one pair.
    ///
    /// - Parameter limit: How many pairs.
    public func commonPairs(_ limit: Int) -> [(legacy: String?, service: String?, count: Int)] {
        guard shape.fields.count == 1 else { return [] }
        var counts: [FieldDifference: Int] = [:]
        for difference in cases.compactMap(\.discrepancy.fields.first) {
            counts[
                FieldDifference(field: "", legacy: difference.legacy, service: difference.service), default: 0
            ] +=
                1
        }
        return counts.filter { $0.value > 1 }
            .sorted { ($1.value, $0.key.legacy ?? "") < ($0.value, $1.key.legacy ?? "") }
            .prefix(limit).map { ($0.key.legacy, $0.key.service, $0.value) }
    }
}
