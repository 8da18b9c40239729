/// The demonstration in numbers: the one JSON object at its end.
package struct DemoReport: Codable, Sendable {
    /// Policies of the monolith.
    package var policies = 0
    /// Transactions that people and batches committed while the engine ran.
    package var sourceTransactions = 0
    /// Row changes that the engine captured.
    package var sourceChanges = 0
    /// Rows of history that the engine read.
    package var historyRows = 0
    /// Endorsements that the service holds.
    package var aggregates = 0
    /// Row changes whose effects are in the service, history not counted.
    package var applied = 0
    /// Keys set aside, by reason.
    package var quarantined: [String: Int] = [:]
    /// Endorsements that the service lacks.
    package var missing = 0
    /// Endorsements that the service should not hold.
    package var extra = 0
    /// Endorsements that differ, their decisions included.
    package var different = 0
    /// Everything else that the independent checks found wrong, by name.
    package var otherFindings: [String: Int] = [:]
    /// Events that someone was told more than once.
    package var duplicateEvents = 0
    /// Events about something that happened before the migration began.
    package var historicalEvents = 0
    /// Events that nobody was told.
    package var missingEvents = 0
    /// Events that were told.
    package var relayedEvents = 0
    /// Acknowledged writes that are nowhere to be seen.
    package var lostAcknowledged = 0
    /// Operations that were acknowledged.
    package var acknowledgedOperations = 0
    /// How often the engine was killed.
    package var kills = 0
    /// How often it was killed while it read history.
    package var killsDuringBackfill = 0
    /// The verdict on the certificate.
    package var certificate = "none"
    /// Differences that were made behind everybody's back.
    package var injected = 0
    /// Of them those that a pass named.
    package var discrepanciesFound = 0
    /// Differences that a pass named and nobody had made.
    package var falseAlarms = 0
    /// Differences that were repaired, and that a later pass found gone.
    package var repaired = 0
    /// Differences that are left as they are until a day.
    package var waived = 0
    /// Whether somebody has signed, and both files of evidence hold.
    package var signedOff = false
    /// Whether the audit chain is whole and signed to its end: `verified`, or `changed`.
    package var audit = "none"
    /// From commit in legacy to commit in the service while all is well, half of the changes, in
    /// milliseconds.
    package var freshnessMsP50: Double = 0
    /// The same for 99 of 100 changes.
    package var freshnessMsP99: Double = 0
    /// The same over the whole run: with history being read, and with the engine dead for a while.
    package var freshnessWithCrashesMsP99: Double = 0
    /// The largest memory of an engine process, in millions of bytes.
    package var peakRssMb: Double = 0
    /// How long all of it took.
    package var seconds: Double = 0

    /// Nothing yet.
    package init() {}

    /// Whether nothing was lost, nothing doubled, and somebody may sign.
    package var isSuccess: Bool {
        missing == 0 && extra == 0 && different == 0 && duplicateEvents == 0 && lostAcknowledged == 0
            && otherFindings.isEmpty && historicalEvents == 0 && kills >= 3 && certificate == "accept"
            && audit == "verified" && discrepanciesFound == injected && falseAlarms == 0
            && repaired + waived == injected && signedOff
    }

    private enum CodingKeys: String, CodingKey {
        case policies
        case sourceTransactions = "source_transactions"
        case sourceChanges = "source_changes"
        case historyRows = "history_rows"
        case aggregates, applied, quarantined, missing, extra, different
        case otherFindings = "other_findings"
        case duplicateEvents = "duplicate_events"
        case historicalEvents = "historical_events"
        case missingEvents = "missing_events"
        case relayedEvents = "relayed_events"
        case lostAcknowledged = "lost_acknowledged"
        case acknowledgedOperations = "acknowledged_operations"
        case kills
        case killsDuringBackfill = "kills_during_backfill"
        case certificate, injected
        case discrepanciesFound = "discrepancies_found"
        case falseAlarms = "false_alarms"
        case repaired, waived
        case signedOff = "signed_off"
        case audit
        case freshnessMsP50 = "freshness_ms_p50"
        case freshnessMsP99 = "freshness_ms_p99"
        case freshnessWithCrashesMsP99 = "freshness_with_crashes_ms_p99"
        case peakRssMb = "peak_rss_mb"
        case seconds
    }
}
