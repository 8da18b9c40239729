/// The guards of the core, by name: each keeps one promise, and each can be removed in a debug build, to see
/// that the simulator notices.
///
/// In a release build `holds` is the constant true: there is nothing to switch off.
public enum Guard: String, CaseIterable, Sendable {
    /// The source is told to forget only what an append has made durable.
    case confirmedAfterAppend = "confirmed-after-append"
    /// Where an idle source stands is confirmed only once the log says so, too.
    case idlePointIsDurable = "idle-point-is-durable"
    /// A change is known only when a whole transaction at its position is known.
    case samePositionIsNews = "same-position-is-news"
    /// What a source delivers again is passed over.
    case redeliverySkipped = "redelivery-skipped"
    /// The part of a transaction that a crash left in the log is abandoned before it is read again.
    case unfinishedIsAbandoned = "unfinished-is-abandoned"
    /// Parts that were abandoned are not applied.
    case abandonedIsDropped = "abandoned-is-dropped"
    /// A transaction is applied only when its end is in the log.
    case transactionIsWhole = "transaction-is-whole"
    /// A row of a chunk that the stream knows better is left out.
    case windowDropsRows = "window-drops-rows"
    /// A chunk is placed only where the stream has reached it.
    case chunkWaitsForStream = "chunk-waits-for-stream"
    /// Chunks that are read at the same time are placed in the order of their keys.
    case chunksKeepOrder = "chunks-keep-order"
    /// What a chunk that was cut leaves of its range is read.
    case restIsRead = "rest-is-read"
    /// A commit that stands in the log need not be visible: what a chunk does not show is dropped from it.
    case visibilityIsAsked = "visibility-is-asked"
    /// A chunk without a transaction that the stream has passed is read again.
    case passedIsRemembered = "passed-is-remembered"
    /// A change of a key removes the row under its old key.
    case keyChangeMovesRow = "key-change-moves-row"
    /// A record whose checksum does not follow from the one before is refused.
    case recordIsVerified = "record-is-verified"
    /// Retention stops at the slowest reader.
    case retentionWaitsForReaders = "retention-waits-for-readers"
    /// The ledger moves in the transaction of what was applied.
    case ledgerInTransaction = "ledger-in-transaction"
    /// A worker that has lost its stream writes nothing.
    case fencedWorkerStops = "fenced-worker-stops"
    /// After a lost answer the ledger is read before anything is applied.
    case lostAnswerConsultsLedger = "lost-answer-consults-ledger"
    /// A ledger that is read after a lost answer is that of a store in which no commit is under way.
    case lateCommitIsAwaited = "late-commit-is-awaited"
    /// What is known of history and of keys comes from the target, not from what a transaction hoped for.
    case gateReadsDurableState = "gate-reads-durable-state"
    /// Changes of a key that is set aside wait behind it.
    case quarantineKeepsOrder = "quarantine-keeps-order"
    /// A row that the target refuses does not take its batch along.
    case poisonIsIsolated = "poison-is-isolated"
    /// History has no live effect.
    case historyIsSilent = "history-is-silent"
    /// Where events are derived, each transaction is a step of its own.
    case eventsSeeEachTransaction = "events-see-each-transaction"
    /// Transactions that become one step have no aggregate in common.
    case joinedAreStrangers = "joined-are-strangers"
    /// A transaction that is too large to be held is one step all the same.
    case largeIsOneStep = "large-is-one-step"
    /// When history has been read anew, what was not met is gone.
    case unmetIsRemoved = "unmet-is-removed"
    /// While history is read anew, a row that changes is met.
    case changedIsMet = "changed-is-met"
    /// Rows that handed keys on to one another in a ring are applied together.
    case ringGoesTogether = "ring-goes-together"
    /// What was prepared ahead is applied only behind what the ledger stands at.
    case preparedFollowsLedger = "prepared-follows-ledger"
    /// What Banyan wrote itself is not sent forward again.
    case ownWritesAreSkipped = "own-writes-are-skipped"
    /// Legacy and service are compared once the service shows everything that legacy showed.
    case frontierIsApplied = "frontier-is-applied"
    /// A key that changed since legacy was read is not judged.
    case changedIsNotJudged = "changed-is-not-judged"
    /// A key that a transaction changed which the rows of legacy do not show is not judged.
    case unseenIsDoubted = "unseen-is-doubted"
    /// Nothing is compared before the history of every table is there whole.
    case comparedIsWhole = "compared-is-whole"
    /// A range is followed by the next one until the table's end.
    case everyRangeIsCompared = "every-range-is-compared"
    /// A key that a pass did not judge is not taken for right.
    case unjudgedIsNotVerified = "unjudged-is-not-verified"
    /// A repair is verified by a later pass, and by nothing else.
    case repairIsVerified = "repair-is-verified"
    /// A waiver ends on its day.
    case waiverEnds = "waiver-ends"
    /// An event counts as relayed only when the sink has it.
    case relayedAfterDelivery = "relayed-after-delivery"

    /// Whether the guard is in force.
    @inline(__always)
    public var holds: Bool {
        #if DEBUG
            return Mutation.removed != self
        #else
            return true
        #endif
    }
}
