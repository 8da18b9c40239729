/// What a proxy has seen of one connection.
public struct ProxyTraffic: Sendable, Hashable {
    /// One direction.
    public struct Flow: Sendable, Hashable {
        /// Bytes that came from the sender.
        public var received = 0
        /// Bytes that were passed on.
        public var forwarded = 0
        /// Messages that came whole, where the rule says what a message is.
        public var messages = 0

        /// So many bytes and messages.
        public init(received: Int = 0, forwarded: Int = 0, messages: Int = 0) {
            self.received = received
            self.forwarded = forwarded
            self.messages = messages
        }
    }

    /// Why a connection ended.
    public enum End: Sendable, Hashable {
        /// Both sides closed it.
        case closed
        /// One side broke it off, or the target could not be reached.
        case broken
        /// A fault of the rule, or one that was asked for, ended it.
        case fault(ProxyFault.Kind)
        /// The proxy was stopped.
        case stopped
    }

    /// The connection's number, from 0, in the order in which they were accepted.
    public let number: Int
    /// From the client to the target.
    public var toTarget = Flow()
    /// From the target to the client.
    public var toClient = Flow()
    /// Why it ended; nil while it stands.
    public var end: End?
}
