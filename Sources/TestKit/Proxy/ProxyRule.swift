/// What a proxy does to a connection; by default nothing but to pass it on.
public struct ProxyRule: Sendable {
    /// What is done to the bytes from the client.
    public var toTarget: ProxyFlowRule
    /// What is done to the bytes from the target.
    public var toClient: ProxyFlowRule

    /// A connection that is passed on.
    public init(toTarget: ProxyFlowRule = ProxyFlowRule(), toClient: ProxyFlowRule = ProxyFlowRule()) {
        self.toTarget = toTarget
        self.toClient = toClient
    }
}
