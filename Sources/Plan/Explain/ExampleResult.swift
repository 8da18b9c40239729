/// How one example went.
public struct ExampleResult: Sendable {
    /// The example.
    public var example: ExampleCase
    /// What differs from what was expected, in words; empty when nothing does.
    public var differences: [String]

    /// Whether the rows became what they must.
    public var isPassed: Bool { differences.isEmpty }
}
