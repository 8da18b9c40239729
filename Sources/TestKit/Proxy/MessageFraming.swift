/// How a stream of bytes is divided into messages.
public struct MessageFraming: Sendable {
    /// The length of the message that begins with these bytes; nil when more of them are needed to know.
    ///
    /// The number counts the direction's messages from 0.
    public let length: @Sendable (_ number: Int, _ bytes: ArraySlice<UInt8>) -> Int?

    /// A division by a rule of one's own.
    public init(length: @escaping @Sendable (_ number: Int, _ bytes: ArraySlice<UInt8>) -> Int?) {
        self.length = length
    }

    /// Lines, each with the LF that ends it.
    public static let lines = MessageFraming { _, bytes in
        bytes.firstIndex(of: 0x0A).map { $0 + 1 - bytes.startIndex }
    }

    /// PostgreSQL's protocol, version 3, in either direction.
    ///
    /// A message is a type and a length; what a client sends before the session begins has no type, and its
    /// first byte is zero. The target's answer to a request for encryption is a single letter; only the first
    /// message of that direction is taken for one.
    public static let postgreSQL = MessageFraming { number, bytes in
        guard let first = bytes.first else { return nil }
        if number == 0, first == UInt8(ascii: "N") || first == UInt8(ascii: "S") { return 1 }
        let head = first == 0 ? 0 : 1
        guard bytes.count >= head + 4 else { return nil }
        let length = bytes.dropFirst(head).prefix(4).reduce(0) { $0 << 8 | Int($1) }
        // A length counts itself; less is no PostgreSQL, and is passed on as it comes.
        return head + max(length, 4)
    }

    /// HTTP/1.1, in either direction: the head, with a body whose length or chunks the head announces.
    ///
    /// A body that ends with the connection is not counted as part of its message.
    public static let http = MessageFraming { _, bytes in HTTPMessage.length(Array(bytes)) }
}
