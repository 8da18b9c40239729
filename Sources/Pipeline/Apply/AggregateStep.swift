import Model
import Translate

/// One step of one kind of aggregate: which roots it is about, and what is known of them.
struct AggregateStep {
    let group: ChangeGroup
    let roots: RootRows
    /// Whether the target holds the whole history of the aggregate's tables.
    let hasHistory: Bool
    /// Roots whose state before the step is known although history is not complete.
    let knownRoots: Set<Key>
    /// Indexes into `roots` of what is not set aside.
    var active: [Int] = []
    /// For each active root, what the cross-reference said before the step.
    var previous: [CrossReferences.Entry?] = []
    /// For each active root, why it cannot be applied although it was translated; nil when it can.
    var conflicts: [TranslationFailure?] = []
    /// Whether a set-aside root may be released by this step.
    var mayRelease = true

    init(group: ChangeGroup, roots: RootRows, hasHistory: Bool, knownRoots: Set<Key>) {
        self.group = group
        self.roots = roots
        self.hasHistory = hasHistory
        self.knownRoots = knownRoots
    }

    /// Whether it is certain what the aggregate was before the step.
    func isBeforeKnown(_ index: Int) -> Bool {
        if hasHistory || knownRoots.contains(roots.keys[index]) { return true }
        return roots.causes.indices.contains(index) && roots.causes[index].isInsert
    }
}
