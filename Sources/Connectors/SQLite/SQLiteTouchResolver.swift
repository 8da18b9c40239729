/// Decides what became of each row that a probe touched: deleted by REPLACE, or left alone.
///
/// The fate shows in what the journal says next about the row's key. The key coming into being again means
/// that the row was deleted; a change or removal of it means that the row was there; another touch asks the
/// same question later; and when the journal says nothing more, the table itself, read in the same snapshot,
/// has the answer. A verdict is a fact about the past: it does not depend on where a poll ended, and stays
/// true when the journal is read again.
struct SQLiteTouchResolver {
    /// A table and a key in canonical bytes.
    typealias RowName = [UInt8]

    /// What became of a touched row.
    enum Verdict: Equatable {
        /// It was deleted without a trigger.
        case deleted
        /// It was still there.
        case existed
    }

    /// Touches held at a time: what a poll may need of memory for them.
    let capacity: Int
    /// The last journal row seen; reading ahead goes on after it.
    private(set) var seen: Int64
    /// The touch that is being asked for: there is always room for it.
    private var asked: Int64
    private var pending: [RowName: Int64] = [:]
    private var verdicts: [Int64: Verdict] = [:]

    /// Starts after the journal row `start`.
    init(after start: Int64, capacity: Int = 65_536) {
        self.capacity = capacity
        seen = start
        asked = start
    }

    /// Whether every touch seen so far is decided.
    var isSettled: Bool { pending.isEmpty }

    /// The rows about which only the table can tell.
    var unsettled: [RowName] { Array(pending.keys) }

    /// Goes back, so that the touch at `seq`, which found no room before, is seen again.
    mutating func rewind(before seq: Int64) {
        seen = seq - 1
        asked = seq
    }

    /// Sees a touch of the row `name`.
    mutating func touch(_ name: RowName, at seq: Int64) {
        seen = seq
        if let earlier = pending.removeValue(forKey: name) { verdicts[earlier] = .existed }
        guard verdicts[seq] == nil, seq == asked || pending.count + verdicts.count < capacity else { return }
        pending[name] = seq
    }

    /// Sees a change: the row's name before it and after it.
    mutating func change(before: RowName?, after: RowName?, at seq: Int64) {
        seen = seq
        if pending.isEmpty { return }
        if let before, let touch = pending.removeValue(forKey: before) { verdicts[touch] = .existed }
        if let after, let touch = pending.removeValue(forKey: after) { verdicts[touch] = .deleted }
    }

    /// Learns from the table, read at the journal's end, whether the row is there.
    mutating func settle(_ name: RowName, exists: Bool) {
        guard let touch = pending.removeValue(forKey: name) else { return }
        verdicts[touch] = exists ? .existed : .deleted
    }

    /// The verdict on the touch at `seq`, which is asked for once; nil when it was not decided yet.
    mutating func take(_ seq: Int64) -> Verdict? {
        verdicts.removeValue(forKey: seq)
    }
}
