import Apply
import Foundation
import FoundationNetworking
import Synchronization

/// Posts events to an HTTP endpoint as CloudEvents, one after another: the next goes out when the one before
/// was accepted.
final class WebhookSink: EventSink {
    let name: String
    private let url: URL
    private let source: String
    private let session: URLSession

    init(url: URL, source: String) {
        self.url = url
        self.source = source
        name = "webhook:\(url.host ?? "")\(url.path)"
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 10
        session = URLSession(configuration: configuration)
    }

    func deliver(_ events: [OutboxEvent]) throws {
        for event in events {
            var request = URLRequest(url: url)
            request.httpMethod = "POST"
            request.setValue("application/cloudevents+json", forHTTPHeaderField: "Content-Type")
            request.setValue(event.id, forHTTPHeaderField: "Idempotency-Key")
            request.httpBody = Data(event.cloudEvent(source: source).utf8)
            let status = try send(request)
            guard (200..<300).contains(status) else {
                throw MigrationError(
                    .undeliverable, "\(name) answered \(status) to event \(event.id)",
                    hint: "the event is sent again; look at the receiver's own log")
            }
        }
    }

    /// The answer's status; the relay's thread waits for it.
    private func send(_ request: URLRequest) throws -> Int {
        let done = DispatchSemaphore(value: 0)
        let answer = Mutex<(status: Int, failed: Bool)>((0, false))
        let task = session.dataTask(with: request) { _, response, error in
            answer.withLock { $0 = ((response as? HTTPURLResponse)?.statusCode ?? 0, error != nil) }
            done.signal()
        }
        task.resume()
        done.wait()
        let (status, failed) = answer.withLock(\.self)
        if failed {
            throw MigrationError(
                .undeliverable, "\(name) cannot be reached",
                hint: "the event is sent again with growing pauses")
        }
        return status
    }
}
