import Model

/// What may be reported to the server as durable: one function of what was confirmed, and of nothing else.
///
/// The server starts with the first transaction whose commit does not stand before what was reported, so
/// confirming a position reports the byte after it. Nothing is reported because it was received, and nothing
/// because the server asked: the server forgets what is reported, and a report that goes back would make it
/// send again what nobody waits for.
struct Acknowledgement: Hashable {
    /// Where the stream would go on by the server's own account.
    private(set) var reported: UInt64
    /// Whether the last report was about something that the server did not know.
    private(set) var isDue = false

    /// Starts with what the server has stored.
    init(stored: UInt64) { reported = stored }

    /// Takes note that everything up to a position is durable elsewhere.
    mutating func confirm(_ position: Position) {
        guard position.value < .max, position.value + 1 > reported else { return }
        reported = position.value + 1
        isDue = true
    }

    /// The report, which the caller sends.
    mutating func report() -> UInt64 {
        isDue = false
        return reported
    }
}
