import Exceptions
import Foundation
import Model
import Reconcile

/// Evidence as one page that needs nothing else: what people read, and inside it the JSON that it is made of.
public enum EvidencePage {
    private static let start = "<!DOCTYPE html>\n"
    private static let opening = "<script type=\"application/json\" id=\"evidence\">\n"
    private static let closing = "\n</script>\n"

    static func isPage(_ text: String) -> Bool { text.hasPrefix(start) }

    /// The JSON in a page, in which `<` is written as an escape; nil when there is none.
    static func json(in page: String) -> Data? {
        let bytes = Data(page.utf8)
        guard let from = bytes.range(of: Data(opening.utf8)),
            let to = bytes.range(of: Data(closing.utf8), in: from.upperBound..<bytes.endIndex)
        else { return nil }
        return bytes[from.upperBound..<to.lowerBound]
    }

    /// The page of a bundle.
    public static func text(_ evidence: Evidence) throws -> String {
        let body = evidence.body
        var page = start
        page += "<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
        page += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        page += "<title>\(escaped("\(body.migration) / \(body.context)")) – signed off</title>\n"
        page += "<style>\n\(style)\n</style></head><body><main>\n"
        page += heading(body)
        page += compared(body.certificate) + totals(body) + exceptions(body) + rules(body) + history(body)
        page += "<footer><p>SHA-256 of the evidence <code>\(evidence.digest)</code></p>\n"
        page +=
            "<p><code>banyan certificate verify</code> checks this page and the JSON inside it, without a "
            + "database.</p></footer>\n</main>\n"
        // No text of the evidence can end the element that holds it. In JSON `<` stands in strings only.
        var json = ""
        for scalar in try evidence.text().unicodeScalars {
            if scalar == "<" { json += "\\u003c" } else { json.unicodeScalars.append(scalar) }
        }
        return page + opening + json + closing + "</body></html>\n"
    }

    // MARK: sections

    private static func heading(_ body: Evidence.Body) -> String {
        let period = [body.from.map { "from \(moment($0))" }, body.until.map { "until \(moment($0))" }]
            .compactMap(\.self).joined(separator: " ")
        var text = "<header><p class=\"kind\">Sign-off</p>\n"
        text += "<h1>\(escaped(body.context))</h1>\n<p>\(escaped(body.migration))"
        text += period.isEmpty ? "" : ", \(escaped(period))"
        text += "</p>\n<dl>"
        text += entry("Signed by", "\(body.signedBy), \(moment(body.signedAt))")
        text += entry("Because", body.because)
        let began = body.certificate.body.beganAt.map { ", begun \(moment($0))" } ?? ""
        text += entry("Pass", "\(body.pass), at \(body.certificate.body.frontier)\(began)")
        text += entry("Mapping", body.certificate.body.mapping)
        text += entry("Audit chain", "entry \(body.auditEntries), \(body.auditDigest)")
        text += entry("Written by", body.tool)
        return text + "</dl></header>\n"
    }

    private static func compared(_ certificate: Certificate) -> String {
        let rows = certificate.body.compared.map { one in
            [
                one.aggregate, "\(one.compared)", "\(one.missing)", "\(one.extra)", "\(one.different)",
                "\(one.unjudged + one.quarantined + (one.pending ?? 0))",
            ]
        }
        return section(
            "What was compared", ["", "Rows", "Missing", "Extra", "Different", "Not judged"], rows,
            numbers: 1...5)
    }

    private static func totals(_ body: Evidence.Body) -> String {
        let found = body.certificate.body.totals ?? []
        let rows = found.flatMap { total in
            total.lines.map { line in
                [
                    total.name, line.group.joined(separator: ", "), line.legacy ?? "none",
                    line.service ?? "none", total.tolerance, line.isEqual ? "equal" : "different",
                ]
            }
        }
        let note = "<p>Queries of the business on both sides. They do not use the mapping.</p>\n"
        return section(
            "Totals", ["Total", "Of", "Legacy", "Service", "Tolerance", ""], rows, numbers: 2...4, note)
            + body.totals.map { total in
                "<details><summary>\(escaped(total.name))</summary><p>Legacy</p><pre>\(escaped(total.legacy))"
                    + "</pre><p>Service</p><pre>\(escaped(total.service))</pre></details>\n"
            }.joined()
    }

    private static func exceptions(_ body: Evidence.Body) -> String {
        if body.exceptions.isEmpty {
            return "<section><h2>Exceptions</h2><p>None.</p></section>\n"
        }
        let rows = body.exceptions.map { one in
            let fields = one.discrepancy.fields.map { field in
                "\(field.field): \(field.legacy ?? "NULL") / \(field.service ?? "NULL")"
            }
            let steps = one.history.map { step in
                "\(moment(step.at)) \(step.what) by \(step.by)" + (step.text.map { ": \($0)" } ?? "")
            }
            return [
                "\(one.number)", "\(one.discrepancy.of) \(one.discrepancy.key)",
                ([one.discrepancy.kind.rawValue] + fields).joined(separator: "\n"), one.state.word,
                steps.joined(separator: "\n"),
            ]
        }
        return section("Exceptions", ["", "Of", "What", "State", "History"], rows, numbers: 0...0)
    }

    private static func rules(_ body: Evidence.Body) -> String {
        let rows = body.rules.map {
            [$0.field, $0.tolerance, $0.isMaterial ? "material" : "", $0.owner ?? ""]
        }
        let note = "<p>Every other mapped field is compared exactly.</p>\n"
        return section("Rules", ["Field", "Tolerance", "", "Owner"], rows, numbers: nil, note)
    }

    private static func history(_ body: Evidence.Body) -> String {
        let chunks = Dictionary(grouping: body.certificate.body.history, by: \.table)
        let tables = chunks.sorted { $0.key < $1.key }.map { table, chunks in
            [table, "\(chunks.count)", "\(chunks.map(\.rowsRead).reduce(0, +))", "no gap"]
        }
        let passes = body.passes.map {
            ["\($0.number)", "\($0.differences)", "\($0.unjudged)", $0.digest]
        }
        return section("History read", ["Table", "Chunks", "Rows", ""], tables, numbers: 1...2)
            + section("Passes", ["", "Differences", "Not judged", "Digest"], passes, numbers: 0...2)
    }

    // MARK: elements

    private static func entry(_ name: String, _ value: String) -> String {
        "<div><dt>\(escaped(name))</dt><dd>\(escaped(value))</dd></div>\n"
    }

    private static func section(
        _ title: String, _ heads: [String], _ rows: [[String]], numbers: ClosedRange<Int>?,
        _ note: String = ""
    ) -> String {
        func kind(_ column: Int) -> String { numbers?.contains(column) ?? false ? " class=\"n\"" : "" }
        var text = "<section><h2>\(escaped(title))</h2>\n\(note)<div class=\"wide\"><table><thead><tr>"
        for (column, head) in heads.enumerated() { text += "<th\(kind(column))>\(escaped(head))</th>" }
        text += "</tr></thead>\n<tbody>\n"
        for row in rows {
            text += "<tr>"
            for (column, cell) in row.enumerated() { text += "<td\(kind(column))>\(escaped(cell))</td>" }
            text += "</tr>\n"
        }
        return text + "</tbody></table></div></section>\n"
    }

    private static func moment(_ microseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(microseconds) / 1e6).formatted(
            Date.ISO8601FormatStyle(timeZone: .gmt))
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }

    private static let style = """
        :root { color-scheme: light dark; --line: #8884; --quiet: #777; --good: #1a7f4b; }
        body { margin: 0; font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem; }
        header { border-bottom: 3px solid var(--good); padding-bottom: 1rem; }
        .kind { margin: 0; color: var(--good); font-weight: 600; text-transform: uppercase;
          letter-spacing: .08em; font-size: .8rem; }
        h1 { margin: 0; font-size: 2rem; }
        h2 { margin: 2.2rem 0 .5rem; font-size: 1.15rem; }
        dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: .3rem 2rem; }
        dt { color: var(--quiet); font-size: .8rem; }
        dd { margin: 0; overflow-wrap: anywhere; }
        .wide { overflow-x: auto; }
        table { border-collapse: collapse; width: 100%; }
        th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0;
          border-bottom: 1px solid var(--line); white-space: pre-line; overflow-wrap: break-word; }
        th { color: var(--quiet); font-weight: 500; font-size: .8rem; }
        .n { text-align: right; font-variant-numeric: tabular-nums; }
        pre { overflow-x: auto; background: #8881; padding: .6rem; }
        code { font-size: .85rem; overflow-wrap: anywhere; }
        footer { margin-top: 3rem; color: var(--quiet); font-size: .85rem; }
        """
}
