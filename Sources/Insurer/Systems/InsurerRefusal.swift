import PostgreSQL
import SQLite

/// What a database refuses in the ordinary course of things: the programs of the example go on after it.
struct InsurerRefusal: Error, CustomStringConvertible {
    enum Reason: Sendable {
        /// A constraint of the schema.
        case constraint
        /// A trigger: a fence.
        case trigger
        /// Another connection was in the way.
        case busy
        /// The machine was short of something.
        case shortage
    }

    let reason: Reason
    /// The database's own words.
    let description: String

    /// SQLITE_CONSTRAINT_TRIGGER, which Swift does not import: a trigger called RAISE.
    private static let raisedByTrigger: Int32 = 19 | (7 << 8)

    /// Nil for what is no refusal but a failure.
    init?(_ error: SQLiteError) {
        if error.code == Self.raisedByTrigger {
            reason = .trigger
        } else if error.isConstraint {
            reason = .constraint
        } else if error.isBusy {
            reason = .busy
        } else if error.recovery == .retry {
            reason = .shortage
        } else {
            return nil
        }
        description = error.description
    }

    /// Nil for what is no refusal but a failure.
    init?(_ error: PostgresError) {
        switch (error.sqlState, error.stateClass) {
        case ("P0001", _): reason = .trigger
        case (_, "23"): reason = .constraint
        case (_, "40"), ("55P03", _): reason = .busy
        default: return nil
        }
        description = error.description
    }

    /// Whether a rule was the reason, so that trying again is of no use.
    var isByRule: Bool { reason == .constraint || reason == .trigger }
}
