import ArgumentParser
import Foundation
import Migration

/// Verifies a certificate without any database.
struct CertificateVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Verify a certificate's file, or a sign-off's: accept, reject with reasons, or unsupported.",
        discussion: """
            Checked are the digest, that the history has no gap, and that both sides were equal. No database \
            is asked, so anyone can do it. What was set aside or waits for another row was not compared: \
            an accepted certificate says so line by line. Exit code 0 for accept, 4 for reject, 3 for \
            unsupported.

            Of a sign-off (`banyan exceptions signoff`), as JSON or as a page, is checked that no byte was \
            changed and that it could be signed.

            Examples:
              banyan certificate verify certificate.json
              banyan certificate verify evidence/endorsement-1f8e5c3a9b42.html
            """)

    /// The largest file that is read as a certificate.
    private static let bytesMax = 256 << 20

    @Argument(help: "The certificate's file; - for the standard input.", completion: .file()) var file: String
    @OptionGroup var output: OutputOptions

    func run() throws {
        try output.perform { terminal in
            var verdict = CertificateVerdict.reject(["the file is not UTF-8 text"])
            var exceptions: [String] = []
            // A byte that is no text must not be put right before it is looked at.
            if let text = String(validating: try bytes(), as: UTF8.self) {
                let isEvidence = Evidence.isMeant(by: text)
                verdict = isEvidence ? Evidence.check(text: text) : Certificate.check(text: text)
                // What is accepted was read just now, so that this does not throw.
                if verdict == .accept, !isEvidence { exceptions = try Certificate(text: text).exceptions }
            }
            var reasons: [String] = []
            var status = ExitStatus.done
            switch verdict {
            case .accept: break
            case .reject(let found): (reasons, status) = (found, .mismatch)
            case .unsupported(let format):
                (reasons, status) = (["the format \(format) is not known here"], .inconclusive)
            }
            if output.isJSON {
                try terminal.line([
                    "file": .string(file), "verdict": .string(verdict.word),
                    "reasons": .array(reasons.map(JSONValue.string)),
                    "except": .array(exceptions.map(JSONValue.string)),
                ])
            } else {
                try terminal.line(
                    status == .done ? terminal.paint.good(verdict.word) : terminal.paint.bad(verdict.word))
                for reason in reasons { try terminal.line("  \(reason.escapedForTerminal)") }
                for words in exceptions { try terminal.line("  except \(words.escapedForTerminal)") }
            }
            return status
        }
    }

    private func bytes() throws -> Data {
        let data: Data
        do {
            let handle =
                file == "-"
                ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
            data = try handle.read(upToCount: Self.bytesMax + 1) ?? Data()
        } catch {
            throw MigrationError(
                .unusableFile, "\(file) cannot be read", hint: "name a certificate's file that may be read")
        }
        guard data.count <= Self.bytesMax else {
            throw MigrationError(
                .unusableFile, "\(file) is too large for a certificate", hint: "name a certificate's file")
        }
        return data
    }
}
