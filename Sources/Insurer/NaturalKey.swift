/// The key by which people know an endorsement.
package struct NaturalKey: Hashable, Codable, Sendable {
    /// The policy's number; nil where the row in legacy has none.
    package var policyNumber: String?
    /// The version's number.
    package var versionNumber: Int64

    /// Names an endorsement.
    package init(policyNumber: String?, versionNumber: Int64) {
        self.policyNumber = policyNumber
        self.versionNumber = versionNumber
    }
}
