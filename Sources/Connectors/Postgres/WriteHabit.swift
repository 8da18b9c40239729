/// Whether a quicker way to write is tried for a table, that works only for rows of one kind: copying while
/// none of them is there, updating while all are. After a failure the next writes do without, twice as many
/// after each one in a row.
struct WriteHabit {
    private var pause = 0
    private var next = 1

    /// No more writes than this go by before it is tried again.
    private static let most = 1_024

    /// Whether the last try was taken, or none was made.
    var isHopeful: Bool { pause == 0 }

    /// Whether the next write tries.
    mutating func tries() -> Bool {
        if pause == 0 { return true }
        pause -= 1
        return false
    }

    /// Notes what came of a try.
    mutating func note(isTaken: Bool) {
        pause = isTaken ? 0 : next
        next = isTaken ? 1 : min(next * 2, Self.most)
    }
}
