import Yams

/// Turns a YAML text into nodes with places, refusing what a plan may not use.
struct DocumentReader {
    /// Nodes that one file may have.
    static let nodeLimit = 50_000

    private let file: PlanFile
    private let report: Report
    private var nodeCount = 0
    private var isTooLarge = false
    /// The line looked at last, so that a long line is taken apart once.
    private var current: (line: Int, scalars: [Unicode.Scalar]) = (0, [])

    private init(_ file: PlanFile, _ report: Report) {
        self.file = file
        self.report = report
    }

    /// The root of a file; nil after a fault that leaves nothing to read.
    static func read(_ file: PlanFile, report: Report) -> PlanNode? {
        guard file.text.utf8.count <= PlanSource.byteLimit else {
            report.error(
                .tooLarge, at: SourceLocation(file: file.name, line: 1, column: 1), path: "",
                "the file is larger than a plan may be", found: "\(file.text.utf8.count) bytes",
                expected: "at most \(PlanSource.byteLimit) bytes")
            return nil
        }
        var reader = DocumentReader(file, report)
        return reader.root()
    }

    private mutating func root() -> PlanNode? {
        if let fault = DocumentScan.fault(in: file.lines) {
            refuse(fault.mistake, fault.line, fault.column, found: fault.found)
            return nil
        }
        do {
            // The parser owns the anchors that nodes point to weakly, so it stays alive until the walk is
            // over.
            let parser = try Parser(yaml: file.text, resolver: .basic, encoding: .utf8)
            return try withExtendedLifetime(parser) { () throws -> PlanNode? in
                guard let node = try parser.singleRoot() else {
                    report.error(
                        .emptyPlan, at: place(1, 1), path: "", "the file is empty", expected: "a plan")
                    return nil
                }
                let root = convert(node, path: "", depth: 1)
                return isTooLarge ? nil : root
            }
        } catch let error as YamlError {
            explain(error)
        } catch {
            report.error(.yamlSyntax, at: place(1, 1), path: "", "the file cannot be parsed as YAML")
        }
        return nil
    }

    private mutating func convert(_ node: Node, path: String, depth: Int) -> PlanNode? {
        let mark = node.mark
        let location = place(mark?.line ?? 1, mark?.column ?? 1)
        nodeCount += 1
        guard nodeCount <= DocumentReader.nodeLimit else {
            if !isTooLarge {
                report.error(
                    .tooManyNodes, at: location, path: path, "the file has more values than a plan may have",
                    expected: "at most \(DocumentReader.nodeLimit)")
            }
            isTooLarge = true
            return nil
        }
        if let anchor = node.anchor {
            refuse(.yamlAnchor, location.line, location.column, found: "&" + anchor.rawValue)
            return nil
        }
        guard depth <= DocumentScan.depthLimit else {
            refuse(.tooDeep, location.line, location.column, found: "\(depth) levels")
            return nil
        }
        if let tag = explicitTag(of: node) {
            refuse(.yamlTag, location.line, location.column, found: tag)
            return nil
        }
        switch node {
        case .scalar(let scalar):
            return PlanNode(
                content: .scalar(scalar.string, scalar.style.planStyle), location: location, path: path)
        case .sequence(let sequence):
            var items: [PlanNode] = []
            for (index, item) in sequence.enumerated() {
                if let item = convert(item, path: "\(path)[\(index)]", depth: depth + 1) {
                    items.append(item)
                }
            }
            return PlanNode(content: .list(items), location: location, path: path)
        case .mapping(let mapping): return convert(mapping, location, path, depth)
        case .alias:
            refuse(.yamlAlias, location.line, location.column, found: "*")
            return nil
        }
    }

    private mutating func convert(
        _ mapping: Node.Mapping, _ location: SourceLocation, _ path: String, _ depth: Int
    ) -> PlanNode? {
        var entries: [PlanNode.Entry] = []
        for (key, value) in mapping {
            guard let scalar = key.scalar, key.anchor == nil else {
                report.error(
                    .wrongShape,
                    at: place(key.mark?.line ?? location.line, key.mark?.column ?? location.column),
                    path: path, "a key must be a single word", found: "a list or mapping as a key",
                    expected: "a name")
                continue
            }
            let keyLocation = place(scalar.mark?.line ?? 1, scalar.mark?.column ?? 1)
            guard scalar.string != "<<" || scalar.style != .plain else {
                refuse(.yamlMergeKey, keyLocation.line, keyLocation.column, found: "<<")
                continue
            }
            let inner = path.isEmpty ? scalar.string : path + "." + scalar.string
            guard let value = convert(value, path: inner, depth: depth + 1) else { continue }
            entries.append(
                PlanNode.Entry(
                    key: scalar.string, isPlainKey: scalar.style == .plain, keyLocation: keyLocation,
                    value: value))
        }
        return PlanNode(content: .mapping(entries), location: location, path: path)
    }

    /// A tag that the text spells out; the ones that a parser infers are not meant.
    private mutating func explicitTag(of node: Node) -> String? {
        guard let mark = node.mark, file.lines.indices.contains(mark.line - 1) else { return nil }
        if current.line != mark.line {
            current = (mark.line, Array(file.lines[mark.line - 1].unicodeScalars))
        }
        let scalars = current.scalars
        guard scalars.indices.contains(mark.column - 1), scalars[mark.column - 1] == "!" else { return nil }
        return String(
            String.UnicodeScalarView(scalars[(mark.column - 1)...].prefix { $0 != " " && $0 != "\t" }))
    }

    private func refuse(_ mistake: PlanMistake, _ line: Int, _ column: Int, found: String) {
        let (message, expected, hint) =
            switch mistake {
            case .yamlAnchor:
                ("a plan may not use YAML anchors", "the value itself", "write the value where it is used")
            case .yamlAlias:
                ("a plan may not use YAML aliases", "the value itself", "repeat the value that is meant")
            case .yamlTag:
                (
                    "a plan may not use YAML tags", "a plain value",
                    "remove the tag; quote the value to keep it text"
                )
            case .yamlMergeKey:
                ("a plan may not use YAML merge keys", "keys of its own", "write the merged keys out")
            default:
                (
                    "the plan is nested too deeply", "at most \(DocumentScan.depthLimit) levels",
                    "take a level out"
                )
            }
        report.error(
            mistake, at: place(line, column), path: "", message, found: found, expected: expected, hint: hint)
    }

    private func explain(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            if problem.contains("another document") {
                report.error(
                    .yamlSyntax, at: place(mark.line, mark.column), path: "", "a file holds one document",
                    found: "a second document", expected: "the end of the file",
                    hint: "remove the `---`, or put the second part in a file of its own")
                return
            }
            let began = context.map { " (\($0.text), which began in line \($0.mark.line))" } ?? ""
            report.error(
                .yamlSyntax, at: place(mark.line, mark.column), path: "",
                "this is not YAML: \(problem)\(began)",
                hint: syntaxHint(problem, line: mark.line))
        case .reader(let problem, let offset, _, _):
            let (line, column) = place(ofOffset: offset ?? 0)
            report.error(.yamlSyntax, at: place(line, column), path: "", "this is not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context): explain(duplicates: keys, first: context.mark)
        default: report.error(.yamlSyntax, at: place(1, 1), path: "", "the file cannot be parsed as YAML")
        }
    }

    private func syntaxHint(_ problem: String, line: Int) -> String? {
        guard file.lines.indices.contains(line - 1) else { return nil }
        if file.lines[line - 1].contains("\t") { return "indent with spaces, not with tabs" }
        if problem.contains("mapping values") {
            return "put an expression that contains `: ` or ends in `:` in quotes"
        }
        return problem.contains("expected")
            ? "check quotes, brackets and indentation here and in the line before" : nil
    }

    /// Says where a key stands the second time.
    private func explain(duplicates keys: [String], first mark: Mark) {
        let key = keys.first ?? ""
        let second = secondPlace(of: key, after: mark)
        report.error(
            .duplicateKey, at: second ?? place(mark.line, mark.column), path: key,
            "the key `\(key)` stands here twice",
            found: key, expected: "each key once", hint: "the first is in line \(mark.line)")
    }

    private func secondPlace(of key: String, after mark: Mark) -> SourceLocation? {
        for line in mark.line...max(mark.line, file.lines.count) where file.lines.indices.contains(line - 1) {
            let scalars = Array(file.lines[line - 1].unicodeScalars)
            let from = line == mark.line ? mark.column : 0
            guard from <= scalars.count else { continue }
            let rest = String(String.UnicodeScalarView(scalars[from...]))
            for spelling in [key, "'\(key)'", "\"\(key)\""] {
                guard let range = rest.firstRange(of: spelling + ":") else { continue }
                let before = rest[..<range.lowerBound].unicodeScalars
                let isBlockKey = before.allSatisfy { $0 == " " } && from + before.count + 1 == mark.column
                let isFlowKey = before.last { $0 != " " }.map { $0 == "," || $0 == "{" } ?? false
                guard isBlockKey || isFlowKey else { continue }
                return place(line, from + before.count + 1)
            }
        }
        return nil
    }

    private func place(ofOffset offset: Int) -> (Int, Int) {
        var rest = offset
        for (index, line) in file.lines.enumerated() {
            if rest <= line.count { return (index + 1, rest + 1) }
            rest -= line.count + 1
        }
        return (file.lines.count, 1)
    }

    /// A place in the text; its end where the parser looked for more behind it.
    private func place(_ line: Int, _ column: Int) -> SourceLocation {
        guard line <= file.lines.count else {
            let last = file.lines.last?.unicodeScalars.count ?? 0
            return SourceLocation(file: file.name, line: file.lines.count, column: last + 1)
        }
        return SourceLocation(file: file.name, line: line, column: column)
    }
}

extension Node.Scalar.Style {
    fileprivate var planStyle: PlanNode.Style {
        switch self {
        case .singleQuoted: .singleQuoted
        case .doubleQuoted: .doubleQuoted
        case .literal: .literal
        case .folded: .folded
        default: .plain
        }
    }
}
