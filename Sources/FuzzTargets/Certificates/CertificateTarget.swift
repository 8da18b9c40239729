import Migration
import Model

/// Certificates: nothing but the issued text is accepted, and no text ends the process.
public final class CertificateTarget: FuzzTarget {
    private let issued: [UInt8]

    /// Issues the certificate that inputs change.
    public init() throws {
        issued = Array(try Self.sample().text().utf8)
    }

    /// The first byte says whether the rest is a text, edits of a valid certificate, or a body to certify.
    public func run(_ input: [UInt8]) throws {
        var input = FuzzInput(input)
        switch input.byte() % 3 {
        case 0: try judge(text: String(decoding: input.rest, as: UTF8.self))
        case 1: try runEdited(&input)
        default: try runIssued(&input)
        }
    }

    private func runEdited(_ input: inout FuzzInput) throws {
        var edited = issued
        repeat {
            ByteEdits.apply(&input, to: &edited, unit: 16)
        } while !input.isAtEnd && edited.count < 1 << 16
        try Self.judge(edited: edited, of: issued, verdict: Certificate.check(text: decode(edited)))
        try judge(text: decode(edited))
    }

    /// Throws when bytes that are not those of the certificate were accepted.
    static func judge(edited: [UInt8], of issued: [UInt8], verdict: CertificateVerdict) throws {
        let isSame = edited == issued || edited == issued + [0x0A]
        try FuzzFinding.unless(isSame || verdict != .accept, "a certificate with changed bytes is accepted")
        try FuzzFinding.unless(!isSame || verdict == .accept, "the certificate as issued is not accepted")
    }

    /// Whatever is accepted is the text that its own contents are issued as.
    private func judge(text: String) throws {
        guard Certificate.check(text: text) == .accept else { return }
        let again = try Certificate(try Certificate(text: text).body).text()
        let isCanonical = text.utf8.elementsEqual(again.utf8) || text.utf8.elementsEqual((again + "\n").utf8)
        try FuzzFinding.unless(isCanonical, "a text is accepted that nobody issues")
    }

    /// Whatever is issued reads back as what was certified, and is not refused for its form.
    private func runIssued(_ input: inout FuzzInput) throws {
        let certificate = try Certificate(RandomBody.body(&input))
        let text = try certificate.text()
        try FuzzFinding.unless(
            try Certificate(text: text) == certificate, "a certificate does not read back as what was issued")
        switch Certificate.check(text: text) {
        case .accept: return
        case .unsupported(let format): throw FuzzFinding("the issued format \(format) is unsupported")
        case .reject(let reasons):
            let found = certificate.coverageProblems() + certificate.equalityProblems()
            try FuzzFinding.unless(
                reasons == found, "a certificate is rejected for its form: \(reasons)")
        }
    }

    private func decode(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    /// A certificate that is accepted.
    static func sample() throws -> Certificate {
        let digest = String(repeating: "0123456789abcdef", count: 4)
        func chunk(_ table: String, _ number: Int, _ after: String?, _ through: String?) -> ChunkCertificate {
            ChunkCertificate(
                context: ChunkCertificate.everyContext, table: table, number: number, keyAfter: after,
                keyThrough: through, low: Position(5), high: Position(9), frontier: Position(7), rowsRead: 10,
                rowsDropped: 2, digest: digest, isLast: through == nil)
        }
        let compared = ["table:policy", "endorsement"].map {
            Certificate.Comparison(
                aggregate: $0, compared: 30, missing: 0, extra: 0, different: 0, unjudged: 0, quarantined: 1,
                digest: digest)
        }
        return try Certificate(
            Certificate.Body(
                migration: "endorsements – é\u{301}/\"\\", context: "endorsement", mapping: digest,
                tool: "0.1.0", frontier: Position(12),
                history: [chunk("policy", 0, nil, "1303"), chunk("policy", 1, "1303", nil)],
                compared: compared, previous: digest))
    }
}
