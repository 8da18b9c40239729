import Foundation
import Model
import Testing

@Suite struct ChunkCertificateTests {
    private func certificate(_ number: Int, after: String?, through: String?) -> ChunkCertificate {
        ChunkCertificate(
            context: "*", table: "po\"l/\u{e9}", number: number, keyAfter: after, keyThrough: through,
            low: Position(3), high: Position(.max), frontier: Position(7), rowsRead: 5, rowsDropped: 2,
            digest: "ab12", isLast: through == nil)
    }

    @Test func theJSONIsWhatTheEncoderWritesInOrder() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        for certificate in [
            certificate(0, after: nil, through: "0a"), certificate(9, after: "0a", through: nil),
            .replay(context: "c", table: "t"),
        ] {
            let written = String(decoding: try encoder.encode(certificate), as: UTF8.self)
            #expect(certificate.canonicalJSON == written)
            let read = try JSONDecoder().decode(
                ChunkCertificate.self, from: Data(certificate.canonicalJSON.utf8))
            #expect(read == certificate)
        }
    }

    @Test func aFrameHoldsItWhole() throws {
        for certificate in [
            certificate(0, after: nil, through: "0a"), certificate(9, after: "0a", through: nil),
            .replay(context: "c", table: "t"),
        ] {
            let batch = ChangeBatch(tables: [], chunk: certificate)
            #expect(try ChangeBatch(frame: batch.frame()) == batch)
        }
    }
}
