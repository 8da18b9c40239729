/// Suspends the task until `condition` holds.
///
/// - Throws: `DeadlinePassed` when it does not within `limit`, and whatever `condition` throws.
public func eventually(
    _ what: String = "the condition", within limit: Duration = .seconds(60),
    _ condition: () async throws -> Bool
) async throws {
    let limit = limit * Patience.factor
    let deadline = ContinuousClock.now + limit
    while !(try await condition()) {
        guard ContinuousClock.now < deadline else { throw DeadlinePassed(what: what, limit: limit) }
        try await Task.sleep(for: .microseconds(500 * Patience.factor))
    }
}
