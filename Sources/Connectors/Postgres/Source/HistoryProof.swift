import Model

/// Whether a server still has the history that was captured of it, as far as what it sends tells.
///
/// A server that was put back to an earlier state and went on has another transaction in the place of the one
/// that was captured last, or changes behind it where there were none. Until it has shown that it has not,
/// nothing may be confirmed to it: what is confirmed it never shows again.
struct HistoryProof {
    /// Where what was captured last stands: behind it, up to the floor, there was nothing of ours.
    private let known: Position
    /// The transaction that was captured last, until it has come.
    private var awaited: CapturedLast.Transaction?
    /// Up to where the stream was read before.
    private let floor: Position
    /// Where the stream is to begin.
    let start: LogLocation
    /// Whether the server has shown everything up to the floor.
    private(set) var isComplete: Bool

    /// Nothing was captured, so that there is nothing to be shown.
    init(from floor: Position) {
        known = floor
        self.floor = floor
        start = LogLocation(after: floor)
        isComplete = true
    }

    /// Begins with what was captured last, or behind it where the slot has let go of it.
    ///
    /// - Parameters:
    ///   - last: What was captured last.
    ///   - floor: Up to where the stream was read.
    ///   - confirmed: Where the slot goes on by the server's account.
    init(_ last: CapturedLast, floor: Position, confirmed: LogLocation) {
        // An earlier version did not note it.
        known = last.position ?? floor
        self.floor = floor
        awaited = confirmed.value <= known.value ? last.transaction : nil
        start = awaited == nil ? LogLocation(after: known) : LogLocation(known.value)
        isComplete = last.position == nil
    }

    /// A transaction begins; returns the place of what is not there.
    mutating func begins(_ transaction: CapturedLast.Transaction) -> Position? {
        if transaction == awaited { awaited = nil }
        return reads(upTo: transaction.position)
    }

    /// Everything that was committed up to a position has come; returns the place of what is not there.
    mutating func reads(upTo position: Position) -> Position? {
        if let awaited, position >= awaited.position { return awaited.position }
        if position >= floor, awaited == nil { isComplete = true }
        return nil
    }

    /// A change is passed over because it was read before; returns its place when it cannot have been.
    func passesOver(_ position: Position) -> Position? {
        position > known ? position : nil
    }
}
