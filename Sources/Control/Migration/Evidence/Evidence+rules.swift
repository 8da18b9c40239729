import Crypto
import Foundation
import Model
public import Plan

extension Evidence {
    /// How a field is compared.
    public struct Rule: Sendable, Codable, Hashable {
        /// The aggregate and the field.
        public var field: String
        /// How far values may differ, in words.
        public var tolerance: String
        /// Whether two people have to decide about a difference.
        public var isMaterial: Bool
        /// Whose it is.
        public var owner: String?
    }

    /// A total's queries.
    public struct TotalRule: Sendable, Codable, Hashable {
        /// Its name.
        public var name: String
        /// The query on legacy.
        public var legacy: String
        /// The query on the service.
        public var service: String
        /// How far figures may differ.
        public var tolerance: String
    }

    /// By what a pass compares, and a certificate names with a digest: whoever signs signs what was compared.
    struct Rules: Encodable {
        var fields: [Rule]
        var totals: [TotalRule]

        init(fields: [Rule], totals: [TotalRule]) {
            (self.fields, self.totals) = (fields, totals)
        }

        /// Those of a plan's context.
        init(_ context: CheckedContext) {
            fields = context.reconciliation.fields.map { rule in
                let aggregate = context.aggregates[rule.aggregate]
                let tolerance =
                    switch rule.tolerance {
                    case .exact: "exact"
                    case .number(let text): text
                    case .time(let duration): "\(duration)"
                    }
                return Rule(
                    field: "\(aggregate.name).\(aggregate.table.columns[rule.column].name)",
                    tolerance: tolerance, isMaterial: rule.isMaterial, owner: rule.owner)
            }
            totals = context.reconciliation.totals.map {
                TotalRule(name: $0.name, legacy: $0.legacy, service: $0.service, tolerance: $0.tolerance)
            }
        }

        /// Those of a bundle.
        init(_ body: Body) {
            (fields, totals) = (body.rules, body.totals)
        }

        /// SHA-256 over their canonical bytes, in hex.
        func digest() throws -> String {
            Hex.encode(SHA256.hash(data: try Evidence.encoder.encode(self)))
        }
    }
}
