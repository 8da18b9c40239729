import Exceptions
import Foundation
import Migration
import Model
import Reconcile

/// What a pass found, for people and for programs.
enum ReconcilePage {
    /// How many differences are shown of each kind; `banyan exceptions list` shows all.
    private static let shownMax = 5

    static func text(_ issued: CertificateIssuer.Issued, _ paint: Colors) -> String {
        let (certificate, report) = (issued.certificate, issued.report)
        let verdict = verdict(certificate)
        var text = paint.bold(certificate.body.context.escapedForTerminal) + "  "
        text += (verdict == "equal" ? paint.good(verdict) : paint.bad(verdict)) + " at \(report.frontier)"
        text += "  (certificate \(issued.number))\n"
        var columns = TextColumns(right: [1, 2, 3, 4, 5])
        columns.add("COMPARED", "ROWS", "MISSING", "EXTRA", "DIFFERENT", "NOT JUDGED")
        for comparison in certificate.body.compared {
            columns.add(
                comparison.aggregate.escapedForTerminal, Measure.count(comparison.compared),
                Measure.count(comparison.missing), Measure.count(comparison.extra),
                Measure.count(comparison.different),
                Measure.count(comparison.unjudged + comparison.quarantined + (comparison.pending ?? 0)))
        }
        text += columns.text(indent: "  ") + CertificatePage.totals(certificate, paint)
        for one in issued.levels {
            let standing = standing(one, certificate)
            if standing == .ok { continue }
            text += "  " + paint.bold(paint.bad(standing.rawValue)) + ": \(percent(one.share)) of "
            text += "\(one.aggregate.escapedForTerminal) differ"
            text += one.threshold.map { ", above \(percent($0))" } ?? ""
            text += standing == one.level ? "\n" : "; it stays until enough is judged to know better\n"
        }
        for (shape, all) in Dictionary(grouping: report.discrepancies, by: Finding.Shape.init)
            .sorted(by: { $0.key < $1.key })
        {
            text += "  \(ExceptionPage.words(shape)): \(Measure.count(all.count))\n"
            for one in all.prefix(shownMax) { text += "    \(ExceptionPage.words(one))\n" }
            if all.count > shownMax { text += "    and \(Measure.count(all.count - shownMax)) more\n" }
        }
        for (of, keys) in report.unjudged.sorted(by: { $0.key < $1.key }) {
            for (reason, some) in Dictionary(grouping: keys, by: \.reason).sorted(by: {
                $0.key.rawValue < $1.key.rawValue
            }) {
                let names = some.prefix(shownMax).map(\.key.escapedForTerminal).joined(separator: ", ")
                text += "  not judged: \(of.escapedForTerminal) \(names)"
                text += some.count > shownMax ? " and \(Measure.count(some.count - shownMax)) more" : ""
                text += " (\(words(reason)))\n"
            }
        }
        let more = report.discrepanciesMore
        if more > 0 { text += "  not every difference is listed: \(Measure.count(more)) more\n" }
        return text
    }

    /// The level that stands after the pass.
    private static func standing(_ one: MismatchLevel, _ certificate: Certificate) -> MismatchLevel.Level {
        certificate.body.compared.first { $0.aggregate == one.aggregate }?.level ?? one.level
    }

    /// The exit code that the verdict becomes.
    static func status(_ certificate: Certificate) -> ExitStatus {
        switch verdict(certificate) {
        case "equal": .done
        case "different": .mismatch
        default: .inconclusive
        }
    }

    /// A share as people write it, as exact as it is needed.
    private static func percent(_ share: Double) -> String {
        let percent = share * 100
        let digits = percent > 0 ? max(0, min(6, 2 - Int(log10(percent).rounded(.down)))) : 0
        return String(format: "%.\(digits)f %%", percent)
    }

    /// The verdict on a pass: nothing is said of what was not judged.
    static func verdict(_ certificate: Certificate) -> String {
        let finding = CertificatePage.finding(certificate)
        if finding == "inconclusive" { return "not comparable yet" }
        let isAll = certificate.body.compared.allSatisfy { $0.quarantined + ($0.pending ?? 0) == 0 }
        return finding == "equal" && !isAll ? "equal in what was judged" : finding
    }

    private static func words(_ reason: UnjudgedKey.Reason) -> String {
        switch reason {
        case .changes: "changed whenever it was looked at"
        case .setAside: "set aside: see banyan quarantine list"
        case .waits: "waits for another row"
        case .copyDiffers: "a copy that it is computed from differs from legacy"
        case .underWay: "under way since before the comparison: nobody knows what it changed; compare again"
        }
    }

    static func json(_ issued: CertificateIssuer.Issued) -> JSONValue {
        let report = issued.report
        return [
            "certificate": CertificatePage.json(issued.number, issued.certificate),
            "verdict": .string(verdict(issued.certificate)),
            "levels": .array(
                issued.levels.map { one in
                    [
                        "of": .string(one.aggregate),
                        "level": .string(standing(one, issued.certificate).rawValue),
                        "is_certain": .bool(one.isCertain), "mismatch_ratio": .number(one.share),
                        "threshold": one.threshold.map(JSONValue.number) ?? .null,
                    ]
                }),
            "discrepancies": .array(report.discrepancies.map(ExceptionPage.json)),
            "discrepancies_more": .count(report.discrepanciesMore),
            "not_judged": .array(
                report.unjudged.sorted { $0.key < $1.key }.flatMap { of, keys in
                    keys.map {
                        ["of": .string(of), "key": .string($0.key), "reason": .string($0.reason.rawValue)]
                    }
                }),
        ]
    }
}
