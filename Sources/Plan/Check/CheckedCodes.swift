import Expressions

/// A code table of the plan together with what the flow runs on.
struct CheckedCodes {
    let text: CodeTableText
    let table: CodeTable?

    init(_ text: CodeTableText) {
        self.text = text
        table = CodeTable(name: text.name.value)
    }
}

extension CodeTableText {
    /// Meanings that several codes share, with those codes: backwards they cannot be told apart.
    var ambiguousMeanings: [(meaning: String, codes: [String])] {
        var codes: [String: [String]] = [:]
        for entry in entries { codes[entry.meaning, default: []].append(entry.code ?? "NULL") }
        if case .meaning(let other) = otherwise { codes[other, default: []].append("otherwise") }
        return codes.filter { $0.value.count > 1 || $0.value == ["otherwise"] }.map { ($0.key, $0.value) }
            .sorted { $0.meaning < $1.meaning }
    }
}
