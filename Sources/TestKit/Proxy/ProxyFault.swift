/// Something that goes wrong on a connection, and where in the bytes of one direction.
public struct ProxyFault: Sendable, Hashable {
    /// What goes wrong.
    public enum Kind: Sendable, Hashable {
        /// Both sides are told that the other has closed.
        case cut
        /// Both sides get a reset: what was on its way is lost.
        case reset
        /// The direction takes everything and delivers nothing more; nobody is told.
        case swallow
        /// The direction takes nothing more, so that its sender is held up in the end; nobody is told.
        case stall
    }

    /// Where in a direction.
    public enum Place: Sendable, Hashable {
        /// After so many bytes; after none, as soon as the connection stands.
        case byte(Int)
        /// After so many bytes of the message of this number, from 0; after none, when the one before it is
        /// through.
        case message(Int, bytes: Int = 0)
    }

    /// What goes wrong.
    public var kind: Kind
    /// Where.
    public var place: Place

    /// Says what goes wrong where.
    public init(_ kind: Kind, at place: Place) {
        self.kind = kind
        self.place = place
    }
}
