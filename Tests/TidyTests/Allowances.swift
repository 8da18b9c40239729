/// What exists and breaks a rule about size: the lists that only get shorter.
enum Allowances {
    /// Functions over the limit: the path and the name, and the lines they may have.
    static let longFunctions: [String: Int] = [:]

    /// Files with several types at their top, and how many they may have.
    static let crowdedFiles: [String: Int] = [
        "Sources/Connectors/SQLite/SQLiteInstallation.swift": 2,
        "Sources/Connectors/SQLite/SQLiteTableShape.swift": 2,
        "Sources/Connectors/SQLite/SQLiteTransactionCutter.swift": 3,
        "Sources/Model/Position.swift": 5,
        "Sources/Model/TableSchema.swift": 4,
        "Sources/Pipeline/Apply/AggregateApplier.swift": 2,
        "Sources/Pipeline/Apply/ApplyDriver.swift": 3,
        "Sources/Pipeline/Apply/EventDeriver.swift": 2,
        "Sources/Pipeline/Apply/OutboxEvent.swift": 3,
        "Sources/Pipeline/Apply/RootRows.swift": 2,
        "Sources/Pipeline/Apply/TargetStore.swift": 4,
        "Sources/Pipeline/Capture/ChangeSource.swift": 6,
        "Sources/Pipeline/Reconcile/EqualityReport.swift": 4,
        "Sources/Pipeline/Translate/SourceCursor.swift": 2,
        "Sources/Pipeline/Translate/Translation.swift": 4,
        "Sources/SQLite/SQLiteConnection+query.swift": 2,
    ]
}
