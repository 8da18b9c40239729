/// What a check from outside found; every number but the last four should be zero.
package struct Findings: Codable, Equatable, Sendable, CustomStringConvertible {
    /// Endorsements that the service should hold and does not.
    package var missing = 0
    /// Endorsements that the service holds and should not.
    package var extra = 0
    /// Endorsements that differ in at least one field.
    package var different = 0
    /// How many endorsements differ in each field.
    package var differentFields: [String: Int] = [:]
    /// Decisions that are missing.
    package var missingParts = 0
    /// Decisions that should not be there.
    package var extraParts = 0
    /// Decisions that differ.
    package var differentParts = 0
    /// Rows that nobody could translate and that are not set aside.
    package var notQuarantined = 0
    /// Keys set aside although their rows can be translated.
    package var wronglyQuarantined = 0
    /// Countries and products whose number or sum of premium impacts differs.
    package var totals = 0
    /// Events published more often than live changes explain.
    package var duplicateEvents = 0
    /// Events that no live change explains.
    package var historicalEvents = 0
    /// Events that an acknowledged change brought about and nobody was told.
    package var missingEvents = 0
    /// Rows in which the last acknowledged operation is not to be seen.
    package var lostAcknowledged = 0
    /// Rows that carry the mark of an operation that failed.
    package var failedButVisible = 0
    /// Rows that carry the mark of an operation that no writer remembers there.
    package var unexplained = 0
    /// Endorsements that were compared.
    package var compared = 0
    /// Operations in acknowledged transactions.
    package var acknowledgedOperations = 0
    /// Transactions whose outcome nobody knows and nothing shows.
    package var unknownTransactions = 0
    /// Examples of what is wrong: keys and names of fields, never values.
    package var examples: [String] = []

    /// Nothing found.
    package init() {}

    /// The counts that must be zero, by name.
    package var problems: [(name: String, count: Int)] {
        [
            ("missing", missing), ("extra", extra), ("different", different), ("missing parts", missingParts),
            ("extra parts", extraParts), ("different parts", differentParts),
            ("not quarantined", notQuarantined),
            ("wrongly quarantined", wronglyQuarantined), ("totals", totals),
            ("duplicate events", duplicateEvents),
            ("historical events", historicalEvents), ("missing events", missingEvents),
            ("lost acknowledged", lostAcknowledged), ("failed but visible", failedButVisible),
            ("unexplained", unexplained),
        ].filter { $0.1 > 0 }
    }

    /// Whether nothing is wrong.
    package var isClean: Bool { problems.isEmpty }

    /// What was found, for people.
    package var description: String {
        let seen =
            "\(compared) endorsements and \(acknowledgedOperations) acknowledged operations checked, "
            + "\(unknownTransactions) transactions of unknown outcome"
        if isClean { return "All is well: \(seen)." }
        let counts = problems.map { "\($0.name): \($0.count)" }.joined(separator: ", ")
        return (["\(counts) (\(seen))"] + examples.map { "  " + $0 }).joined(separator: "\n")
    }

    /// Keeps an example; no more than twenty of each kind.
    mutating func add(_ example: String, _ kind: String) {
        let line = "\(kind): \(example)"
        if examples.count(where: { $0.hasPrefix(kind + ":") }) < 20 { examples.append(line) }
    }
}
