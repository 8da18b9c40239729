/// A mapping of the plan whose keys are known: reports the unknown ones, hands out the others.
struct Section {
    let node: PlanNode
    let report: Report
    private let entries: [String: PlanNode.Entry]

    /// Nil, and reported, when the node is no mapping.
    init?(_ node: PlanNode, keys: [String], of what: String, report: Report) {
        guard let found = node.entries(of: what, report) else { return nil }
        self.node = node
        self.report = report
        var entries: [String: PlanNode.Entry] = [:]
        for entry in found {
            guard keys.contains(entry.key) else {
                report.unknown(
                    .unknownKey, at: entry.keyLocation, path: entry.value.path,
                    "\(what) has no key `\(entry.key)`",
                    name: entry.key, among: keys, of: "one of the keys")
                continue
            }
            entries[entry.key] = entry
        }
        self.entries = entries
    }

    /// The value of a key; nil when it is absent.
    subscript(key: String) -> PlanNode? { entries[key]?.value }

    /// Where a key stands.
    func location(of key: String) -> SourceLocation { entries[key]?.keyLocation ?? node.location }

    /// The value of a key that must be there.
    func required(_ key: String, _ expected: String) -> PlanNode? {
        if let value = entries[key]?.value, !value.isEmpty { return value }
        report.error(
            .missingKey, at: entries[key]?.keyLocation ?? node.location, path: join(key),
            "`\(node.name)` needs a `\(key)`", found: entries[key] == nil ? nil : "nothing",
            expected: "`\(key)`: \(expected)")
        return nil
    }

    private func join(_ key: String) -> String { node.path.isEmpty ? key : node.path + "." + key }
}

extension PlanNode {
    /// The pairs of a mapping; reported when it is none.
    func entries(of what: String, _ report: Report) -> [Entry]? {
        if case .mapping(let entries) = content { return entries }
        report.error(
            .wrongShape, at: location, path: path, "\(what) must be a mapping, but is \(shape)", found: shape,
            expected: "a mapping (`key: value`)")
        return nil
    }

    /// The text of a scalar; reported when it is none or empty.
    func text(_ what: String, _ report: Report) -> String? {
        if case .scalar(let text, _) = content, !isEmpty { return text }
        report.error(
            .wrongShape, at: location, path: path, "`\(name)` must be \(what), but is \(shape)", found: shape,
            expected: what)
        return nil
    }

    /// A scalar with its place.
    func located(_ what: String, _ report: Report) -> Located<String>? {
        text(what, report).map { Located($0, location: textLocation, path: path) }
    }

    /// Where the text of a quoted scalar begins.
    var textLocation: SourceLocation {
        guard case .scalar(_, let style) = content, style == .singleQuoted || style == .doubleQuoted else {
            return location
        }
        return SourceLocation(file: location.file, line: location.line, column: location.column + 1)
    }

    /// The scalars of a list; a single scalar stands for a list of one.
    func texts(_ what: String, _ report: Report) -> [Located<String>]? {
        switch content {
        case .list(let items): return items.compactMap { $0.located("a single value", report) }
        case .scalar where !isEmpty: return located(what, report).map { [$0] }
        default:
            report.error(
                .wrongShape, at: location, path: path, "`\(name)` must be a list, but is \(shape)",
                found: shape,
                expected: what)
            return nil
        }
    }

    /// `true` or `false`.
    func flag(_ report: Report) -> Bool? {
        guard let text = text("true or false", report) else { return nil }
        if text == "true" || text == "false" { return text == "true" }
        report.error(
            .wrongValue, at: location, path: path, "`\(name)` must be true or false", found: text,
            expected: "true or false")
        return nil
    }

    /// A length of time, as in `30d`, `24h`, `90m`, `5s` or `500ms`.
    func duration(_ report: Report) -> Duration? {
        guard let text = text("a length of time such as 30d or 24h", report) else { return nil }
        if let duration = Duration(planText: text) { return duration }
        report.error(
            .wrongValue, at: location, path: path, "`\(name)` must be a length of time", found: text,
            expected: "a number with a unit: ms, s, m, h, d or w",
            hint: "write 30d for thirty days, 24h for a day")
        return nil
    }

    /// A number of bytes, as in `20GB`, in PostgreSQL's units.
    func size(_ report: Report) -> Int? {
        guard let text = text("a size such as 20GB", report) else { return nil }
        if let bytes = Int(planSize: text) { return bytes }
        report.error(
            .wrongValue, at: textLocation, path: path, "`\(name)` must be a size", found: text,
            expected: "a number with a unit: MB, GB or TB", hint: "write 512MB, 20GB or 1TB")
        return nil
    }

    /// A share between 0 and 1.
    func share(_ report: Report) -> Located<Double>? {
        guard let text = text("a share between 0 and 1", report) else { return nil }
        if text.isDecimalNumber, let value = Double(text), (0...1).contains(value) {
            return Located(value, location: location, path: path)
        }
        report.error(
            .wrongValue, at: location, path: path, "`\(name)` must be a share between 0 and 1", found: text,
            expected: "a number from 0 to 1", hint: "0.001 is one in a thousand")
        return nil
    }
}

extension Int {
    /// The bytes that a plan spells as a number with a unit, each 1024 of the one before; nil when it spells
    /// none.
    init?(planSize text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number > 0, number <= 1_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "MB": self = number << 20
        case "GB": self = number << 30
        case "TB": self = number << 40
        default: return nil
        }
    }
}

extension Duration {
    /// The length that a plan spells as a number with a unit; nil when it spells none.
    init?(planText text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int64(digits), number <= 1_000_000_000 else { return nil }
        switch text.dropFirst(digits.count) {
        case "ms": self = .milliseconds(number)
        case "s": self = .seconds(number)
        case "m": self = .seconds(number * 60)
        case "h": self = .seconds(number * 3600)
        case "d": self = .seconds(number * 86_400)
        case "w": self = .seconds(number * 604_800)
        default: return nil
        }
    }

    /// The length as a plan spells it.
    var planText: String {
        let (seconds, attoseconds) = components
        if attoseconds != 0 { return "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)ms" }
        for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("m", 60)]
        where seconds % size == 0 && seconds > 0 {
            return "\(seconds / size)\(unit)"
        }
        return "\(seconds)s"
    }
}

extension String {
    /// Digits with an optional sign and point, nothing else.
    var isDecimalNumber: Bool {
        let body = hasPrefix("-") ? dropFirst() : self[...]
        let parts = body.split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    }

    /// Letters, digits and `_`, not beginning with a digit: what an expression can name.
    var isIdentifier: Bool {
        guard let first = utf8.first, !(0x30...0x39).contains(first) else { return false }
        return utf8.allSatisfy { $0.isWord }
    }

    /// An identifier that may also have `-` inside.
    var isPlanName: Bool {
        guard let first = utf8.first, first.isWord, !(0x30...0x39).contains(first) else { return false }
        return utf8.allSatisfy { $0.isWord || $0 == 0x2D }
    }
}

extension UInt8 {
    fileprivate var isWord: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
        default: false
        }
    }
}
