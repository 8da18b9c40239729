import Glibc
import Synchronization

/// One connection through a proxy, on a thread of its own.
final class ProxyConnection: Sendable {
    private struct State {
        var traffic: ProxyTraffic
        /// What was asked for and has not happened yet.
        var asked: ProxyFault.Kind?
        var isStopped = false
    }

    private let state: Mutex<State>
    private let bell: ProxyBell
    private let client: ProxySocket
    private let port: UInt16
    private let rule: ProxyRule

    init(number: Int, client: ProxySocket, port: UInt16, rule: ProxyRule) throws {
        state = Mutex(State(traffic: ProxyTraffic(number: number)))
        bell = try ProxyBell()
        self.client = client
        self.port = port
        self.rule = rule
    }

    var traffic: ProxyTraffic { state.withLock(\.traffic) }

    /// Asks for a fault of both directions, now.
    func interrupt(_ kind: ProxyFault.Kind) {
        state.withLock { $0.asked = kind }
        bell.ring()
    }

    /// Asks for the end.
    func stop() {
        state.withLock { $0.isStopped = true }
        bell.ring()
    }

    /// Forwards until the end.
    func run() {
        do {
            let target = try ProxySocket.connected(to: port)
            finish(forward(ProxyPair(client: client, target: target, rule: rule)))
        } catch {
            // A client whose server cannot be reached sees what it would see of such a server.
            client.resetOnClose()
            client.close()
            finish(.broken)
        }
    }

    private func finish(_ end: ProxyTraffic.End) {
        state.withLock { $0.traffic.end = end }
    }

    /// Moves bytes until the connection ends; both sockets are closed then.
    private func forward(_ start: consuming ProxyPair) -> ProxyTraffic.End {
        var pair = start
        while true {
            let (asked, isStopped) = state.withLock { state in
                defer { state.asked = nil }
                return (state.asked, state.isStopped)
            }
            let end = isStopped ? pair.close(.stopped) : pair.advance(asked)
            let traffic = pair.traffic
            state.withLock { ($0.traffic.toTarget, $0.traffic.toClient) = traffic }
            if let end { return end }
            pair.wait(bell)
        }
    }
}
