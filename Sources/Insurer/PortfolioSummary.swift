/// What a generated portfolio holds.
package struct PortfolioSummary: Codable, Equatable, Sendable {
    /// The seed that makes the same portfolio again.
    package var seed: UInt64
    /// Rows of `policy`.
    package var policies = 0
    /// Rows of `policy_version`.
    package var versions = 0
    /// Versions booked as endorsements, those that must be set aside included.
    package var endorsements = 0
    /// Rows of `approval`.
    package var approvals = 0
    /// How many policies show each oddity, by its name.
    package var oddities: [String: Int] = [:]
}
