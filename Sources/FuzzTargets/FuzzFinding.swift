/// A law that an input broke.
public struct FuzzFinding: Error, CustomStringConvertible {
    /// Which law, and how.
    public var description: String

    /// Makes a finding.
    public init(_ description: String) {
        self.description = description
    }

    /// Throws a finding unless the law holds.
    static func unless(_ holds: Bool, _ broken: @autoclosure () -> String) throws {
        if !holds { throw FuzzFinding(broken()) }
    }
}
