import Glibc

/// Blocks the thread until `condition` holds.
///
/// - Throws: `DeadlinePassed` when it does not within `limit`, and whatever `condition` throws.
@available(*, noasync, message: "use eventually, which leaves the thread to other tasks")
public func waitUntil(
    _ what: String = "the condition", within limit: Duration = .seconds(60), _ condition: () throws -> Bool
) throws {
    let limit = limit * Patience.factor
    let deadline = ContinuousClock.now + limit
    while !(try condition()) {
        guard ContinuousClock.now < deadline else { throw DeadlinePassed(what: what, limit: limit) }
        // Lets other threads run; what ends the wait is the condition, which costs a slow build more, too.
        usleep(500 * UInt32(Patience.factor))
    }
}
