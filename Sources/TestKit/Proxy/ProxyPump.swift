/// One direction of a connection: what has come and is still to go, and when.
///
/// A value that the connection's thread drives: it neither reads nor writes.
struct ProxyPump {
    /// What stands in the line: bytes, a fault after them, or the sender's end.
    private enum Item {
        case bytes(ArraySlice<UInt8>)
        case fault(ProxyFault.Kind)
        case end
    }

    /// What the thread is to do next.
    enum Step: Equatable {
        /// Wait for bytes, or for the time to pass.
        case wait(until: ContinuousClock.Instant?)
        /// Send these, as many as go.
        case send(ArraySlice<UInt8>)
        /// Let this happen.
        case fault(ProxyFault.Kind)
        /// Tell the receiver that the sender has ended.
        case end
    }

    /// Once this much waits, nothing more is taken.
    private static let waitingMax = 1 << 20

    private let rule: ProxyFlowRule
    private var gate: ProxyGate
    private var line: [(due: ContinuousClock.Instant, item: Item)] = []
    private var waiting = 0
    private(set) var traffic = ProxyTraffic.Flow()
    private(set) var isSwallowing = false
    private(set) var isStalled = false
    /// Whether the sender has ended.
    private(set) var hasEnded = false
    /// Whether the receiver was told so.
    private(set) var isDone = false

    init(_ rule: ProxyFlowRule, now: ContinuousClock.Instant) {
        self.rule = rule
        gate = ProxyGate(rule)
        guard let fault = gate.initialFault else { return }
        // Nothing may pass before it.
        isSwallowing = true
        isStalled = fault == .stall
        line.append((now, .fault(fault)))
    }

    /// Whether more may be taken from the sender.
    var wantsBytes: Bool { !hasEnded && !isStalled && waiting < Self.waitingMax }

    /// Takes bytes from the sender.
    mutating func take(_ bytes: [UInt8], now: ContinuousClock.Instant) {
        traffic.received += bytes.count
        if isSwallowing { return }
        let verdict = gate.admit(bytes)
        traffic.messages = gate.messages
        let due = now + rule.delay
        if verdict.count > 0 { line.append((due, .bytes(bytes[..<verdict.count]))) }
        waiting += verdict.count
        guard let fault = verdict.fault else { return }
        line.append((due, .fault(fault)))
        // What comes after the fault is swallowed whatever the fault is.
        isSwallowing = true
    }

    /// The sender has ended.
    mutating func takeEnd(now: ContinuousClock.Instant) {
        hasEnded = true
        if isSwallowing { isDone = line.isEmpty } else { line.append((now + rule.delay, .end)) }
    }

    /// What is to be done at this time.
    mutating func step(now: ContinuousClock.Instant) -> Step {
        guard !isStalled, let first = line.first else { return .wait(until: nil) }
        guard first.due <= now else { return .wait(until: first.due) }
        switch first.item {
        case .bytes(let bytes): return .send(rule.isDribbled ? bytes.prefix(1) : bytes)
        case .fault(let kind): return .fault(kind)
        case .end: return .end
        }
    }

    /// So many bytes of the step before were sent.
    mutating func sent(_ count: Int) {
        traffic.forwarded += count
        waiting -= count
        guard case .bytes(let bytes) = line.first?.item else { return }
        let rest = bytes.dropFirst(count)
        if rest.isEmpty { line.removeFirst() } else { line[0].item = .bytes(rest) }
    }

    /// The fault of the step before, or one that was asked for, happened to this direction.
    mutating func suffer(_ kind: ProxyFault.Kind) {
        line.removeAll()
        waiting = 0
        switch kind {
        case .swallow:
            isSwallowing = true
            isDone = hasEnded
        case .stall: isStalled = true
        case .cut, .reset: isDone = true
        }
    }

    /// The receiver was told of the end.
    mutating func ended() {
        line.removeAll()
        isDone = true
    }
}
