/// A failure reported by PostgreSQL, or by the connection to it.
///
/// The description names tables, columns, types and constraints, never row values: the server's own words for
/// data that it refuses repeat the data, so they are replaced.
public struct PostgresError: Error, CustomStringConvertible {
    /// What to do about a failure.
    public enum Recovery: Sendable {
        /// The server is out of reach, or others were in the way: try again later.
        case retry
        /// One row broke a rule of the schema: set it aside.
        case quarantine
        /// Nothing here can go on by itself.
        case halt
    }

    /// The five characters by which PostgreSQL names the failure; `08006` for a connection that broke.
    public var sqlState: String
    /// What happened, without values.
    public var message: String
    /// What was being done, in words.
    public var action: String
    /// The table that the server names; nil when it names none.
    public var table: String?
    /// The column that the server names; nil when it names none.
    public var column: String?
    /// The constraint that the server names; nil when it names none.
    public var constraint: String?

    /// Makes an error.
    public init(
        sqlState: String, message: String, action: String, table: String? = nil, column: String? = nil,
        constraint: String? = nil
    ) {
        self.sqlState = sqlState
        self.message = message
        self.action = action
        self.table = table
        self.column = column
        self.constraint = constraint
    }

    /// The state of a connection that broke while it was used.
    public static let connectionFailure = "08006"

    /// The state of a statement that was canceled, by a person or by a limit on its time.
    public static let canceled = "57014"

    /// What one side sent is not what the protocol allows: trying again would send the same.
    private static let protocolViolation = "08P01"

    /// The first two characters of the state: its class.
    public var stateClass: String { String(sqlState.prefix(2)) }

    /// Whether the connection is gone, so that nobody knows what became of the last statement.
    public var isConnectionLost: Bool {
        (stateClass == "08" && sqlState != Self.protocolViolation)
            || ["57P01", "57P02", "57P03", "57P05"].contains(sqlState)
    }

    /// What a trigger raises that says no state of its own (`RAISE EXCEPTION`).
    private static let raised = "P0001"

    /// Whether one row's data, one constraint or a trigger's own rule is the reason.
    public var isRefusal: Bool { stateClass == "22" || stateClass == "23" || sqlState == Self.raised }

    /// Whether values were compared whose type knows no equality.
    public var hasNoOperator: Bool { sqlState == "42883" }

    /// Whether a lock was not to be had in the time allowed.
    public var isLockTimeout: Bool { sqlState == "55P03" }

    /// Whether another session made the same thing at the same moment.
    public var isSomebodyFaster: Bool { ["42P06", "42P07", "42710", "23505", "XX000"].contains(sqlState) }

    /// What is done while a connection is made.
    static let connecting = "connect"

    /// Whether the server lives and let nobody in: a role, a password, a rule or a database is not right.
    public var isRefusedAtTheDoor: Bool {
        action == Self.connecting && ["28", "3D"].contains(stateClass)
    }

    /// Whether the server, or the role, only reads at the moment.
    public var isReadOnly: Bool { sqlState == "25006" }

    /// What to do about it.
    ///
    /// What is refused at the door may be let in a moment later: a password that is changed on one side
    /// first, a database that is being restored, a server that is no primary for the moment.
    ///
    /// States after appendix A of PostgreSQL's manual: class 08 is the connection, 40 a transaction that was
    /// rolled back because of others, 53 a shortage on the server, 57P a server that stops or starts.
    public var recovery: Recovery {
        if isConnectionLost || isLockTimeout || isReadOnly || action == Self.connecting { return .retry }
        switch stateClass {
        case "40", "53": return .retry
        case _ where isRefusal: return .quarantine
        default: return sqlState == "57014" ? .retry : .halt
        }
    }

    /// The action, the message and the state.
    public var description: String { "\(action): \(message) (SQLSTATE \(sqlState))" }
}
