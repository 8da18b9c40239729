/// What must be documented, and what documents must hold.
enum DocumentationRules {
    /// Public and package declarations, and requirements of such protocols, without a documentation comment.
    static func undocumented(_ file: SwiftFile) -> [Finding] {
        file.declarations.filter { isVisible($0) || isRequirement($0, in: file) }.compactMap { declaration in
            guard !isDocumented(declaration.line, in: file) else { return nil }
            return Finding(
                file.path, declaration.line,
                "`\(declaration.keyword) \(declaration.name)` has no `///`: say what it is in one sentence, then what it guarantees"
            )
        }
    }

    /// Repository paths in backticks that lead nowhere.
    static func deadPaths(_ document: TextFile, exists: (String) -> Bool) -> [Finding] {
        document.lines.enumerated().flatMap { index, line in
            line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset % 2 == 1 }
                .map { String($0.element) }
                .filter { isRepositoryPath($0) && !exists($0) }
                .map {
                    Finding(
                        document.path, index + 1, "`\($0)` does not exist: name the file that keeps this now")
                }
        }
    }

    /// Relative links that lead nowhere.
    static func deadLinks(_ document: TextFile, exists: (String) -> Bool) -> [Finding] {
        let folder = document.path.split(separator: "/").dropLast().joined(separator: "/")
        return document.lines.enumerated().flatMap { index, line in
            targets(of: line).compactMap { target in
                let path = resolve(target, in: folder)
                guard !exists(path) else { return nil }
                return Finding(document.path, index + 1, "link to `\(target)` leads nowhere")
            }
        }
    }

    /// Decision records without one of the sections that make a decision worth keeping.
    static func incompleteDecision(_ document: TextFile) -> [Finding] {
        let headings = Set(document.lines.filter { $0.hasPrefix("## ") }.map { String($0.dropFirst(3)) })
        return ["Context", "Decision", "Consequences", "What would change our mind"].compactMap { section in
            guard !headings.contains(section) else { return nil }
            return Finding(document.path, 0, "has no section `## \(section)`")
        }
    }

    private static func isVisible(_ declaration: Declaration) -> Bool {
        guard !["extension", "deinit"].contains(declaration.keyword) else { return false }
        return declaration.modifiers.contains { ["public", "package", "open"].contains($0) }
            && !declaration.modifiers.contains("override")
    }

    private static func isRequirement(_ declaration: Declaration, in file: SwiftFile) -> Bool {
        guard declaration.depth == 1 else { return false }
        return file.declarations.contains { container in
            container.keyword == "protocol" && container.depth == 0 && isVisible(container)
                && container.line < declaration.line && declaration.line <= (container.lastLine ?? 0)
        }
    }

    private static func isDocumented(_ line: Int, in file: SwiftFile) -> Bool {
        var above = line - 1
        while above > 0, file.isAttribute(above) { above -= 1 }
        guard above > 0 else { return false }
        return file.comments[above - 1].drop { $0 == " " }.hasPrefix("///")
    }

    private static func isRepositoryPath(_ text: String) -> Bool {
        let folders = ["Sources/", "Tests/", "docs/", "scripts/", "examples/", "Benchmarks/", ".ci/"]
        return folders.contains { text.hasPrefix($0) } && !text.contains { "*<>… ".contains($0) }
    }

    private static func targets(of line: Substring) -> [String] {
        line.split(separator: "](", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            guard let end = part.firstIndex(of: ")") else { return nil }
            let target =
                part[..<end].split(separator: "#", omittingEmptySubsequences: false).first.map(String.init)
                ?? ""
            return target.isEmpty || target.contains(":") ? nil : target
        }
    }

    private static func resolve(_ target: String, in folder: String) -> String {
        var parts = folder.split(separator: "/").map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }
}
