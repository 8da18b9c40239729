/// What a proxy does to one direction of a connection; by default nothing but to pass it on.
public struct ProxyFlowRule: Sendable {
    /// How long everything takes longer.
    public var delay: Duration
    /// Whether each byte is sent alone.
    public var isDribbled: Bool
    /// How the bytes are divided into messages; needed for faults at messages, and to count them.
    public var framing: MessageFraming?
    /// What goes wrong, and where.
    public var fault: ProxyFault?

    /// A direction that is passed on.
    public init(
        delay: Duration = .zero, isDribbled: Bool = false, framing: MessageFraming? = nil,
        fault: ProxyFault? = nil
    ) {
        self.delay = delay
        self.isDribbled = isDribbled
        self.framing = framing
        self.fault = fault
    }
}
