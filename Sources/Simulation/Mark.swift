/// Situations that matter, by name: a run that never met one has said nothing about it.
public enum Mark: String, CaseIterable, Sendable {
    /// A commit stood in the log of the source before its snapshots showed it.
    case committedUnseen = "committed-unseen"
    /// A chunk did not show a transaction that the stream had passed.
    case chunkMissesPassed = "chunk-misses-passed"
    /// A chunk showed more than stood in the log when it began.
    case chunkSeesAhead = "chunk-sees-ahead"
    /// Two chunks of one table were read at the same time.
    case chunksTogether = "chunks-together"
    /// A chunk did not hold all of the range that it was to hold.
    case chunkIsCut = "chunk-is-cut"
    /// A transaction changed several rows at one position.
    case sharedPosition = "shared-position"
    /// Transactions were open at the same time.
    case interleaved = "interleaved"
    /// A transaction was rolled back.
    case rolledBack = "rolled-back"
    /// A transaction came in several parts.
    case transactionSplit = "transaction-split"
    /// The process died between the parts of a transaction.
    case diedInsideTransaction = "died-inside-transaction"
    /// A row got another key.
    case keyChanged = "key-changed"
    /// Two rows swapped their keys in one transaction.
    case keysSwapped = "keys-swapped"
    /// A row was deleted and its key used again in one transaction.
    case replaced
    /// A source delivered again what had been read.
    case redelivered
    /// A source moved on without anything for the capture.
    case keepalive
    /// A chunk left rows out that the stream knew better.
    case rowsDropped = "rows-dropped"
    /// A change came to a row while its history was still to be read.
    case changedDuringBackfill = "changed-during-backfill"
    /// A row could not be translated.
    case untranslatable
    /// The target refused a row.
    case refusedRow = "refused-row"
    /// A change waited behind an earlier one of its key.
    case waitedInQuarantine = "waited-in-quarantine"
    /// A key became free again.
    case freedFromQuarantine = "freed-from-quarantine"
    /// A key was replayed while changes went on.
    case replayedLive = "replayed-live"
    /// A difference was waived for a while.
    case waived
    /// Somebody said that a difference was repaired, and it was not.
    case repairClaimed = "repair-claimed"
    /// Records were removed from the log.
    case logTrimmed = "log-trimmed"
    /// A crash kept part of an unfinished append, and it was dropped.
    case tailDropped = "tail-dropped"
    /// A crash kept all of an append that nobody had been told of.
    case tailKept = "tail-kept"
    /// A worker found its stream taken over.
    case fenced
    /// A writer of the log found itself superseded.
    case superseded
    /// A paused engine went on after another had taken over.
    case zombieWoke = "zombie-woke"
    /// A ledger told what a lost answer had not.
    case ledgerConsulted = "ledger-consulted"
    /// A commit took effect after its answer had been lost.
    case committedLate = "committed-late"
    /// A commit took effect when another engine than its own was at work.
    case committedLateForAnother = "committed-late-for-another"
    /// A pass compared both sides as they were.
    case compared
    /// A pass compared both sides when somebody had corrupted the service.
    case comparedCorrupted = "compared-corrupted"
    /// A pass read rows of legacy that did not show a transaction of its log.
    case comparedUnseen = "compared-unseen"
    /// A pass could not compare, and said why.
    case notComparable = "not-comparable"
    /// A pass named a difference.
    case differenceFound = "difference-found"
    /// A pass said that it does not judge a key that differed.
    case differenceUnjudged = "difference-unjudged"
    /// An event was derived.
    case eventDerived = "event-derived"
    /// An event was delivered twice.
    case deliveredTwice = "delivered-twice"
    /// A transaction of Banyan's own came through the stream.
    case ownWriteSeen = "own-write-seen"
    /// Several transactions were applied in one transaction of the target.
    case appliedTogether = "applied-together"
    /// Several transactions with events of their own were one step.
    case joinedSteps = "joined-steps"
    /// A transaction was prepared while the one before it was applied.
    case preparedAhead = "prepared-ahead"
    /// A transaction was too large to be held.
    case gathered
    /// A table was empty when its history was read.
    case emptyTable = "empty-table"
    /// A row was changed while nobody kept the log for the capture.
    case changedUnseen = "changed-unseen"
    /// A row took a number over from another one while history was being read.
    case handedOnDuringBackfill = "handed-on-during-backfill"
    /// A row had taken a number over from another one while nobody kept the log.
    case handedOnUnseen = "handed-on-unseen"
    /// Rows had handed their numbers on to one another, and nobody was without, while nobody kept the log.
    case ringUnseen = "ring-unseen"
    /// History was read anew to its end.
    case readAnew = "read-anew"
}
