/// The files of a migration by the part that writes them, for a tracer that looks at one part at a time.
enum TracedFile: String, CaseIterable {
    /// The log with its end witness.
    case log
    /// The service's store.
    case service
    /// The journal's trimming in legacy, and at first its installation.
    case legacy
    /// The engine's own state.
    case control
    /// The event file.
    case events

    /// Their paths in a site's folder.
    var paths: [String] {
        switch self {
        case .log:
            ["state/log/legacy.log", "state/log/legacy.log-wal", "state/log/legacy.log.end"]
                + ["state/log/legacy.log.new", "state/log/legacy.log.new-journal", "state/log"]
        case .service: ["endorsements.db", "endorsements.db-wal"]
        case .legacy: ["legacy.db", "legacy.db-wal"]
        case .control: ["state/control.db", "state/control.db-wal", "state/control.db-journal"]
        case .events: ["events.jsonl"]
        }
    }
}
