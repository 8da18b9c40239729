/// A node of a plan's text, with its place and the keys that lead to it.
struct PlanNode: Sendable {
    /// How a scalar was written.
    enum Style: Sendable {
        case plain
        case singleQuoted
        case doubleQuoted
        case literal
        case folded
    }

    /// What the node is.
    enum Content: Sendable {
        case scalar(String, Style)
        case list([PlanNode])
        case mapping([Entry])
    }

    /// One pair of a mapping.
    struct Entry: Sendable {
        var key: String
        var isPlainKey: Bool
        var keyLocation: SourceLocation
        var value: PlanNode
    }

    var content: Content
    var location: SourceLocation
    /// The keys that lead here, joined by points (`contexts.endorsement.reads.v`).
    var path: String

    /// Whether nothing was written: `key:` with no value, or `~`.
    var isEmpty: Bool {
        if case .scalar(let text, .plain) = content { text.isEmpty || text == "~" } else { false }
    }

    /// Whether it is a scalar without quotes.
    var isPlain: Bool { if case .scalar(_, .plain) = content { true } else { false } }

    /// The last key of the path.
    var name: String { path.split(separator: ".").last.map(String.init) ?? "the plan" }

    /// What the node is, in words for a message.
    var shape: String {
        switch content {
        case _ where isEmpty: "nothing"
        case .scalar: "a single value"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }

    /// The value of a scalar as it stands in the text, for `found`.
    var spelling: String {
        if case .scalar(let text, _) = content, !isEmpty { text } else { shape }
    }
}
