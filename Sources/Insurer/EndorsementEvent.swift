/// Something that happened to an endorsement and that the outside world is told once.
package struct EndorsementEvent: Hashable, Sendable {
    /// The event's type: `EndorsementRequested` or `EndorsementApproved`.
    package var type: String
    /// The endorsement's policy number.
    package var policyNumber: String
    /// The endorsement's version number.
    package var versionNumber: Int64

    /// Names an event.
    package init(type: String, policyNumber: String, versionNumber: Int64) {
        self.type = type
        self.policyNumber = policyNumber
        self.versionNumber = versionNumber
    }

    /// A new endorsement.
    static let requested = "EndorsementRequested"
    /// An endorsement that was approved for the first time.
    static let approved = "EndorsementApproved"

    /// What happened to a policy's endorsements between two states, each `version number: is approved`.
    static func between(
        _ before: [Int64: Bool], _ after: [Int64: Bool], of policyNumber: String
    ) -> [EndorsementEvent] {
        after.sorted { $0.key < $1.key }.flatMap { number, isApproved -> [EndorsementEvent] in
            var events: [EndorsementEvent] = []
            let former = before[number]
            if former == nil {
                events.append(.init(type: requested, policyNumber: policyNumber, versionNumber: number))
            }
            if isApproved && former != true {
                events.append(.init(type: approved, policyNumber: policyNumber, versionNumber: number))
            }
            return events
        }
    }
}
