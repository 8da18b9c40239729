/// What goes wrong in a history, by name; each is counted when it happens.
public enum Fault: String, CaseIterable, Sendable {
    /// The process of an engine is killed.
    case kill
    /// An engine stands still for a while and then goes on, not knowing it.
    case pause
    /// A second engine starts while the first one lives.
    case secondEngine = "second-engine"
    /// The log is taken from the engine that writes it.
    case lockBroken = "lock-broken"
    /// The source is out of reach.
    case sourceUnavailable = "source-unavailable"
    /// The source goes back to an earlier place after a reconnect.
    case sourceRewinds = "source-rewinds"
    /// The source is slow: it has something and does not give it yet.
    case sourceSlow = "source-slow"
    /// The log that the source kept for the capture is lost, with changes that nobody has seen.
    case streamLost = "stream-lost"
    /// Reading a chunk fails.
    case chunkFails = "chunk-fails"
    /// A chunk arrives late.
    case chunkLate = "chunk-late"
    /// The sync of an append fails, though its bytes may have reached the disk.
    case syncFails = "sync-fails"
    /// The disk of the log is full.
    case diskFull = "disk-full"
    /// A crash leaves part of an append behind.
    case tornTail = "torn-tail"
    /// The target is out of reach.
    case targetUnavailable = "target-unavailable"
    /// The answer to a commit is lost, and the commit took effect.
    case answerLostAfterCommit = "answer-lost-after-commit"
    /// The answer to a commit is lost, and the commit did not take effect.
    case answerLostBeforeCommit = "answer-lost-before-commit"
    /// The answer to a commit is lost, and the commit takes effect only later.
    case answerLostDuringCommit = "answer-lost-during-commit"
    /// The target ends the transactions that are open.
    case targetRestarts = "target-restarts"
    /// The target takes its time over a call, and others go first.
    case targetSlow = "target-slow"
    /// The target's disk is full: a statement fails, and its transaction goes on without it.
    case targetFull = "target-full"
    /// The receiver of events takes its time.
    case sinkSlow = "sink-slow"
    /// The receiver of events refuses them.
    case sinkFails = "sink-fails"
    /// The receiver of events has them, and its answer is lost.
    case sinkAnswerLost = "sink-answer-lost"
    /// The calendar is put forward or back.
    case clockJumps = "clock-jumps"
}
