/// A semantic dictionary: what the old values of a column mean in the service's words.
public struct CodeTable: Sendable, Hashable, Codable {
    /// One old value and what it means.
    public struct Entry: Sendable, Hashable, Codable {
        /// The old value.
        public var old: CodeValue
        /// The new value.
        public var new: CodeValue
        /// Why, where that is not plain.
        public var because: String?
        /// Whether this is the old value to write when several have the same meaning.
        public var isPreferred: Bool

        /// Says what an old value means.
        public init(old: CodeValue, new: CodeValue, because: String? = nil, isPreferred: Bool = false) {
            self.old = old
            self.new = new
            self.because = because
            self.isPreferred = isPreferred
        }
    }

    /// What becomes of an old value that is not listed.
    public enum Otherwise: Sendable, Hashable, Codable {
        /// The row is set aside for a person to look at.
        case quarantine
        /// The old value is the new one.
        case keep
        /// This value.
        case value(CodeValue)
    }

    /// A new value that stands for several old ones, none of which is preferred: backwards it means nothing.
    public struct Ambiguity: Sendable, Hashable {
        /// The new value.
        public var new: CodeValue
        /// The old values in the order of the table; nil among them stands for all that are not listed.
        public var old: [CodeValue?]
    }

    /// The table's name.
    public let name: String
    /// The entries in the order of the plan.
    public let entries: [Entry]
    /// What becomes of an old value that is not listed.
    public let otherwise: Otherwise

    /// A table; refuses an old value that is listed twice.
    public init(name: String, entries: [Entry], otherwise: Otherwise = .quarantine) throws(ExpressionError) {
        var seen: Set<CodeValue> = []
        for entry in entries where !seen.insert(entry.old).inserted {
            throw ExpressionError(.duplicateCode, "code table '\(name)' lists \(entry.old) twice")
        }
        self.name = name
        self.entries = entries
        self.otherwise = otherwise
    }

    /// The new values that cannot be turned back, in the order of the table.
    public var ambiguities: [Ambiguity] {
        var groups: [CodeValue: [Entry]] = [:]
        for entry in entries { groups[entry.new, default: []].append(entry) }
        var found: [Ambiguity] = []
        var news: [CodeValue] = []
        for entry in entries where !news.contains(entry.new) { news.append(entry.new) }
        if case .value(let fallback) = otherwise, groups[fallback] == nil { news.append(fallback) }
        for new in news {
            let group = groups[new] ?? []
            var old: [CodeValue?] = group.map(\.old)
            if case .value(new) = otherwise { old.append(nil) }
            let isFallbackOnly = group.isEmpty && old.count == 1
            guard old.count > 1 || isFallbackOnly, group.count(where: \.isPreferred) != 1 else { continue }
            found.append(Ambiguity(new: new, old: old))
        }
        return found
    }

    /// Whether `uncode` turns every new value back into the old value it came from.
    public var isInvertible: Bool {
        var seen: Set<CodeValue> = []
        for entry in entries where !seen.insert(entry.new).inserted { return false }
        if case .value = otherwise { return false }
        return true
    }
}
