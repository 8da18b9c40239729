import CrashPoints

/// What keeps the two systems of a trial.
enum CrashPlace: String, CaseIterable, Sendable {
    /// Two SQLite files.
    case files
    /// Two databases of a PostgreSQL server.
    case servers

    /// Whether an engine between such systems comes by a point.
    func reaches(_ point: CrashPoint) -> Bool {
        switch point {
        case .installBegun, .installTablesMade, .installTriggerMade, .installBeforeCommit,
            .installAfterCommit, .uninstallDropped, .uninstallAfterCommit, .journalBeforeTrim,
            .journalAfterTrim:
            self == .files
        case .publicationMade, .slotMade, .slotDropped, .publicationDropped:
            self == .servers
        default:
            true
        }
    }
}
