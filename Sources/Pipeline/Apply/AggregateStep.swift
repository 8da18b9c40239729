import Model
import Translate

/// One step of one kind of aggregate: which roots it is about, and what is known of them.
struct AggregateStep {
    let group: ChangeGroup
    let roots: RootRows
    /// Whether the target holds the whole history of the aggregate's tables.
    let hasHistory: Bool
    /// Whether it holds that of all of them but the root's.
    var hasOtherHistory = false
    /// Whether the root's history is being read anew, so that what the target knows of a root may be of an
    /// earlier time.
    var isReadAnew = false
    /// Whether it applies what was set aside: others have gone on since.
    var isReplay = false
    /// Whether other steps of the same transaction stand beside this one, which then does not see everything
    /// that the transaction did.
    var isOfMany = false
    /// Roots whose state before the step is known although history is not complete.
    let knownRoots: Set<Key>
    /// For each root, which of the group's parts it belongs to; empty when the group is one transaction.
    var parts: [Int] = []
    /// Indexes into `roots` of what is not set aside.
    var active: [Int] = []
    /// For each active root, what the cross-reference said before the step.
    var previous: [CrossReferences.Entry?] = []
    /// Who held each claim of the step's aggregates before the step, by legacy key.
    var holders: [Claim: Key] = [:]

    init(group: ChangeGroup, roots: RootRows, hasHistory: Bool, knownRoots: Set<Key>) {
        self.group = group
        self.roots = roots
        self.hasHistory = hasHistory
        self.knownRoots = knownRoots
    }

    /// The transaction that changed a root.
    func origin(of index: Int) -> ChangeGroup.Origin {
        parts.isEmpty ? group.origin : group.parts[parts[index]]
    }

    /// Whether the first change of a root in this step brought it into being.
    func isInsert(_ index: Int) -> Bool { roots.isInsert(at: index) }
}
