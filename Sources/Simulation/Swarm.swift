/// How one history is made: sizes and fault ratios, drawn anew for each seed, so that histories differ in
/// kind and not only in detail. Ratios are in a thousand.
struct Swarm {
    var isCalm = false
    var plan = 0
    var policies = 3
    var steps = 60
    var hasBackfill = true

    // The application.
    var openTransactions = 1
    var changesPerTransaction = 2
    var rollback = 0
    var keyChange = 0
    var poison = 0
    var lateVisibility = 0
    var keepalive = 0
    var ownWrite = 0

    // The engine's surroundings.
    var split = 0
    var gather = 1
    var interleave = 0
    var kill = 0
    var pause = 0
    var second = 0
    var lockBroken = 0
    var sourceUnavailable = 0
    var sourceRewinds = 0
    var sourceSlow = 0
    var streamLost = 0
    var chunkFails = 0
    var chunkLate = 0
    var chunkRows = 2
    var syncFails = 0
    var diskFull = 0
    var targetUnavailable = 0
    var answerLost = 0
    var targetRestarts = 0
    var targetSlow = 0
    var targetFull = 0
    var sinkSlow = 0
    var sinkFails = 0
    var clockJumps = 0
    var trim = 0
    var replay = 0
    var pauseBackfill = 0
    /// Passes of reconciliation. Whether any happen goes with sizes that are drawn anyway.
    var passes = 0

    /// How often passes happen where they do.
    static let passesOften = 150

    /// Whether the apply worker holds a transaction of several records as a whole. It goes with a size that
    /// is drawn anyway.
    var holdsLarge: Bool { !policies.isMultiple(of: 2) }

    /// Whether what is applied next is prepared beside what is applied now. It goes with a size that is drawn
    /// anyway.
    var preparesAhead: Bool { !steps.isMultiple(of: 3) }

    /// How many chunks are read at the same time. It goes with a size that is drawn anyway.
    var readers: Int { steps.isMultiple(of: 4) ? 2 : 1 }

    init(_ chance: Chance) {
        plan = chance.below(PlanShape.all.count)
        policies = 1 + chance.below(5)
        steps = 16 + chance.below(44)
        openTransactions = 1 + chance.below(3)
        changesPerTransaction = 1 + chance.below(4)
        gather = 1 + chance.below(3)
        chunkRows = 1 + chance.below(3)
        func ratio(_ most: Int) -> Int { chance.below(2) == 0 ? 0 : chance.below(most) }
        rollback = ratio(200)
        keyChange = ratio(300)
        poison = ratio(250)
        lateVisibility = ratio(400)
        keepalive = ratio(200)
        ownWrite = ratio(150)
        split = ratio(600)
        trim = ratio(400)
        replay = ratio(40)
        interleave = ratio(120)
        if chunkRows == 2, openTransactions == 3 || openTransactions == 2 && gather == 3 {
            passes = Self.passesOften
        }
        isCalm = chance.below(5) == 4
        if isCalm { return }
        kill = ratio(25)
        pause = ratio(20)
        second = ratio(20)
        lockBroken = ratio(400)
        sourceUnavailable = ratio(40)
        sourceRewinds = ratio(600)
        sourceSlow = ratio(300)
        chunkFails = ratio(100)
        chunkLate = ratio(500)
        syncFails = ratio(60)
        diskFull = ratio(40)
        targetUnavailable = ratio(15)
        answerLost = ratio(120)
        targetRestarts = ratio(20)
        sinkFails = ratio(200)
        clockJumps = ratio(30)
        pauseBackfill = ratio(30)
        targetSlow = ratio(30)
        targetFull = ratio(10)
        sinkSlow = ratio(200)
        streamLost = ratio(30)
    }

    /// The same history without faults: what must then come true within a bound.
    mutating func heal() {
        kill = 0
        pause = 0
        second = 0
        lockBroken = 0
        sourceUnavailable = 0
        sourceSlow = 0
        streamLost = 0
        chunkFails = 0
        chunkLate = 0
        syncFails = 0
        diskFull = 0
        targetUnavailable = 0
        answerLost = 0
        targetRestarts = 0
        targetSlow = 0
        targetFull = 0
        sinkSlow = 0
        sinkFails = 0
        clockJumps = 0
        pauseBackfill = 0
        interleave = 0
        replay = 0
    }
}
