import Exceptions
import Foundation
import Reconcile

extension Evidence {
    /// Checks a bundle, as JSON or as the page that is made of it: that it is byte for byte what was written,
    /// and that what was signed could be.
    public static func check(text: String) -> CertificateVerdict {
        guard EvidencePage.isPage(text) else { return check(json: text) }
        guard let json = EvidencePage.json(in: text) else { return .reject(["the page holds no evidence"]) }
        let verdict = check(json: json)
        guard verdict == .accept else { return verdict }
        do {
            let evidence = try JSONDecoder().decode(Evidence.self, from: Data(json.utf8))
            let page = try EvidencePage.text(evidence)
            return text.utf8.elementsEqual(page.utf8)
                ? .accept : .reject(["the page is not the one that is made of its evidence"])
        } catch {
            return .reject(["the page holds no evidence"])
        }
    }

    /// Whether a text means to be a bundle.
    public static func isMeant(by text: String) -> Bool {
        EvidencePage.isPage(text) || Certificate.formatName(in: text)?.hasPrefix("banyan-evidence-") ?? false
    }

    private static func check(json text: String) -> CertificateVerdict {
        if let name = Certificate.formatName(in: text), name != format { return .unsupported(name) }
        do {
            let evidence = try JSONDecoder().decode(Evidence.self, from: Data(text.utf8))
            let written = Array(try evidence.text().utf8)
            guard text.utf8.elementsEqual(written) || text.utf8.elementsEqual(written + [0x0A]) else {
                return .reject(["the text is not in the canonical form in which evidence is written"])
            }
            guard try digest(of: evidence.body) == evidence.digest else {
                return .reject(["the digest does not match the body"])
            }
            guard
                try Certificate.digest(of: evidence.body.certificate.body)
                    == evidence.body.certificate.digest
            else { return .reject(["the digest of the pass does not match what it found"]) }
            let objections = evidence.body.objections()
            return objections.isEmpty ? .accept : .reject(objections)
        } catch {
            return .reject(["the text is no evidence"])
        }
    }
}

extension Evidence.Body {
    /// Why nobody can sign; empty when somebody can.
    public func objections() -> [String] {
        let found = certificate.body
        var objections = certificate.coverageProblems()
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
        let own = exceptions.filter { one in
            isLeft(one) && one.history.last { ["waived", "accepted"].contains($0.what) }?.by == signedBy
        }
        if !own.isEmpty {
            objections.append(
                "\(signedBy) has decided about exception \(own[0].number), so somebody else signs")
        }
        return objections + totalObjections()
    }

    /// A comparison that uses the mapping cannot see what is wrong with it.
    private func totalObjections() -> [String] {
        let found = certificate.body.totals ?? []
        if found.isEmpty { return ["the plan has no total that is independent of the mapping"] }
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
