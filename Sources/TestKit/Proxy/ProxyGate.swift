/// Decides how far one direction goes before something goes wrong in it; does nothing itself.
struct ProxyGate {
    /// What may pass of some bytes, and what happens after that.
    struct Verdict: Equatable {
        var count: Int
        var fault: ProxyFault.Kind?
    }

    /// Bytes that came.
    private(set) var seen = 0
    /// Messages that came whole.
    private(set) var messages = 0

    private let framing: MessageFraming?
    private let fault: ProxyFault?
    /// Where the fault stands in the direction's bytes, once that is known.
    private var faultAt: Int?
    /// The beginning of a message whose length is not known yet.
    private var unmeasured: [UInt8] = []
    /// What is missing of a message whose length is known.
    private var missing = 0

    init(_ rule: ProxyFlowRule) {
        framing = rule.framing
        fault = rule.fault
        if case .byte(let count) = fault?.place { faultAt = max(0, count) }
        placeFault(messageAt: 0)
    }

    /// The fault that happens before the first byte.
    var initialFault: ProxyFault.Kind? { faultAt == 0 ? fault?.kind : nil }

    /// Takes the next bytes of the direction.
    mutating func admit(_ bytes: [UInt8]) -> Verdict {
        if framing != nil { measure(bytes) }
        let before = seen
        seen += bytes.count
        guard let faultAt, let fault, faultAt <= seen else { return Verdict(count: bytes.count) }
        return Verdict(count: max(0, faultAt - before), fault: fault.kind)
    }

    private mutating func measure(_ bytes: [UInt8]) {
        var at = seen + min(missing, bytes.count)
        var rest = bytes.dropFirst(missing)
        missing -= min(missing, bytes.count)
        if missing == 0, at > seen { endMessage(at) }
        at -= unmeasured.count
        rest = ArraySlice(unmeasured + rest)
        unmeasured = []
        while !rest.isEmpty {
            // Measured from its own first byte, so that a framing sees one message at a time.
            guard let length = framing?.length(messages, rest), length > 0 else {
                unmeasured = Array(rest)
                return
            }
            if length > rest.count {
                missing = length - rest.count
                // Where the message ends is known already.
                placeFault(messageAt: at + length, number: messages + 1)
                return
            }
            at += length
            rest = rest.dropFirst(length)
            endMessage(at)
        }
    }

    private mutating func endMessage(_ at: Int) {
        messages += 1
        placeFault(messageAt: at)
    }

    /// Notes where the fault stands when it is one of the message that begins there.
    private mutating func placeFault(messageAt start: Int, number: Int? = nil) {
        guard faultAt == nil, case .message(let wanted, let bytes) = fault?.place,
            wanted == number ?? messages
        else { return }
        faultAt = start + max(0, bytes)
    }
}
