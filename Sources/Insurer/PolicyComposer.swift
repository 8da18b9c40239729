/// Makes up the policies of a portfolio: the same seed and index always give the same policy.
struct PolicyComposer: Sendable {
    let seed: UInt64

    /// The oddity that a policy carries because of its place; rare ones stand early, so that small portfolios
    /// have them.
    static func planted(at index: Int) -> Oddity? {
        if index % 400 == 5 { return .reusedPolicyNumber }
        if index % 1_500 == 11 { return .unknownReason }
        if index % 4_000 == 23 { return .unknownProduct }
        if index % 5_000 == 37 { return .impossibleDate }
        if index % 6_000 == 41 { return .missingPolicyNumber }
        return nil
    }

    func policy(_ index: Int) -> PolicyDraft {
        var random = SeededRandom(seed: seed, stream: UInt64(index))
        let planted = PolicyComposer.planted(at: index)
        var policy = contract(index, planted, &random)
        spoilText(of: &policy, &random)
        addVersions(to: &policy, planted, &random)
        if let planted { plant(planted, in: &policy, &random) }
        return policy
    }

    private func contract(_ index: Int, _ planted: Oddity?, _ random: inout SeededRandom) -> PolicyDraft {
        var country = random.pick(weighted: [("DE", 60), ("AT", 25), ("CH", 15)])
        var product = random.pick(weighted: [("AU", 45), ("HO", 30), ("LI", 15), ("LE", 10)])
        // Nothing in the plan can mend an impossible date, so none stands in a slice that moves first.
        if planted == .impossibleDate { (country, product) = ("AT", "LI") }
        let region = random.pick(Vocabulary.regions[country] ?? [""])
        let place = random.pick(Vocabulary.cities[country] ?? [("", "")])
        return PolicyDraft(
            number: PolicyComposer.number(index, country), country: country,
            product: planted == .unknownProduct ? Vocabulary.unknownProduct : product,
            region: random.chance(2) ? nil : region,
            holder: random.pick(Vocabulary.givenNames) + " " + random.pick(Vocabulary.familyNames),
            street: random.pick(Vocabulary.streets), houseNumber: String(random.within(1...180)),
            postcode: place.postcode, city: place.name, agent: random.within(1...50),
            inception: BusinessDay.endOfHistory - random.within(400...7_000))
    }

    /// German numbers are digits with zeros in front, Austrian ones start with a letter, Swiss ones carry
    /// dots and a check digit.
    static func number(_ index: Int, _ country: String) -> String {
        switch country {
        case "AT": return "A" + (index * 11 + 100_003).padded(to: 8)
        case "CH":
            let digits = (index * 7 + 1_000_001).padded(to: 8)
            let check = digits.utf8.reduce(0) { ($0 * 3 + Int($1) - 48) % 11 } % 10
            return "\(digits.prefix(2)).\(digits.dropFirst(2).prefix(3)).\(digits.suffix(3))-\(check)"
        default: return (index * 37 + 1_000_017).padded(to: 10)
        }
    }

    private func spoilText(of policy: inout PolicyDraft, _ random: inout SeededRandom) {
        if random.chance(3) {
            policy.holder = random.pick(Vocabulary.decomposedNames)
            policy.oddities.insert(.decomposedUnicode)
        }
        if random.chance(9) {
            policy.holder += "   "
            policy.oddities.insert(.trailingSpaces)
        }
        if random.chance(12) { policy.city = policy.city.uppercased() + "  " }
        if random.chance(30), let region = policy.region {
            policy.region = region + String(repeating: " ", count: 4 - region.utf8.count)
        }
        if random.chance(5) {
            policy.houseNumber = nil
            policy.oddities.insert(.missingHouseNumber)
        } else if random.chance(8), let number = policy.houseNumber {
            policy.houseNumber = number + " a"
        }
    }

    private func plant(_ oddity: Oddity, in policy: inout PolicyDraft, _ random: inout SeededRandom) {
        policy.oddities.insert(oddity)
        guard let last = policy.versions.lastIndex(where: \.isEndorsement) else {
            preconditionFailure("a policy with a planted oddity has an endorsement")
        }
        switch oddity {
        case .unknownReason:
            policy.versions[last].reason = random.pick(Vocabulary.unknownReasons)
        case .impossibleDate:
            policy.versions[last].effective = random.pick(Vocabulary.impossibleDates)
        case .missingPolicyNumber:
            var stray = policy.versions[last]
            stray.policyNumber = nil
            policy.versions.append(stray)
        case .reusedPolicyNumber:
            let purged = policy.inception - random.within(200...900)
            policy.predecessor = (random.pick(Vocabulary.givenNames) + " Altvertrag", purged)
        default: break
        }
    }
}
