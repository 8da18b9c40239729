import CrashPoints

/// Where a crash point is tried: from which state, in which process, and how often it can be visited.
struct CrashScene {
    /// The process that carries the order.
    enum Victim {
        /// The engine, while people work.
        case engine
        /// The engine, while people work and others ask it to try again what is set aside.
        case askedEngine
        /// `banyan certificate issue`.
        case certificate
        /// `banyan uninstall`.
        case uninstall
    }

    /// The state from which the trial begins.
    var stage = Stage.settled
    /// The process that dies.
    var victim = Victim.engine
    /// The visits at which it is killed.
    var hits = [1, 2, 5]
    /// Why these are not the first, the second and the fifth.
    var reason: String?

    /// The scene of a point.
    init(_ point: CrashPoint) {
        switch point {
        case .installBegun, .installTablesMade, .installBeforeCommit, .installAfterCommit:
            once(.fresh, "capture is installed once")
        case .installTriggerMade, .tableEnsured, .chunkRead, .chunkPlaced, .historyRecorded:
            stage = .fresh
        case .publicationMade, .slotMade:
            once(.fresh, "capture is installed once")
        case .slotDropped, .publicationDropped:
            once(.settled, "it is removed once")
            victim = .uninstall
        case .uninstallDropped:
            victim = .uninstall
        case .uninstallAfterCommit:
            once(.settled, "it is removed once")
            victim = .uninstall
        case .controlBegun, .controlMade, .mappingNoted:
            once(.fresh, "an engine opens its control store once")
        case .logDraftWritten, .logRenamed, .logFolderSynced:
            once(.fresh, "a log is made once")
        case .logTakenOver, .logOpened:
            once(.fresh, "a start opens the log once")
        case .captureStarted:
            once(.fresh, "a capture has one beginning")
        case .logTrimBeforeCommit, .logTrimAfterCommit:
            stage = .forgetful
        case .ledgerBeforeClaim, .ledgerAfterClaim:
            once(.settled, "a worker claims its stream once")
        case .quarantineInserted, .requestBefore, .requestAfter, .requestAnswered:
            victim = .askedEngine
        case .certificateBefore, .certificateAfter:
            once(.settled, "a command issues one certificate")
            victim = .certificate
        case .logBeforeCommit, .logAfterCommit, .logWitnessed, .captureBatchRead, .captureBeforeConfirm,
            .captureAfterConfirm, .applyBatchRead, .ledgerMoved, .mirrorWritten, .applyTranslated,
            .applyRowsWritten, .applyBeforeCommit, .applyAfterCommit, .applyOffsetAdvanced:
            stage = .fresh
        case .statusBeforeWrite, .statusAfterWrite, .logFloorsWritten, .logBeforeFold, .logAfterFold,
            .journalBeforeTrim, .journalAfterTrim, .outboxInserted, .relayBeforeSend, .relayWritten,
            .relayAfterSend, .relayMarked:
            break
        }
    }

    private mutating func once(_ stage: Stage, _ reason: String) {
        self.stage = stage
        self.reason = reason
        hits = [1]
    }
}
