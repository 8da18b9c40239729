/// A value that is bound to a statement.
public enum SQLParameter: Sendable, Hashable {
    /// An integer.
    case integer(Int64)
    /// A finite double.
    case double(Double)
    /// Text; PostgreSQL's statement says as what type it is to be read.
    case text(String)
    /// Octets.
    case bytes([UInt8])
}
