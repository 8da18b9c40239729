/// All faults of an expression that was refused.
public struct CompilationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The faults in source order; at least one.
    public let diagnostics: [Diagnostic]

    /// An error of these faults, put in source order.
    public init(_ diagnostics: [Diagnostic]) {
        self.diagnostics = diagnostics.enumerated().sorted { left, right in
            (left.element.position.offset, left.offset) < (right.element.position.offset, right.offset)
        }.map(\.element)
    }

    /// One line for each fault.
    public var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
