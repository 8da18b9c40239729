import Foundation
import Model
import Reconcile

extension Certificate {
    /// Checks a certificate's text: that it is byte for byte what was issued, that its coverage has no gap,
    /// and that it claims equality.
    public static func check(text: String) -> CertificateVerdict {
        let certificate: Certificate
        do {
            certificate = try Certificate(text: text)
        } catch {
            if let format = formatName(in: Data(text.utf8)), !Certificate.formats.contains(format) {
                return .unsupported(format)
            }
            return .reject(["the text is not a certificate"])
        }
        guard Certificate.formats.contains(certificate.body.format) else {
            return .unsupported(certificate.body.format)
        }
        do {
            // The issued text is canonical: whatever is not, was changed.
            let issued = Array(try certificate.text().utf8)
            guard text.utf8.elementsEqual(issued) || text.utf8.elementsEqual(issued + [0x0A]) else {
                return .reject(["the text is not in the canonical form in which certificates are issued"])
            }
            guard try digest(of: certificate.body) == certificate.digest else {
                return .reject(["the digest does not match the body"])
            }
        } catch {
            return .reject(["the body cannot be encoded"])
        }
        let problems = certificate.coverageProblems() + certificate.equalityProblems()
        return problems.isEmpty ? .accept : .reject(problems)
    }

    /// Gaps and contradictions in the history that the certificate covers.
    package func coverageProblems() -> [String] {
        if body.history.isEmpty { return ["no history is covered"] }
        let covered = Set(body.history.map { "table:\($0.table)" })
        var problems = body.compared.map(\.aggregate).filter {
            $0.hasPrefix("table:") && !covered.contains($0)
        }
        .map { "\($0.dropFirst(6)): compared, but its history is not covered" }
        for (table, chunks) in Dictionary(grouping: body.history, by: \.table).sorted(by: { $0.key < $1.key })
        {
            let ordered = chunks.sorted { $0.number < $1.number }
            if ordered.map(\.number) != Array(0..<ordered.count) {
                problems.append("\(table): chunk numbers have a gap")
            }
            if ordered.first?.keyAfter != nil {
                problems.append("\(table): the first chunk does not start before every key")
            }
            if ordered.last?.isLast != true {
                problems.append("\(table): the last chunk does not reach the end")
            }
            for (left, right) in zip(ordered, ordered.dropFirst()) {
                if left.isLast { problems.append("\(table): a chunk follows the last one") }
                if left.keyThrough != right.keyAfter || left.keyThrough == nil {
                    problems.append("\(table): a gap between chunk \(left.number) and \(right.number)")
                }
            }
            for chunk in ordered {
                if chunk.low > chunk.high || chunk.frontier > chunk.high {
                    problems.append("\(table): chunk \(chunk.number) was placed before it was read")
                }
                if chunk.rowsDropped > chunk.rowsRead || chunk.rowsRead < 0 || chunk.rowsDropped < 0 {
                    problems.append("\(table): chunk \(chunk.number) counts more rows dropped than read")
                }
                if !chunk.belongs(to: body.context) {
                    problems.append("\(table): a chunk of another context")
                }
                if chunk.high > body.frontier {
                    problems.append("\(table): chunk \(chunk.number) lies after the frontier")
                }
            }
        }
        return problems
    }

    /// What the certificate does not vouch for, in words: it holds for everything else.
    public var exceptions: [String] {
        let totals = (body.totals ?? []).filter { $0.verdict == .setAside }.map {
            "total \($0.name): \($0.reason ?? "")"
        }
        return totals
            + body.compared.flatMap { comparison -> [String] in
                var words: [String] = []
                if comparison.quarantined != 0 {
                    words.append("\(comparison.aggregate): \(comparison.quarantined) set aside, not judged")
                }
                if let pending = comparison.pending, pending != 0 {
                    words.append("\(comparison.aggregate): \(pending) waiting for another row, not judged")
                }
                return words
            }
    }

    /// What the comparison at the frontier found wrong.
    package func equalityProblems() -> [String] {
        if body.compared.isEmpty { return ["nothing was compared"] }
        let totals = (body.totals ?? []).filter { ![.equal, .setAside].contains($0.verdict) }.map { total in
            let agree = total.lines.count(where: \.isEqual)
            return "total \(total.name): "
                + (total.reason ?? "\(total.lines.count - agree) of \(total.lines.count) figures differ")
        }
        return totals
            + body.compared.flatMap { comparison -> [String] in
                var problems: [String] = []
                if comparison.missing != 0 {
                    problems.append("\(comparison.aggregate): \(comparison.missing) missing")
                }
                if comparison.extra != 0 {
                    problems.append("\(comparison.aggregate): \(comparison.extra) extra")
                }
                if comparison.unjudged != 0 {
                    problems.append("\(comparison.aggregate): \(comparison.unjudged) not judged")
                }
                if comparison.different != 0 {
                    problems.append("\(comparison.aggregate): \(comparison.different) different")
                }
                return problems
            }
    }

    static func formatName(in text: Data) -> String? {
        // A text that is no JSON names no format; the caller says so.
        let object = try? JSONSerialization.jsonObject(with: text) as? [String: Any]
        return (object?["body"] as? [String: Any])?["format"] as? String
    }
}
