import ChangeLog
import Model

/// Which keys are set aside or wait, as the target durably says; changed in memory only together with the
/// target.
struct KeyBook {
    /// A legacy key that waits for another to give something up; the oldest comes first.
    struct Waiter: Equatable {
        var position: Position
        var key: Key
    }

    /// For each quarantined key, the number that its next entry gets.
    var quarantined: [Key: Int] = [:]
    /// Keys whose aggregate waits for a row that has not arrived.
    var pending: Set<Key> = []
    /// Roots that came into being while history was being read, so that all of their past is known. Not kept
    /// in the target: after a restart it is learnt again from the log.
    var born: Set<Key> = []
    /// For each claim that is waited for, in its stored form, who waits, in order.
    private(set) var waiting: [Key: [Waiter]] = [:]

    /// Of a step, or of replays in one transaction, and what they have set free: the service's rows that went
    /// without a word, by their keys. What comes in their place begins nothing new.
    var untold: [Key: [UInt8]] = [:]

    /// For each natural key that something which is set aside has or had, as far as its rows alone tell,
    /// whose it is; and the other way round.
    private var wanted: [Key: Set<Key>] = [:]
    private var wants: [Key: Set<Key>] = [:]

    /// Notes that what is set aside of a root has or had a natural key.
    mutating func want(_ natural: Key, by root: Key) {
        wanted[natural, default: []].insert(root)
        wants[root, default: []].insert(natural)
    }

    /// Whether something that is set aside of another root has or had a natural key.
    func isWanted(_ natural: Key, besides root: Key) -> Bool {
        wanted[natural]?.contains { $0 != root } ?? false
    }

    /// Puts a key where its turn is, which does not depend on when this is called.
    mutating func wait(_ waiter: Waiter, for claim: Key) {
        var line = waiting[claim] ?? []
        let place = line.firstIndex { (waiter.position, waiter.key) < ($0.position, $0.key) } ?? line.endIndex
        line.insert(waiter, at: place)
        waiting[claim] = line
    }

    /// Notes what is set aside.
    mutating func note(_ entry: QuarantineEntry) {
        quarantined[entry.legacyKey] = max(quarantined[entry.legacyKey] ?? 1, entry.entry + 1)
        guard let claim = entry.naturalKey else { return }
        wait(Waiter(position: entry.position, key: entry.legacyKey), for: claim)
    }

    /// Forgets a key that is no longer set aside.
    mutating func free(_ key: Key) {
        quarantined[key] = nil
        for natural in wants.removeValue(forKey: key) ?? [] {
            wanted[natural]?.remove(key)
            if wanted[natural]?.isEmpty ?? false { wanted[natural] = nil }
        }
        for (claim, line) in waiting where line.contains(where: { $0.key == key }) {
            let left = line.filter { $0.key != key }
            waiting[claim] = left.isEmpty ? nil : left
        }
    }
}
