import Audit
import Foundation
import TestKit
import Testing

/// The bytes that digests and signatures are taken of: other programs compute them, too.
@Suite struct AuditFormatTests {
    /// Computed by another program from the format as docs/AUDIT.md describes it.
    private static let golden = [
        "1f53f4fccb27216e6c80d80638556d1e96b995d3faf10cd408b92e765adafc2c",
        "bef18b027fdaeaf051b8ecf2ca9f40f5bd98da84b409206792a2c14e93e26b13",
        "47cc690a5384f1a8f675e1186c0393267efdfd189573131daed176f959a8fa1c",
        "553f2fe6ac1673f2819246edd4436fa0083f3ff60cfb9d530ee3566ce6a4e321",
    ]

    private var entries: [AuditEntry] {
        let chain = AuditChain(migration: "shop", id: "4f1c")
        let first = AuditEntry(
            AuditRecord(
                "certificate.issue", of: "endorsement", by: AuditActor(name: "Žofie", account: "z@host"),
                because: "because é", after: "{\"number\":3}"),
            stage: .done, at: 1_764_000_000_000_001, after: chain.beginning)
        let second = AuditEntry(
            AuditRecord("a.b", of: "", by: AuditActor(name: "", account: ""), because: "", after: ""),
            stage: .intended, at: -5, after: first.head)
        let third = AuditEntry(
            AuditRecord("a.b", of: "c", by: AuditActor(name: "a", account: "b")),
            stage: .concluded(2, .unknown), at: 0, after: second.head)
        return [first, second, third]
    }

    @Test func digestsAreThoseOfTheDescribedFormat() {
        let chain = AuditChain(migration: "shop", id: "4f1c")
        #expect([chain.genesis.description] + entries.map(\.digest.description) == Self.golden)
    }

    @Test func entriesComeBackFromTheirText() throws {
        for entry in entries { #expect(AuditEntry(text: try entry.text()) == entry) }
        let text = try entries[0].text()
        for other in [text + " ", " " + text, text.replacing(":1,", with: ": 1,"), "", "{}", "null"] {
            #expect(AuditEntry(text: other) == nil)
        }
    }

    /// The text itself, with characters that encoders treat in more than one way: an old chain is read by any
    /// later version.
    @Test func textsAreThoseThatWereWrittenBefore() throws {
        let record = AuditRecord(
            "a.b", of: "\u{7F}\u{8}\u{C}\u{2028}\u{1}/\\\"<é>🌳",
            by: AuditActor(name: "a\tb\nc", account: "\u{0}"), because: "")
        let chain = AuditChain(migration: "shop", id: "4f1c")
        let entry = AuditEntry(record, stage: .done, at: 1, after: chain.beginning)
        #expect(
            try entry.text()
                == #"{"account":"\u0000","action":"a.b","actor":"a\tb\nc","at_microseconds":1,"digest":""#
                + entry.digest.description
                + #"","number":1,"previous":"\#(Self.golden[0])","reason":"","stage":"done","subject":""#
                + "\u{7F}\\b\\f\u{2028}\\u0001/\\\\\\\"<é>🌳\"}")
    }

    /// Texts that would be one if they were only put one behind the other.
    @Test func noTwoEntriesHaveTheSameBytes() {
        let texts = ["", "a", "aa", "ab", "b", "é", "e\u{301}", "\u{0}", "a\u{0}"]
        var digests: Set<AuditDigest> = []
        var count = 0
        let head = AuditChain(migration: "shop", id: "x").beginning
        for first in texts {
            for second in texts {
                for third in texts.map(Optional.some) + [nil] {
                    let record = AuditRecord(
                        first, of: second, by: AuditActor(name: "a", account: "b"), because: third)
                    digests.insert(AuditEntry(record, stage: .done, at: 1, after: head).digest)
                    count += 1
                }
            }
        }
        #expect(digests.count == count)
    }

    @Test func keysComeBackFromTheirFiles() throws {
        let folder = try TemporaryFolder()
        let (path, key) = (folder.file("audit.pem"), AuditKey())
        try key.write(to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try AuditKey(path: path).publicKey == key.publicKey)
        #expect(AuditPublicKey(text: key.publicKey.pem) == key.publicKey)
        #expect(AuditPublicKey(text: key.publicKey.description) == key.publicKey)
        // What is there is never overwritten.
        let error = #expect(throws: AuditError.self) { try AuditKey().write(to: path) }
        #expect(error?.code == .unusableKey)
        #expect(try AuditKey(path: path).publicKey == key.publicKey)
    }

    @Test(arguments: ["", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
    func whatIsNoKeyIsRefused(_ text: String) throws {
        let folder = try TemporaryFolder()
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file("key")))
        let error = #expect(throws: AuditError.self) { try AuditKey(path: folder.file("key")) }
        #expect(error?.code == .unusableKey)
        #expect(AuditPublicKey(text: text) == nil)
    }

    /// Another program made the key and checks the signature.
    @Test func openSSLMakesKeysAndChecksSignatures() throws {
        let folder = try TemporaryFolder()
        try openSSL(["genpkey", "-algorithm", "ed25519", "-out", folder.file("key.pem")])
        let key = try AuditKey(path: folder.file("key.pem"))
        let chain = AuditChain(migration: "shop", id: "4f1c")
        let signed = try SignedHead(chain.beginning, of: chain.genesis, at: 7, by: key)
        #expect(signed.isGenuine)
        for (name, data) in [
            ("public.pem", Data(key.publicKey.pem.utf8)), ("head.txt", Data(signed.message.utf8)),
            ("head.sig", Data(signed.signature)),
        ] { try data.write(to: URL(fileURLWithPath: folder.file(name))) }
        try openSSL([
            "pkeyutl", "-verify", "-pubin", "-inkey", folder.file("public.pem"), "-rawin", "-in",
            folder.file("head.txt"), "-sigfile", folder.file("head.sig"),
        ])
    }

    private func openSSL(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "openssl \(arguments.first ?? "")")
    }
}
