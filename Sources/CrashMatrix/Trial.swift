/// One thing that is done to a running migration, with what must hold afterwards.
package struct Trial: Sendable {
    /// The name by which it is run alone.
    package let name: String
    private let body: @Sendable (StageStore) throws -> String

    /// A trial.
    ///
    /// - Parameters:
    ///   - name: The name by which it is run alone.
    ///   - body: Does it, and says in a few words what it has seen; throws what is wrong.
    init(_ name: String, _ body: @escaping @Sendable (StageStore) throws -> String) {
        self.name = name
        self.body = body
    }

    /// Does it.
    ///
    /// - Returns: A few words about what was seen.
    /// - Throws: What is wrong.
    func run(on stages: StageStore) throws -> String { try body(stages) }
}
