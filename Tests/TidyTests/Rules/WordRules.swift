/// What the project's texts may not mention: they speak of Banyan only.
enum WordRules {
    /// Paths of somebody's machine.
    static func machinePaths(_ file: TextFile) -> [Finding] {
        file.lines.enumerated().flatMap { index, line in
            paths.filter { mentions(line, $0) }.map { path in
                Finding(
                    file.path, index + 1,
                    "`\(path)` is a path of one machine: use a path relative to the repository, or an environment variable"
                )
            }
        }
    }

    private static func mentions(_ line: Substring, _ path: String) -> Bool {
        line.ranges(of: path).contains { range in
            // Inside a relative path such a folder is ours; at the start of a path it is a machine's.
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || "._-}".contains(before))
        }
    }

    /// Put together from parts, so that this file does not carry the paths it looks for.
    private static let paths = ["/wo" + "rk/", "/tmp" + "/w/", "/ho" + "me/", "/Us" + "ers/", "/ro" + "ot/"]
}
