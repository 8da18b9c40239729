extension PolicyComposer {
    /// Adds new business and what followed it: about three versions a policy.
    func addVersions(to policy: inout PolicyDraft, _ planted: Oddity?, _ random: inout SeededRandom) {
        let count = random.pick(weighted: [(1, 18), (2, 24), (3, 24), (4, 17), (5, 10), (6, 4), (8, 3)])
        let isWhole = random.chance(35)
        var cents = random.within(90...2_400) * 100
        if isWhole { policy.oddities.insert(.wholeAmount) } else { cents += random.below(100) }
        policy.versions.append(newBusiness(policy, cents, &random))
        var day = policy.inception
        for ordinal in 1..<max(count, planted == nil ? 1 : 2) {
            day = min(day + random.within(20...420), BusinessDay.endOfHistory)
            let kind = ordinal == 1 && planted != nil ? "EN" : transaction(&random)
            append(kind, on: day, isWhole, to: &policy, &random)
        }
    }

    private func transaction(_ random: inout SeededRandom) -> String {
        random.pick(weighted: [("EN", 46), ("EA", 12), ("RN", 24), ("TC", 12), ("CN", 3), ("RI", 3)])
    }

    private func newBusiness(_ policy: PolicyDraft, _ cents: Int, _ random: inout SeededRandom)
        -> VersionDraft
    {
        var version = VersionDraft(
            policyNumber: policy.number, number: 1, transaction: "NB", effective: policy.inception.text,
            booked: policy.inception - random.within(0...20), bookedSecond: random.below(36_000),
            premiumCents: cents,
            sourceReference: sourceReference(&random), enteredBy: random.pick(Vocabulary.clerks))
        if random.chance(20) { version.approvals = [decision("Y", version.booked, &random)] }
        return version
    }

    private func append(
        _ kind: String, on day: BusinessDay, _ isWhole: Bool, to policy: inout PolicyDraft,
        _ random: inout SeededRandom
    ) {
        guard let previous = policy.versions.last else { return }
        let step = random.chance(4) ? 2 : 1
        if step > 1 { policy.oddities.insert(.versionGap) }
        let prior = previous.premiumCents
        var version = VersionDraft(
            policyNumber: policy.number, number: previous.number + step, transaction: kind,
            effective: day.text,
            booked: day, bookedSecond: random.below(36_000),
            premiumCents: prior + change(kind, isWhole, prior, &random),
            priorCents: prior, sourceReference: sourceReference(&random),
            enteredBy: random.pick(Vocabulary.clerks))
        if version.sourceReference.map({ $0 == "" || $0 == "-" }) ?? true {
            policy.oddities.insert(.missingSourceReference)
        }
        if kind == "TC" { policy.oddities.insert(.technicalCorrection) }
        if kind == "CN" { policy.isCancelled = true }
        if kind == "RI" { policy.isCancelled = false }
        if version.isEndorsement { detail(&version, of: &policy, after: previous, &random) }
        policy.versions.append(version)
    }

    private func change(_ kind: String, _ isWhole: Bool, _ cents: Int, _ random: inout SeededRandom) -> Int {
        let percent =
            switch kind {
            case "RN": random.within(0...6)
            case "TC", "CN", "RI": 0
            default: random.within(-15...25)
            }
        let change = cents * percent / 100
        return isWhole ? change / 100 * 100 : change
    }

    private func sourceReference(_ random: inout SeededRandom) -> String? {
        switch random.below(10) {
        case 0: nil
        case 1: random.chance(50) ? "" : "-"
        default: "BR" + random.below(9_999_999).padded(to: 7)
        }
    }

    /// What only endorsements have: a reason, an effective day that wanders, and decisions.
    private func detail(
        _ version: inout VersionDraft, of policy: inout PolicyDraft, after previous: VersionDraft,
        _ random: inout SeededRandom
    ) {
        let isFreeText = policy.country == "DE" && policy.region?.hasPrefix("NW") == true
        if isFreeText {
            version.reasonText = random.pick(Vocabulary.freeTextReasons)
            policy.oddities.insert(.freeTextReason)
        } else {
            version.reason = random.pick(Vocabulary.reasons[policy.product] ?? Vocabulary.knownReasons)
            if random.chance(6) { version.reasonText = random.pick(Vocabulary.remarks) }
        }
        switch random.below(20) {
        case 0..<6:
            version.effective = (version.booked - random.within(1...60)).text
        case 6..<8:
            version.effective = (previous.booked - random.within(1...700)).text
        case 8:
            version.effective = (version.booked + random.within(60...180)).text
        default:
            version.effective = (version.booked + random.within(0...30)).text
        }
        if version.effective < version.booked.text { policy.oddities.insert(.retroactive) }
        if version.effective < previous.effective { policy.oddities.insert(.backDated) }
        decide(on: &version, of: &policy, &random)
    }

    private func decide(
        on version: inout VersionDraft, of policy: inout PolicyDraft, _ random: inout SeededRandom
    ) {
        let day = min(version.booked + random.within(0...15), BusinessDay.endOfHistory)
        switch random.below(100) {
        case 0..<58: version.approvals = [decision("Y", day, &random)]
        case 58..<64: version.approvals = [decision("Y", day, &random), decision("Y", day, &random)]
        case 64..<73:
            version.approvals = [decision("N", version.booked, &random), decision("Y", day, &random)]
            policy.oddities.insert(.refusedThenApproved)
        case 73..<81: version.approvals = [decision("N", day, &random)]
        case 81..<93: version.approvals = [VersionDraft.Approval(flag: "P", approver: nil, day: nil)]
        default: break
        }
        if version.approvals.allSatisfy({ $0.flag == "P" }) { policy.oddities.insert(.withoutDecision) }
        if version.approvals.contains(where: { $0.flag != "P" && $0.approver == nil }) {
            policy.oddities.insert(.approvalWithoutApprover)
        }
    }

    private func decision(_ flag: String, _ day: BusinessDay, _ random: inout SeededRandom)
        -> VersionDraft.Approval
    {
        VersionDraft.Approval(
            flag: flag, approver: random.chance(30) ? nil : random.pick(Vocabulary.clerks), day: day)
    }
}
