public import Model

/// Writes a first plan from a legacy catalog: what could be inferred, marked as a guess, and questions where
/// nothing could.
public enum InitialPlan {
    /// The distinct values of a column of the legacy system, when there are few of them; nil when there are
    /// many.
    public typealias Sampler = @Sendable (_ table: String, _ column: String) -> [String?]?

    /// Where the catalog comes from.
    public enum Legacy: Sendable {
        /// A SQLite file, as the plan will name it.
        case file(String)
        /// A PostgreSQL database, whose address the plan takes from a variable of the environment.
        case server(variable: String)

        /// For people.
        var origin: String {
            switch self {
            case .file(let path): InitialPlan.comment(path)
            case .server(let variable): "the PostgreSQL database behind ${\(variable)}"
            }
        }

        /// For the plan.
        var setting: String {
            switch self {
            case .file(let path): "{ sqlite: \(InitialPlan.scalar(path)) }"
            case .server(let variable): "{ postgres: \"${\(variable)}\" }"
            }
        }
    }

    /// The text of the plan.
    ///
    /// One context for each cluster of tables that foreign keys connect. The service's tables do not exist
    /// yet, so the plan becomes free of errors once they do; every such place is marked with `# guess:` or `#
    /// question:`.
    public static func write(
        catalog: Catalog, legacy: Legacy, name: String = "first-plan",
        sample: @escaping Sampler = { _, _ in nil }
    ) -> String {
        var page = Page()
        page.line("# A first plan, written from the catalog of \(legacy.origin).")
        page.line("#")
        page.line("# Lines marked `guess:` were inferred and want a look; `question:` could not be inferred.")
        page.line("# Check it with: banyan plan check PLAN")
        page.line("")
        page.line("migration: \(scalar(name))")
        page.line("")
        page.line("systems:")
        page.line("  legacy:  \(legacy.setting)")
        page.line(
            "  service: { sqlite: service.db }", guess: "the service's own store; create its tables first")
        page.line("log:     { embedded: state/log, retain: 30d }")
        page.line("control: { sqlite: state/control.db }")
        page.line("")
        let clusters = TableClusters.find(in: catalog)
        if clusters.isEmpty {
            page.line("# question: the catalog has no table with a primary key. Where are the data?")
        }
        page.line("contexts:")
        for cluster in clusters { ContextSketch(cluster: cluster, sample: sample).write(to: &page) }
        appendRest(catalog, clusters, to: &page)
        return page.text
    }

    private static func appendRest(_ catalog: Catalog, _ clusters: [TableCluster], to page: inout Page) {
        let used = Set(clusters.flatMap { [$0.root.name] + $0.members.map(\.table.name) })
        let rest = catalog.tables.filter { !used.contains($0.name) }
        guard !rest.isEmpty else { return }
        page.line("")
        page.line("# Tables that no context reads:")
        for table in rest {
            page.line(
                "#   \(comment(table.name))" + (TableClusters.obstacle(to: table).map { ": \($0)" } ?? ""))
        }
    }

    /// A text as a YAML scalar: plain where that is safe, else in single quotes.
    static func scalar(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x2E, 0x2F: true
                default: false
                }
            } && !text.hasPrefix("-") && text != "~"
            && !["null", "NULL", "otherwise", "true", "false"].contains(text)
        if isPlain { return text }
        if text.unicodeScalars.contains(where: {
            $0.value < 0x20 || $0.value == 0x7F || (0x80..<0xA0).contains($0.value)
                || (0x2028...0x2029).contains($0.value)
        }) {
            let escaped = text.unicodeScalars.map { scalar -> String in
                if scalar == "\"" || scalar == "\\" { return "\\" + String(scalar) }
                guard
                    scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                        || (0x2028...0x2029).contains(scalar.value)
                else { return String(scalar) }
                let digits = String(scalar.value, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            return "\"" + escaped.joined() + "\""
        }
        return "'" + text.replacing(scalar: "'", with: "''") + "'"
    }

    /// A text that may stand in a comment.
    static func comment(_ text: String) -> String {
        text.printable.replacing(scalar: "\t", with: " ")
    }

    /// The lines of a plan being written.
    struct Page {
        private(set) var text = ""

        mutating func line(_ line: String, guess: String? = nil) {
            text += line + (guess.map { "  # guess: \($0)" } ?? "") + "\n"
        }
    }
}
