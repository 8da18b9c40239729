import CEL

/// One direction of a code table, made for looking up: texts by their bytes, numbers by themselves, nothing
/// allocated for a call.
final class CodeLookup: Sendable {
    /// What an unlisted value becomes.
    enum Unlisted: Sendable {
        case refused
        case kept
        case value(Value)
    }

    private let texts: ByteTable
    private let numbers: [Int64: Int]
    private let nullPlace: Int?
    /// What each listed value becomes; nil where that is ambiguous.
    private let results: [Value?]
    private let unlisted: Unlisted
    private let tableName: String

    init(_ pairs: [(from: CodeValue, to: CodeValue?)], unlisted: Unlisted, tableName: String) {
        var texts: [(String, Int)] = []
        var numbers: [Int64: Int] = [:]
        var nullPlace: Int?
        for (place, pair) in pairs.enumerated() {
            switch pair.from {
            case .null: nullPlace = place
            case .integer(let number): numbers[number] = place
            case .text(let text): texts.append((text, place))
            }
        }
        self.texts = ByteTable(texts)
        self.numbers = numbers
        self.nullPlace = nullPlace
        results = pairs.map { $0.to?.value }
        self.unlisted = unlisted
        self.tableName = tableName
    }

    /// What a value becomes; an error where the table does not say.
    func result(for value: Value) throws(EvaluationError) -> Value {
        let place: Int? =
            switch value {
            case .null: nullPlace
            case .int(let number): numbers[number]
            // The bytes are read within the closure only.
            case .string(let text): unsafe text.withBytes { bytes in unsafe texts.place(of: bytes) }
            default:
                throw EvaluationError(.noSuchOverload, "a code is a string or int, not \(value.type.name)")
            }
        guard let place else { return try result(forUnlisted: value) }
        guard let result = results[place] else {
            throw EvaluationError(
                .ambiguousCode,
                "code table '\(tableName)' has several old values for this new one; mark one as preferred")
        }
        return result
    }

    private func result(forUnlisted value: Value) throws(EvaluationError) -> Value {
        switch unlisted {
        case .kept: return value
        case .value(let value): return value
        case .refused:
            throw EvaluationError(
                .unknownCode,
                "code table '\(tableName)' does not list this value; add it, or say what others become")
        }
    }
}

extension CodeTable {
    /// From old to new.
    var forward: CodeLookup {
        let unlisted: CodeLookup.Unlisted =
            switch otherwise {
            case .quarantine: .refused
            case .keep: .kept
            case .value(let value): .value(value.value)
            }
        return CodeLookup(entries.map { ($0.old, $0.new) }, unlisted: unlisted, tableName: name)
    }

    /// From new to old.
    var backward: CodeLookup {
        var pairs: [(from: CodeValue, to: CodeValue?)] = []
        let ambiguous = ambiguities
        for new in ambiguous.map(\.new) { pairs.append((new, nil)) }
        for entry in entries where !pairs.contains(where: { $0.from == entry.new }) {
            let chosen = entries.first { $0.new == entry.new && $0.isPreferred } ?? entry
            pairs.append((entry.new, chosen.old))
        }
        return CodeLookup(pairs, unlisted: otherwise == .keep ? .kept : .refused, tableName: name)
    }
}
