extension PlanDiagnostic {
    /// The diagnostic as compilers print it: place, message, the line with a mark under it, what was found
    /// and expected.
    ///
    /// With `color`, the severity, the mark and the hint are set in ANSI colours; control characters of the
    /// plan are never passed on.
    public func render(source: PlanSource, color: Bool = false) -> String {
        let paint = Paint(isOn: color)
        let word = severity == .error ? paint.red("error:") : paint.yellow("warning:")
        var lines = [
            "\(paint.bold(location.description)): \(word) \(paint.bold(message.printable)) [\(code)]"
        ]
        if let file = source.files.first(where: { $0.name == location.file }),
            file.lines.indices.contains(location.line - 1), !file.lines[location.line - 1].isEmpty
        {
            let line = Array(file.lines[location.line - 1].unicodeScalars)
            let number = String(location.line)
            let margin = String(repeating: " ", count: number.count)
            let start = min(max(location.column - 1, 0), line.count)
            let padding = line[..<start].map {
                $0 == "\t" ? "\t" : String(repeating: " ", count: $0.displayWidth)
            }.joined()
            let mark = String(repeating: "~", count: max(0, markedWidth(line, from: start) - 1))
            lines.append(" \(number) | \(String(String.UnicodeScalarView(line)).printable)")
            lines.append(" \(margin) | \(padding)\(paint.red("^" + mark))")
        }
        if let found { lines.append("    found: \(found.printable)") }
        if let expected { lines.append(" expected: \(expected.printable)") }
        if let hint { lines.append("     hint: \(paint.green(hint.printable))") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How far the mark reaches: over what was found, when it stands there, else over the word.
    private func markedWidth(_ line: [Unicode.Scalar], from start: Int) -> Int {
        let rest = line[start...]
        if let found, !found.isEmpty {
            let scalars = Array(found.unicodeScalars)
            if rest.starts(with: scalars) { return width(of: scalars) }
            if let quote = rest.first, quote == "'" || quote == "\"", rest.dropFirst().starts(with: scalars) {
                return width(of: scalars) + 2
            }
        }
        let word = rest.prefix {
            $0.properties.isAlphabetic || $0.properties.numericType != nil
                || "_.$".unicodeScalars.contains($0)
        }
        return max(1, width(of: Array(word)))
    }

    private func width(of scalars: [Unicode.Scalar]) -> Int {
        scalars.reduce(0) { $0 + $1.displayWidth }
    }
}

/// Sets text in ANSI colours, or leaves it alone.
struct Paint {
    let isOn: Bool

    func red(_ text: String) -> String { wrap(text, "31;1") }
    func yellow(_ text: String) -> String { wrap(text, "33;1") }
    func green(_ text: String) -> String { wrap(text, "32") }
    func bold(_ text: String) -> String { wrap(text, "1") }
    func dim(_ text: String) -> String { wrap(text, "2") }

    private func wrap(_ text: String, _ code: String) -> String {
        isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}

extension String {
    /// The text with control characters and direction marks replaced, so that a terminal shows it as it is.
    var printable: String {
        guard unicodeScalars.contains(where: \.isUnprintable) else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.map { $0.isUnprintable ? "\u{FFFD}" : $0 }))
    }
}

extension Unicode.Scalar {
    /// Control characters other than a tab, and the marks that turn the direction of text.
    fileprivate var isUnprintable: Bool {
        switch value {
        case 0x09: false
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// Columns that a terminal gives the character: none for combining marks, two for wide ones.
    fileprivate var displayWidth: Int {
        if properties.generalCategory == .nonspacingMark || properties.generalCategory == .enclosingMark {
            return 0
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}
