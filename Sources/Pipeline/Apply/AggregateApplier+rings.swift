import Guards
import Model
import Plan

/// Rows that took keys from one another in a ring wait for one another when each is tried by itself: together
/// they can be applied.
extension AggregateApplier {
    /// Applies together, as live changes, what is set aside of rows of which each wants a key that the next
    /// one has; what has no part in such a ring, and a ring that cannot be applied even so, stays as it is.
    func replayRings(
        _ keys: Set<Key>, like group: ChangeGroup, latestOnly: Bool, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws {
        if !Guard.ringGoesTogether.holds { return }
        var isFreed = true
        // What came behind a ring may be another one.
        while isFreed {
            isFreed = false
            for ring in try rings(keys) {
                let isGone = try replayRing(
                    ring, standsForAll: takesLast(latestOnly), like: group, mirrors: mirrors,
                    counts: &counts)
                if isGone { isFreed = true }
            }
        }
    }

    /// The rings among what is set aside of these keys: of each key everything, in order.
    private func rings(_ keys: Set<Key>) throws -> [[[QuarantineEntry]]] {
        guard let references else { return [] }
        let lines = try refused().filter { keys.contains($0.key) }.mapValues { entries in
            entries.sorted { $0.entry < $1.entry }
        }
        if lines.count < 2 { return [] }
        let order = lines.keys.sorted()
        var holders: [Key: Key] = [:]
        for held in try references.entries(legacyKeys: order).compactMap(\.self) {
            for claim in claims(held) { holders[claim.stored] = held.legacyKey }
        }
        let next = lines.compactMapValues { line in line[0].naturalKey.flatMap { holders[$0] } }
        var rings: [[[QuarantineEntry]]] = []
        var seen: Set<Key> = []
        for start in order {
            var path: [Key] = []
            var key: Key? = start
            while let place = key, seen.insert(place).inserted {
                path.append(place)
                key = next[place]
            }
            // Each wants one key, so a path that comes back to itself is a ring from there on.
            guard let key, let first = path.firstIndex(of: key) else { continue }
            rings.append(path[first...].compactMap { lines[$0] })
        }
        return rings
    }

    /// - Returns: Whether the ring is gone.
    private func replayRing(
        _ ring: [[QuarantineEntry]], standsForAll: Bool, like group: ChangeGroup, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws -> Bool {
        let before = book
        var done = ApplyCounts()
        do {
            try store.savepoint {
                var lines = ring
                for index in lines.indices {
                    try quarantine.remove(lines[index])
                    book.free(lines[index][0].legacyKey)
                    for place in lines[index].indices { lines[index][place].conform(to: rootTable) }
                }
                let portions = lines.map { line in
                    portion(
                        line[standsForAll ? line.endIndex - 1 : 0], of: line, standsForAll: standsForAll,
                        wasWritten: false)
                }
                var vacated = try runAlone(step(portions, like: group), mirrors: mirrors, counts: &done)
                guard lines.allSatisfy({ book.quarantined[$0[0].legacyKey] == nil }) else {
                    throw RingRefused()
                }
                for line in lines where !standsForAll {
                    vacated += try replay(
                        line.dropFirst(), of: line, standsForAll: false, wasWritten: true, like: group,
                        mirrors: mirrors, counts: &done)
                }
                try release(vacated, like: group, mirrors: mirrors, counts: &done)
            }
        } catch is RingRefused {
            book = before
            return false
        }
        counts += done
        return true
    }
}

/// A ring that cannot be applied: undoes the savepoint around it.
private struct RingRefused: Error {}
