/// A place in the source text of an expression.
public struct Position: Sendable, Hashable, CustomStringConvertible {
    /// UTF-8 bytes before this place.
    public let offset: Int
    /// Line, counted from 1.
    public let line: Int
    /// Column in Unicode scalars, counted from 1.
    public let column: Int

    /// A place by its byte offset, line and column.
    public init(offset: Int, line: Int, column: Int) {
        self.offset = offset
        self.line = line
        self.column = column
    }

    /// The first place of any source.
    public static let start = Position(offset: 0, line: 1, column: 1)

    /// `line:column`.
    public var description: String { "\(line):\(column)" }
}
