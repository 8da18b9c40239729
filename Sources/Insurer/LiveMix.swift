/// How often each kind of operation happens.
package struct LiveMix: Sendable {
    var weights: [(LiveKind, Int)]

    /// A mix; kinds that are not named never happen.
    package init(_ weights: [LiveKind: Int]) {
        // A dictionary has no order of its own; the writer's choices must not depend on one.
        self.weights = LiveKind.allCases.compactMap { kind in weights[kind].map { (kind, $0) } }.filter {
            $0.1 > 0
        }
    }

    /// Everything that can happen, awkward things more often than in life.
    package static let everything = LiveMix([
        .endorse: 30, .approve: 20, .correct: 14, .cancel: 5, .relocate: 10, .replace: 5, .upsert: 5,
        .renumber: 3,
        .rekey: 1, .technical: 5, .reclassify: 1, .purge: 1, .reissue: 1, .collide: 1,
    ])

    /// What happens on an ordinary day: no key and no product changes.
    package static let everyday = LiveMix([
        .endorse: 40, .approve: 25, .correct: 12, .cancel: 3, .relocate: 15, .upsert: 3, .technical: 2,
    ])
}
