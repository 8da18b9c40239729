import Guards
import Model
import Plan

/// Rows that hand keys on to one another wait for one another when each is tried by itself: together they can
/// be applied.
extension AggregateApplier {
    /// Applies together, as live changes, what still wants a key that another one has: what one transaction
    /// did, as legacy did it, and where only the last state is taken, the last states of all of them in the
    /// end.
    func replayTogether(
        _ keys: Set<Key>, like group: ChangeGroup, latestOnly: Bool, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws {
        if !mayExchange || !Guard.ringGoesTogether.holds { return }
        let standsForAll = takesLast(latestOnly)
        var tried = Position.start
        while true {
            let places = Dictionary(grouping: try lines(keys)) { line in
                (standsForAll ? line.last : line.first)?.position ?? .start
            }
            let next = places.filter { $0.value.count > 1 && $0.key > tried }.min { $0.key < $1.key }
            guard let next else { break }
            tried = next.key
            try replayTogether(
                next.value, standsForAll: standsForAll, like: group, mirrors: mirrors, counts: &counts)
            if standsForAll { continue }
            for key in next.value.map(\.[0].legacyKey) {
                try replay(key, like: group, latestOnly: false, mirrors: mirrors, counts: &counts)
            }
        }
        let left = standsForAll ? try lines(keys) : []
        if left.count > 1 {
            try replayTogether(left, standsForAll: true, like: group, mirrors: mirrors, counts: &counts)
        }
    }

    /// What is set aside of each of these keys for want of a key that another one has, in order.
    private func lines(_ keys: Set<Key>) throws -> [[QuarantineEntry]] {
        try refused().filter { keys.contains($0.key) }.sorted { $0.key < $1.key }.map { _, entries in
            entries.sorted { $0.entry < $1.entry }
        }
    }

    /// - Parameter lines: What is set aside of each of several keys, in order.
    private func replayTogether(
        _ lines: [[QuarantineEntry]], standsForAll: Bool, like group: ChangeGroup, mirrors: MirrorTables,
        counts: inout ApplyCounts
    ) throws {
        var portions: [Portion] = []
        for line in lines {
            try quarantine.remove(line)
            book.free(line[0].legacyKey)
            var all = line
            for place in all.indices { all[place].conform(to: rootTable) }
            let entry = all[standsForAll ? all.endIndex - 1 : 0]
            portions.append(
                portion(entry, of: all, standsForAll: standsForAll, wasWritten: false))
        }
        let vacated = try runAlone(step(portions, like: group), mirrors: mirrors, counts: &counts)
        if !standsForAll { for line in lines { try appendWaiting(line.dropFirst()) } }
        try release(vacated, like: group, mirrors: mirrors, counts: &counts)
    }
}
