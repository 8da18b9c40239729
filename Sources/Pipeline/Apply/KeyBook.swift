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
        for (claim, line) in waiting where line.contains(where: { $0.key == key }) {
            let left = line.filter { $0.key != key }
            waiting[claim] = left.isEmpty ? nil : left
        }
    }
}
