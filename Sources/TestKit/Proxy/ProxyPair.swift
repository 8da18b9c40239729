import Glibc

/// The two sockets of a connection with the pumps between them; never waits but in `wait`.
struct ProxyPair {
    private let client: ProxySocket
    private let target: ProxySocket
    private var toTarget: ProxyPump
    private var toClient: ProxyPump
    /// Which receivers have no room at the moment.
    private var isBlocked = (target: false, client: false)
    /// When the next delayed bytes are due.
    private var due: ContinuousClock.Instant?

    init(client: ProxySocket, target: ProxySocket, rule: ProxyRule) {
        self.client = client
        self.target = target
        toTarget = ProxyPump(rule.toTarget, now: .now)
        toClient = ProxyPump(rule.toClient, now: .now)
    }

    var traffic: (ProxyTraffic.Flow, ProxyTraffic.Flow) { (toTarget.traffic, toClient.traffic) }

    /// Does all that can be done now.
    ///
    /// - Returns: Why the connection has ended; nil while it stands.
    mutating func advance(_ asked: ProxyFault.Kind?) -> ProxyTraffic.End? {
        if let asked {
            if let end = happen(asked) { return end }
            toTarget.suffer(asked)
            toClient.suffer(asked)
        }
        guard take(from: client, into: &toTarget), take(from: target, into: &toClient) else {
            return close(.broken)
        }
        due = nil
        for side in [true, false] {
            if let end = drive(isToTarget: side) { return end }
        }
        return toTarget.isDone && toClient.isDone ? close(.closed) : nil
    }

    /// Closes both sockets, as the end demands.
    func close(_ end: ProxyTraffic.End) -> ProxyTraffic.End {
        for socket in [client, target] {
            switch end {
            case .broken, .fault(.reset): socket.resetOnClose()
            default:
                socket.endSending()
                socket.drain()
            }
            socket.close()
        }
        return end
    }

    /// Waits until something can be done, or the bell rings.
    func wait(_ bell: ProxyBell) {
        var polled = [
            interest(client, reads: toTarget.wantsBytes, writes: isBlocked.client),
            interest(target, reads: toClient.wantsBytes, writes: isBlocked.target),
            pollfd(fd: bell.descriptor, events: Int16(POLLIN), revents: 0),
        ]
        // Whatever it returns, everything is tried again.
        unsafe poll(&polled, nfds_t(polled.count), timeout)
        if polled[2].revents != 0 { bell.silence() }
    }

    /// A socket of which nothing is wanted is left out: an error on it would end every wait at once.
    private func interest(_ socket: ProxySocket, reads: Bool, writes: Bool) -> pollfd {
        let events = (reads ? POLLIN : 0) | (writes ? POLLOUT : 0)
        return pollfd(fd: events == 0 ? -1 : socket.descriptor, events: Int16(events), revents: 0)
    }

    /// Milliseconds, rounded up.
    private var timeout: Int32 {
        guard let due else { return -1 }
        let rest = ContinuousClock.now.duration(to: due)
        return rest <= .zero ? 0 : Int32(clamping: Int64(rest / .milliseconds(1)) + 1)
    }

    /// - Returns: False when the sender broke the connection off.
    private func take(from socket: ProxySocket, into pump: inout ProxyPump) -> Bool {
        guard pump.wantsBytes else { return true }
        switch socket.receive() {
        case .bytes(let bytes): pump.take(bytes, now: .now)
        case .end: pump.takeEnd(now: .now)
        case .nothing: return true
        case .broken: return false
        }
        return true
    }

    /// Sends what is due in one direction.
    private mutating func drive(isToTarget: Bool) -> ProxyTraffic.End? {
        let receiver = isToTarget ? target : client
        var pump = isToTarget ? toTarget : toClient
        var isFull = false
        defer {
            if isToTarget {
                (toTarget, isBlocked.target) = (pump, isFull)
            } else {
                (toClient, isBlocked.client) = (pump, isFull)
            }
        }
        while !isFull {
            switch pump.step(now: .now) {
            case .wait(let instant):
                if let instant { due = min(due ?? instant, instant) }
                return nil
            case .send(let bytes):
                guard let count = receiver.send(bytes) else { return close(.broken) }
                pump.sent(count)
                isFull = count < bytes.count
            case .fault(let kind):
                if let end = happen(kind) { return end }
                pump.suffer(kind)
            case .end:
                receiver.endSending()
                pump.ended()
            }
        }
        return nil
    }

    /// Lets a fault happen that ends the connection; nil for the others.
    private func happen(_ kind: ProxyFault.Kind) -> ProxyTraffic.End? {
        switch kind {
        case .cut, .reset: close(.fault(kind))
        case .swallow, .stall: nil
        }
    }
}
