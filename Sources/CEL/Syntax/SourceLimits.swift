/// What the text of an expression may take.
public struct SourceLimits: Sendable, Hashable {
    /// Bytes of UTF-8.
    public var bytes: Int
    /// Nodes of the syntax tree.
    public var nodes: Int
    /// Levels of nesting while parsing, and of the syntax tree.
    ///
    /// Parsing, checking and running recurse once a level; 160 levels need less than 2 MiB of stack, even in
    /// a debug build.
    public var depth: Int

    /// Limits on the source.
    public init(bytes: Int = 64 * 1024, nodes: Int = 10_000, depth: Int = 160) {
        self.bytes = bytes
        self.nodes = nodes
        self.depth = depth
    }
}
