import Model
import Plan
import Translate

extension AggregateApplier {
    /// The keys of an aggregate that no other may have.
    func claims(_ entry: CrossReferences.Entry) -> [Claim] { claims(entry.naturalKey, entry.serviceKey) }

    func claims(_ natural: Key?, _ service: Key?) -> [Claim] {
        var claims: [Claim] = []
        if let natural { claims.append(Claim(kind: .natural, key: natural)) }
        // A surrogate follows from the natural key; any other key of the service's may be given twice on its
        // own.
        if aggregate.surrogate == nil, let service { claims.append(Claim(kind: .service, key: service)) }
        return claims
    }

    /// Finds out what the target holds of the step's aggregates, and who has the keys that they want.
    func resolve(_ step: inout AggregateStep, _ set: TranslationSet) throws {
        guard let references else {
            step.previous = set.items.map { item in
                item.serviceKey.map {
                    CrossReferences.Entry(
                        legacyKey: item.legacyKey, naturalKey: item.naturalKey ?? $0, serviceKey: $0)
                }
            }
            return
        }
        step.previous = try references.entries(legacyKeys: set.items.map(\.legacyKey))
        let wanted = set.items.filter { $0.outcome == .row }.flatMap { claims($0.naturalKey, $0.serviceKey) }
        step.holders = try references.holders(of: wanted).mapValues(\.legacyKey)
    }

    /// The items that want a key which another aggregate keeps, each with that key.
    ///
    /// What cannot be written keeps the keys that it has, so that others may not have them either: the answer
    /// is sought until it no longer changes.
    func conflicts(_ step: AggregateStep, _ set: TranslationSet, failed: Set<Int>) -> [Int: Claim] {
        if references == nil { return [:] }
        var kept = failed
        var found: [Int: Claim] = [:]
        for round in 0... {
            let next = conflicts(step, set, failed: failed, kept: kept)
            // Answers that chase each other in a ring are added up, which ends and lets nobody have a key
            // twice.
            if round > set.items.count { found.merge(next) { first, _ in first } } else { found = next }
            let stays = failed.union(found.keys)
            if stays == kept { break }
            kept = stays
        }
        return found
    }

    private func conflicts(
        _ step: AggregateStep, _ set: TranslationSet, failed: Set<Int>, kept: Set<Int>
    ) -> [Int: Claim] {
        var leaving: Set<Claim> = []
        for (index, item) in set.items.enumerated() where !kept.contains(index) {
            guard let held = step.previous[index] else { continue }
            let wanted = item.outcome == .row ? Set(claims(item.naturalKey, item.serviceKey)) : []
            leaving.formUnion(claims(held).filter { !wanted.contains($0) })
        }
        var taken: Set<Claim> = []
        var found: [Int: Claim] = [:]
        for (index, item) in set.items.enumerated() where item.outcome == .row && !failed.contains(index) {
            let wanted = claims(item.naturalKey, item.serviceKey)
            let refused = wanted.first { claim in
                if taken.contains(claim) { return true }
                guard let holder = step.holders[claim], holder != item.legacyKey else { return false }
                return !leaving.contains(claim)
            }
            if let refused { found[index] = refused } else { taken.formUnion(wanted) }
        }
        return found
    }

    /// Keys that waited for what has been given up are tried again, the oldest first, until somebody has it
    /// again.
    func release(
        _ vacated: [Claim], like group: ChangeGroup, mirrors: MirrorTables, counts: inout ApplyCounts
    ) throws {
        guard let references else { return }
        var left = vacated
        while let claim = left.popLast() {
            while let line = book.waiting[claim.stored], let first = line.first {
                if try references.holders(of: [claim])[claim] != nil { break }
                left += try replayAlone(
                    first.key, like: group, latestOnly: false, mirrors: mirrors, counts: &counts)
                // Whoever is first again has another obstacle than this one.
                if book.waiting[claim.stored]?.first == first { break }
            }
        }
    }
}
