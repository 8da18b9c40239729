/// A place at which something has just become durable, or is about to, and at which a process can be made to
/// die.
///
/// Each case says what is durable when it is reached. A name reads: part, step, place.
package enum CrashPoint: String, CaseIterable, Sendable {
    // MARK: what capture needs inside the legacy system

    /// Nothing of Banyan's is in the legacy database, but it may use a write-ahead file now.
    case installBegun = "install.begun"
    /// The journal's tables are made, in a transaction that is open: nothing of them is durable.
    case installTablesMade = "install.tables-made"
    /// One more trigger is made, in the same open transaction.
    case installTriggerMade = "install.trigger-made"
    /// Triggers and seal are complete, and the transaction is about to commit.
    case installBeforeCommit = "install.before-commit"
    /// Everything is installed: from here on every change is in the journal.
    case installAfterCommit = "install.after-commit"
    /// One more object is dropped, in an open transaction: all of them are still there.
    case uninstallDropped = "uninstall.dropped"
    /// Nothing of Banyan's is in the legacy database any more; nobody was told.
    case uninstallAfterCommit = "uninstall.after-commit"

    /// The publication with its tables is in the legacy database; no slot is, so that nothing is kept.
    case publicationMade = "publication.made"
    /// The slot is made: from here on the server keeps every change. Nobody was told.
    case slotMade = "slot.made"
    /// The slot is gone, and with it what it kept; the publication is there.
    case slotDropped = "slot.dropped"
    /// Nothing of Banyan's is on the legacy server any more; nobody was told.
    case publicationDropped = "publication.dropped"

    // MARK: the control store and the engine's own start

    /// The control store's file may be there; none of its tables is.
    case controlBegun = "control.begun"
    /// The control store's tables are there; nothing has been started.
    case controlMade = "control.made"
    /// The mapping is noted; capture has begun, and nothing is applied.
    case mappingNoted = "control.mapping-noted"
    /// A status is computed and not written.
    case statusBeforeWrite = "control.status.before-write"
    /// The status is written.
    case statusAfterWrite = "control.status.after-write"

    // MARK: the log's file

    /// The log's draft is written and synced under another name: there is no log.
    case logDraftWritten = "log.create.draft-written"
    /// The draft has the log's name; the name may not survive loss of power.
    case logRenamed = "log.create.renamed"
    /// The empty log and its name are durable.
    case logFolderSynced = "log.create.folder-synced"
    /// The log has this writer's generation; the end witness still says what its predecessor wrote.
    case logTakenOver = "log.open.taken-over"
    /// The log is open, and the end witness agrees with it.
    case logOpened = "log.open.witnessed"

    // MARK: appending to the log

    /// Records, checkpoint and floors are written in an open transaction: none of them is durable.
    case logBeforeCommit = "log.append.before-commit"
    /// Records and checkpoint are durable; the end witness does not know them.
    case logAfterCommit = "log.append.after-commit"
    /// The end witness knows the records; no reader was woken, and nothing is confirmed.
    case logWitnessed = "log.append.witnessed"
    /// What readers no longer need is written with the records, in the transaction that is still open.
    case logFloorsWritten = "log.append.floors-written"
    /// Records stand in the write-ahead file only, which is about to be folded into the main file.
    case logBeforeFold = "log.fold.before"
    /// The write-ahead file's pages are in the main file.
    case logAfterFold = "log.fold.after"
    /// Old records are deleted and the base is moved, in an open transaction.
    case logTrimBeforeCommit = "log.trim.before-commit"
    /// Old records are gone for good; no free space was given back.
    case logTrimAfterCommit = "log.trim.after-commit"

    // MARK: from the source into the log

    /// The point from which the stream goes on is in the log; nothing was read.
    case captureStarted = "capture.started"
    /// A batch was read from the journal; the log does not have it.
    case captureBatchRead = "capture.batch-read"
    /// A chunk of history was read on its own thread; it has no place in the stream.
    case chunkRead = "capture.chunk-read"
    /// A chunk has its place in the next append; the log does not have it.
    case chunkPlaced = "capture.chunk-placed"
    /// What was read is in the log; the source was not told.
    case captureBeforeConfirm = "capture.confirm.before"
    /// The source knows what it may forget.
    case captureAfterConfirm = "capture.confirm.after"
    /// Journal rows that the log has are about to be deleted.
    case journalBeforeTrim = "journal.trim.before"
    /// Some of them are deleted.
    case journalAfterTrim = "journal.trim.after"

    // MARK: from the log into the service's store

    /// One more of Banyan's own tables is in the service's store.
    case tableEnsured = "target.table-ensured"
    /// Banyan's own tables are there; the stream belongs to nobody, or to the worker before.
    case ledgerBeforeClaim = "ledger.claim.before"
    /// The stream is this worker's under a higher epoch; nothing was applied.
    case ledgerAfterClaim = "ledger.claim.after"
    /// Records are read from the log; no transaction is open.
    case applyBatchRead = "apply.batch-read"
    /// The ledger is moved, first of all in an open transaction.
    case ledgerMoved = "apply.ledger-moved"
    /// The copies of legacy tables hold a group's changes, in the same transaction.
    case mirrorWritten = "apply.mirror-written"
    /// Aggregates are translated; none of their rows is written.
    case applyTranslated = "apply.translated"
    /// Rows, parts and cross-reference are written; events are not.
    case applyRowsWritten = "apply.rows-written"
    /// The events of a group are in the outbox, in the same transaction.
    case outboxInserted = "apply.outbox-inserted"
    /// What cannot be applied is in the quarantine, in the same transaction.
    case quarantineInserted = "apply.quarantine-inserted"
    /// A chunk of history is entered in the history's book, in the same transaction.
    case historyRecorded = "apply.history-recorded"
    /// Everything of a batch is written, and the transaction is about to commit.
    case applyBeforeCommit = "apply.before-commit"
    /// The batch is durable with its ledger; the worker does not know it. An error here is the lost answer
    /// to a commit.
    case applyAfterCommit = "apply.after-commit"
    /// The log may forget what was applied, as soon as it stores the floor.
    case applyOffsetAdvanced = "apply.offset-advanced"

    // MARK: from the outbox to whoever listens

    /// Events are read from the outbox; nobody was told.
    case relayBeforeSend = "relay.before-send"
    /// Lines are in the event file and not synced.
    case relayWritten = "relay.written"
    /// The events are delivered; the store does not remember it.
    case relayAfterSend = "relay.after-send"
    /// The delivery is remembered.
    case relayMarked = "relay.marked"

    // MARK: what people ask for

    /// A request was taken from the control store; nothing of it was done.
    case requestBefore = "request.before"
    /// What was asked for is durable in the service's store; the answer is not written.
    case requestAfter = "request.after"
    /// The answer is written.
    case requestAnswered = "request.answered"
    /// Both sides were compared; no certificate is kept.
    case certificateBefore = "certificate.before-write"
    /// The certificate is kept; nobody was told.
    case certificateAfter = "certificate.after-write"
}
