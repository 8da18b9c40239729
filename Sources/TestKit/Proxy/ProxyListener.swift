import Foundation
import Glibc
import Synchronization

/// Accepts the connections of a proxy, on a thread of its own, and gives each a thread.
final class ProxyListener: Sendable {
    private struct State {
        var rule: ProxyRule
        var script: [Int: ProxyRule]
        var connections: [ProxyConnection] = []
        /// Whether connections are wanted, and whether they are accepted.
        var isWanted = true
        var isListening = true
        var failure: (any Error)?
        var isStopped = false
    }

    let port: UInt16
    private let target: UInt16
    private let state: Mutex<State>
    private let bell: ProxyBell
    private let first: ProxySocket
    /// One when nothing is accepted any more.
    private let end = DispatchSemaphore(value: 0)
    /// One for each connection whose thread has ended.
    private let ends = DispatchSemaphore(value: 0)
    /// One for each change of whether connections are accepted.
    private let changes = DispatchSemaphore(value: 0)

    init(to target: UInt16, rule: ProxyRule, script: [Int: ProxyRule]) throws {
        self.target = target
        first = try ProxySocket.listening(on: 0)
        port = try first.port()
        bell = try ProxyBell()
        state = Mutex(State(rule: rule, script: script))
        Thread.detachNewThread { [self] in
            accept()
            end.signal()
        }
    }

    var rule: ProxyRule {
        get { state.withLock(\.rule) }
        set { state.withLock { $0.rule = newValue } }
    }

    var script: [Int: ProxyRule] {
        get { state.withLock(\.script) }
        set { state.withLock { $0.script = newValue } }
    }

    var connections: [ProxyConnection] { state.withLock(\.connections) }

    /// Starts or ends to listen; it is so when the call returns.
    func listen(_ wanted: Bool) throws {
        let isChange = state.withLock { state in
            defer { state.isWanted = wanted }
            return state.isWanted != wanted && !state.isStopped
        }
        guard isChange else { return }
        bell.ring()
        changes.wait()
        let failure = state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
        if let failure { throw failure }
    }

    /// Ends everything and waits for it; a second call does nothing.
    func stop() {
        let wasStopped = state.withLock { state in
            defer { state.isStopped = true }
            return state.isStopped
        }
        guard !wasStopped else { return }
        bell.ring()
        end.wait()
        // From here on there are no more of them.
        let connections = connections
        for connection in connections { connection.stop() }
        for _ in connections { ends.wait() }
    }

    private func accept() {
        var listener: ProxySocket? = first
        while true {
            var polled = [
                pollfd(fd: listener?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
                pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
            ]
            // Whatever it returns, everything is looked at again.
            unsafe poll(&polled, nfds_t(polled.count), -1)
            if polled[1].revents != 0 {
                bell.silence()
                if state.withLock(\.isStopped) { break }
                follow(&listener)
            } else if polled[0].revents != 0, let client = listener?.accepted() {
                start(client)
            }
        }
        listener?.close()
        // Nobody waits for a change that will not come.
        if state.withLock({ $0.isWanted != $0.isListening }) { changes.signal() }
    }

    /// Listens or not, as is wanted.
    private func follow(_ listener: inout ProxySocket?) {
        let (isWanted, isListening) = state.withLock { ($0.isWanted, $0.isListening) }
        guard isWanted != isListening else { return }
        do {
            listener?.close()
            listener = isWanted ? try ProxySocket.listening(on: port) : nil
            state.withLock { $0.isListening = isWanted }
        } catch {
            state.withLock { ($0.failure, $0.isWanted) = (error, isListening) }
        }
        changes.signal()
    }

    private func start(_ client: ProxySocket) {
        do {
            let connection = try state.withLock { state in
                let number = state.connections.count
                let connection = try ProxyConnection(
                    number: number, client: client, port: target, rule: state.script[number] ?? state.rule)
                state.connections.append(connection)
                return connection
            }
            Thread.detachNewThread { [ends] in
                connection.run()
                ends.signal()
            }
        } catch {
            // Out of descriptors: the client is refused, as by a server in that state.
            client.close()
        }
    }
}
