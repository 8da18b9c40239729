/// A TCP proxy on the loopback interface that lets go wrong what goes wrong on networks: on purpose, at a
/// byte or a message, and the same each time.
///
/// ```swift
/// let proxy = try TCPProxy(to: server.port)
/// proxy.script[0] = ProxyRule(
///     toClient: ProxyFlowRule(framing: .postgreSQL, fault: ProxyFault(.cut, at: .message(7))))
/// // … connect to proxy.port: the first connection ends before the server's eighth message …
/// proxy.stop()
/// ```
///
/// Each connection has a thread; whatever is set holds for the connections that are accepted afterwards.
/// Everything ends with `stop`, or when the proxy is let go of.
public final class TCPProxy: Sendable {
    private let listener: ProxyListener

    /// Listens on a free port.
    ///
    /// - Parameters:
    ///   - target: The port on the loopback interface that connections are passed on to.
    ///   - rule: What is done to connections.
    ///   - script: What is done to single connections instead, by their numbers from 0.
    /// - Throws: When the system has no port or descriptor left.
    public init(to target: UInt16, rule: ProxyRule = ProxyRule(), script: [Int: ProxyRule] = [:]) throws {
        listener = try ProxyListener(to: target, rule: rule, script: script)
    }

    deinit {
        listener.stop()
    }

    /// The port to connect to.
    public var port: UInt16 { listener.port }

    /// What is done to connections that the script does not name.
    public var rule: ProxyRule {
        get { listener.rule }
        set { listener.rule = newValue }
    }

    /// What is done to single connections, by their numbers from 0.
    public var script: [Int: ProxyRule] {
        get { listener.script }
        set { listener.script = newValue }
    }

    /// What was seen of every connection so far, in the order in which they were accepted.
    public var traffic: [ProxyTraffic] { listener.connections.map(\.traffic) }

    /// Lets something go wrong in both directions of a connection, now; of all that stand when none is named.
    public func interrupt(_ kind: ProxyFault.Kind, connection number: Int? = nil) {
        for (index, connection) in listener.connections.enumerated() where number ?? index == index {
            connection.interrupt(kind)
        }
    }

    /// Refuses connections from here on, as a port without a server does; those that stand are kept.
    public func refuseConnections() throws { try listener.listen(false) }

    /// Accepts connections again, on the same port.
    public func admitConnections() throws { try listener.listen(true) }

    /// Ends every connection and the listening, and waits until it is so; a second call does nothing.
    public func stop() { listener.stop() }
}
