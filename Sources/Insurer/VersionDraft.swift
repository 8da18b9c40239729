/// One generated row of `policy_version` with its approvals, before anything is written.
struct VersionDraft: Equatable, Sendable {
    /// One generated row of `approval`.
    struct Approval: Equatable, Sendable {
        var flag: String
        var approver: String?
        var day: BusinessDay?
    }

    /// Nil for a version that was typed in before the policy's number was known.
    var policyNumber: String?
    var number: Int
    var transaction: String
    var reason: String?
    var reasonText: String?
    var effective: String
    var booked: BusinessDay
    var bookedSecond: Int
    var premiumCents: Int
    var priorCents: Int?
    var sourceReference: String?
    var enteredBy: String
    var approvals: [Approval] = []

    var isEndorsement: Bool { transaction == "EN" || transaction == "EA" }
}
