import Foundation
import Migration
import Plan

/// The certificates that a migration's control store keeps.
struct CertificateArchive {
    let certificates: [(number: Int, certificate: Certificate)]

    init(_ declarations: PlanDeclarations) throws {
        certificates = try ControlPlace(declarations).openExisting()?.certificates() ?? []
    }

    /// The certificate with a number, or the newest.
    func certificate(_ number: Int?) throws -> Certificate {
        let found = number.map { wanted in certificates.first { $0.number == wanted } } ?? certificates.last
        if let found { return found.certificate }
        let known = certificates.map { String($0.number) }.joined(separator: ", ")
        throw MigrationError(
            .notFound, number.map { "there is no certificate \($0)" } ?? "there is no certificate yet",
            hint: known.isEmpty ? "issue one with `banyan certificate issue`" : "there are: \(known)")
    }
}
