/// A row of the policy administration, by its table and primary key.
package struct LegacyRow: Hashable, Sendable {
    /// A table that live operations change.
    package enum Table: String, CaseIterable, Sendable {
        /// Contracts.
        case policy
        /// Booked versions.
        case version = "policy_version"
        /// Decisions.
        case approval

        var primaryKey: String {
            switch self {
            case .policy: "policy_no"
            case .version: "version_id"
            case .approval: "approval_id"
            }
        }

        /// Every column that an operation may set, the mark of the last operation included.
        var columns: [String] {
            switch self {
            case .policy:
                [
                    "policy_no", "country_cd", "prod_cd", "region", "holder_name", "street", "house_no",
                    "postcode",
                    "city", "agent_no", "incept_dt", "cancel_dt", "status_cd", "rev_no", "last_op",
                ]
            case .version:
                [
                    "version_id", "policy_no", "version_no", "txn_code", "reason_cd", "reason_text", "eff_dt",
                    "booked_at",
                    "prem_amt", "prior_prem_amt", "source_ref", "entered_by", "rev_no", "last_op",
                ]
            case .approval:
                ["approval_id", "version_id", "flag", "approved_by", "approved_at", "rev_no", "last_op"]
            }
        }

        /// A query for (primary key, last operation, all values in one text).
        func image(where condition: String, on dialect: InsurerDialect = .sqlite) -> String {
            let values = columns.map(dialect.literal).joined(separator: " || '|' || ")
            return "SELECT \(primaryKey), last_op, \(values) FROM \(rawValue) WHERE \(condition)"
        }
    }

    /// The table.
    package var table: Table
    /// The primary key as text.
    package var key: String

    /// Names a row.
    package init(_ table: Table, _ key: String) {
        self.table = table
        self.key = key
    }
}
