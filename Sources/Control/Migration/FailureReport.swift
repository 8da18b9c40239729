import Apply
import Audit
import Capture
import ChangeLog
import Foundation
import Plan
import PostgreSQL
import SQLite

/// Any failure in the words that an operator reads: what, where, and what to do.
public struct FailureReport: Sendable, Hashable {
    /// What a failure means for whoever asked.
    public enum Kind: Sendable {
        /// Something is wrong.
        case failed
        /// It may not be done now.
        case refused
        /// Nothing could be found out.
        case inconclusive
    }

    /// What it means for whoever asked.
    public var kind: Kind
    /// A stable word (`already_running`).
    public var code: String
    /// What was found and where; never a row value or a connection string.
    public var message: String
    /// What to do.
    public var hint: String

    /// Words for a failure.
    public init(kind: Kind = .failed, code: String, message: String, hint: String) {
        self.kind = kind
        self.code = code
        self.message = message
        self.hint = hint
    }

    /// The words for an error of any module.
    public init(_ error: any Error) {
        switch error {
        case let error as MigrationError: self.init(error)
        case let error as LogError: self.init(error)
        case let error as AuditError:
            self.init(code: "audit_\(error.code.rawValue)", message: error.message, hint: error.hint)
        case let error as TargetError:
            self.init(code: "target_\(error.code.rawValue)", message: error.message, hint: error.hint)
        case let error as CaptureError:
            self.init(code: "capture_\(error.code.rawValue)", message: error.message, hint: error.advice)
        case let error as SQLiteError: self.init(error)
        case let error as PostgresError:
            self.init(
                code: error.isConnectionLost || error.stateClass == "08"
                    ? "database_unreachable" : "database_failed",
                message: error.description,
                hint:
                    "check the address, the server and the role's rights; psql with the same address tells more"
            )
        case let error as PlanRefusal:
            self.init(
                code: "plan_invalid", message: error.description,
                hint: "put right what is listed, then run `banyan plan check`")
        case let error as PlanDiagnostic:
            self.init(
                code: error.code, message: "\(error.location): \(error.message)", hint: error.hint ?? "")
        case let error as CocoaError: self.init(error)
        default:
            self.init(
                code: "unexpected", message: "\(error)", hint: "nothing was changed by this command after it")
        }
    }

    private init(_ error: MigrationError) {
        let kind: Kind =
            switch error.code {
            case .alreadyRunning, .superseded, .mappingChanged, .planChanged, .refused: .refused
            case .notComparable: .inconclusive
            default: .failed
            }
        self.init(kind: kind, code: error.code.rawValue, message: error.message, hint: error.hint)
    }

    private init(_ error: LogError) {
        guard error.code == .locked else {
            self.init(code: "log_\(error.code.rawValue)", message: error.message, hint: error.hint)
            return
        }
        self.init(
            kind: .refused, code: MigrationError.Code.alreadyRunning.rawValue,
            message: "another engine runs this migration: \(error.message)",
            hint: "stop that engine first, or look at it with `banyan status`")
    }

    private init(_ error: CocoaError) {
        let reason =
            switch error.code {
            case .fileNoSuchFile, .fileReadNoSuchFile: "there is no such file"
            case .fileReadNoPermission, .fileWriteNoPermission: "it may not be used"
            case .fileWriteOutOfSpace: "there is no space left"
            default: error.underlying.map { "\($0)" } ?? "it cannot be used"
            }
        self.init(
            code: MigrationError.Code.unusableFile.rawValue,
            message: "\(error.filePath ?? "a file"): \(reason)",
            hint: "check the path, what it names, and its rights")
    }

    private init(_ error: SQLiteError) {
        if error.isNotADatabase {
            self.init(
                code: "not_a_database", message: "the file is no SQLite database", hint: "name the right file"
            )
            return
        }
        // The action of a failed opening names the path, which may come from the environment.
        let action = error.action.hasPrefix("open ") ? "open a database" : error.action
        self.init(
            code: error.isBusy ? "database_busy" : "database_failed",
            message: "\(action): \(error.message) (SQLite \(error.code))",
            hint: error.isBusy ? "try again in a moment" : "check the file, its folder and their rights")
    }
}
