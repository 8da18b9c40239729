/// One generated policy with its versions, before anything is written.
struct PolicyDraft: Equatable, Sendable {
    var number: String
    var country: String
    var product: String
    var region: String?
    var holder: String
    var street: String
    var houseNumber: String?
    var postcode: String
    var city: String
    var agent: Int
    var inception: BusinessDay
    var isCancelled = false
    var versions: [VersionDraft] = []
    /// Who had the number before, and when that policy was purged.
    var predecessor: (holder: String, purged: BusinessDay)?
    var oddities: Set<Oddity> = []

    static func == (left: PolicyDraft, right: PolicyDraft) -> Bool {
        left.number == right.number && left.holder == right.holder && left.versions == right.versions
            && left.oddities == right.oddities && left.predecessor?.holder == right.predecessor?.holder
    }
}
