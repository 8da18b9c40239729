import Exceptions
import Foundation
import Reconcile

extension Evidence {
    /// Checks a bundle, as JSON or as the page that is made of it: that it is byte for byte what was written,
    /// and that what was signed could be.
    public static func check(text: String) -> CertificateVerdict {
        let isPage = EvidencePage.isPage(text)
        guard let json = isPage ? EvidencePage.json(in: text) : Data(text.utf8) else {
            return .reject(["the page holds no evidence"])
        }
        if let name = Certificate.formatName(in: json), name != format { return .unsupported(name) }
        do {
            let evidence = try JSONDecoder().decode(Evidence.self, from: json)
            let written = isPage ? try EvidencePage.text(evidence) : try evidence.text() + "\n"
            guard text.utf8.elementsEqual(written.utf8) else {
                return .reject([
                    isPage
                        ? "the page is not the one that is made of its evidence"
                        : "the text is not in the canonical form in which evidence is written"
                ])
            }
            return try evidence.check()
        } catch {
            return .reject([isPage ? "the page holds no evidence" : "the text is no evidence"])
        }
    }

    /// Whether a text means to be a bundle.
    public static func isMeant(by text: String) -> Bool {
        EvidencePage.isPage(text)
            || Certificate.formatName(in: Data(text.utf8))?.hasPrefix("banyan-evidence-") ?? false
    }

    private func check() throws -> CertificateVerdict {
        guard try Self.digest(of: body) == digest else {
            return .reject(["the digest does not match the body"])
        }
        let found = body.certificate
        guard try Certificate.digest(of: found.body) == found.digest else {
            return .reject(["the digest of the pass does not match what it found"])
        }
        let objections = try body.objections()
        return objections.isEmpty ? .accept : .reject(objections)
    }
}

extension Evidence.Body {
    /// Why nobody can sign; empty when somebody can.
    public func objections() throws -> [String] {
        let found = certificate.body
        var objections = certificate.coverageProblems() + timeObjections()
        if try Evidence.Rules(self).digest() != found.rules {
            objections.append("pass \(pass) compared by other rules or totals than the plan has now")
        }
        if found.context != context { objections.append("the pass was over \(found.context)") }
        let unjudged = found.compared.map(\.unjudged).reduce(0, +)
        if unjudged > 0 { objections.append("pass \(pass) could not judge \(unjudged) keys") }
        let aside = found.compared.map { $0.quarantined + ($0.pending ?? 0) }.reduce(0, +)
        if aside > 0 { objections.append("\(aside) keys are set aside or wait for another row") }
        let open = exceptions.filter(\.state.isUnresolved)
        if !open.isEmpty {
            objections.append(
                "nobody has decided about \(open.count) exceptions, the first is \(open[0].number)")
        }
        let decided = exceptions.filter { $0.lastPass == pass && isLeft($0) }.count
        let differences = certificate.differences
        if differences != decided {
            objections.append(
                "pass \(pass) found \(differences) differences, and \(decided) of them are waived or accepted"
            )
        }
        let own = exceptions.filter { isLeft($0) && deciders(of: $0).contains(signedBy) }
        if !own.isEmpty {
            objections.append(
                "\(signedBy) has decided about exception \(own[0].number), so somebody else signs")
        }
        return objections + totalObjections()
    }

    /// How old a pass may be that is signed, in microseconds: a day.
    static let ageMax: Int64 = 86_400_000_000

    private func timeObjections() -> [String] {
        guard let beganAt = certificate.body.beganAt else {
            return ["pass \(pass) does not say when it compared"]
        }
        let (age, isOver) = signedAt.subtractingReportingOverflow(beganAt)
        if isOver || age < 0 { return ["pass \(pass) began later than it is signed, by the clocks"] }
        return age > Self.ageMax ? ["pass \(pass) began more than a day before"] : []
    }

    /// Who decided about an exception as it stands, and who approved that.
    private func deciders(of one: ExceptionCase) -> Set<String> {
        let steps = one.history
        guard let last = steps.lastIndex(where: { ["waived", "accepted"].contains($0.what) }) else {
            return []
        }
        let isApproved = last > 0 && steps[last - 1].what == "approved"
        return Set(steps[(isApproved ? last - 1 : last)...last].map(\.by))
    }

    /// A comparison that uses the mapping cannot see what is wrong with it.
    private func totalObjections() -> [String] {
        let found = certificate.body.totals ?? []
        if found.isEmpty { return ["the plan has no total that is independent of the mapping"] }
        if found.allSatisfy(\.lines.isEmpty) { return ["no total has given a figure"] }
        return found.filter { $0.verdict != .equal }.map {
            switch $0.verdict {
            case .different: "the total \($0.name) is different"
            case .setAside: "the total \($0.name) lacks what is set aside"
            default: "the total \($0.name) is not comparable yet"
            }
        }
    }

    private func isLeft(_ one: ExceptionCase) -> Bool {
        switch one.state {
        case .accepted: true
        case .waived(let until): until > signedAt
        default: false
        }
    }
}

extension Certificate {
    /// How many differences the pass counted.
    var differences: Int { body.compared.map { $0.missing + $0.extra + $0.different }.reduce(0, +) }
}
