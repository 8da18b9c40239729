import Apply
import Foundation
import Model
import TestKit
import Testing

@testable import Migration

@Suite struct WebhookSinkTests {
    /// An HTTP server on a free port of this machine that refuses some requests and remembers all.
    private final class Receiver {
        let port: Int
        private let process = Process()
        private let lifeline = Pipe()
        private let folder: TemporaryFolder

        init(refusing refused: [Int]) throws {
            folder = try TemporaryFolder("webhook", isInMemory: true)
            let script = """
                import http.server, os, sys, threading
                # The server lives as long as whoever holds the other end of its input.
                threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
                refused = [int(x) for x in sys.argv[2].split(',') if x]
                seen = open(sys.argv[1] + '/seen', 'a')
                count = 0
                class Handler(http.server.BaseHTTPRequestHandler):
                    def do_POST(self):
                        global count
                        count += 1
                        self.rfile.read(int(self.headers['Content-Length']))
                        status = 500 if count in refused else 200
                        key = self.headers['Idempotency-Key']
                        seen.write('%d %s %s\\n' % (status, key, self.headers['Content-Type']))
                        seen.flush()
                        self.send_response(status)
                        self.send_header('Content-Length', '0')
                        self.end_headers()
                    def log_message(self, *a): pass
                server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
                open(sys.argv[1] + '/port.tmp', 'w').write(str(server.server_port))
                os.rename(sys.argv[1] + '/port.tmp', sys.argv[1] + '/port')
                server.serve_forever()
                """
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = [
                "python3", "-c", script, folder.path, refused.map(String.init).joined(separator: ","),
            ]
            process.standardInput = lifeline
            try process.run()
            let file = folder.file("port")
            var found: Int?
            try waitUntil("the receiver answers") {
                guard FileManager.default.fileExists(atPath: file) else { return false }
                found = Int(try String(contentsOfFile: file, encoding: .utf8))
                return found != nil
            }
            port = found ?? 0
        }

        deinit {
            do { try lifeline.fileHandleForWriting.close() } catch { Issue.record(error) }
        }

        var seen: [String] {
            get throws {
                try String(contentsOfFile: folder.file("seen"), encoding: .utf8).split(separator: "\n").map(
                    String.init)
            }
        }
    }

    private final class Outbox: OutboxReader {
        var position: Int64 = 0

        func events(after sequence: Int64, limit: Int) throws -> [OutboxEvent] {
            (1...4).filter { $0 > sequence }.prefix(limit).map { number in
                OutboxEvent(
                    sequence: Int64(number), id: "id-\(number)", aggregateType: "t", aggregateID: "k",
                    type: "Happened",
                    payload: "{}", timestamp: 5, position: Position(1), isHistorical: false)
            }
        }

        func end() throws -> Int64 { 4 }
        func relayed(by sink: String) throws -> Int64 { position }
        func setRelayed(by sink: String, to sequence: Int64) throws { position = sequence }
    }

    @Test func aRefusedEventIsSentAgainBeforeAnyLaterOne() throws {
        let receiver = try Receiver(refusing: [2, 4])
        let url = try #require(URL(string: "http://127.0.0.1:\(receiver.port)/events"))
        let outbox = Outbox()
        let relay = Relay(outbox: outbox, sink: WebhookSink(url: url, source: "/test"))
        var failures = 0
        while outbox.position < 4 {
            do {
                _ = try relay.step()
            } catch let error as MigrationError {
                failures += 1
                #expect(!error.description.contains("{}"))
                if failures > 5 { break }
            }
        }
        #expect(failures == 2)
        let seen = try receiver.seen
        var accepted: [String] = []
        for line in seen where line.hasPrefix("200") {
            let id = String(line.split(separator: " ")[1])
            if !accepted.contains(id) { accepted.append(id) }
        }
        #expect(accepted == ["id-1", "id-2", "id-3", "id-4"], "\(seen)")
        #expect(seen.allSatisfy { $0.hasSuffix("application/cloudevents+json") })
    }

    @Test func aReceiverThatIsNotThereIsAnErrorAndLosesNothing() throws {
        let url = try #require(URL(string: "http://127.0.0.1:9/events"))
        let outbox = Outbox()
        let relay = Relay(outbox: outbox, sink: WebhookSink(url: url, source: "/test"))
        #expect(throws: MigrationError.self) { try relay.step() }
        #expect(outbox.position == 0)
    }
}
