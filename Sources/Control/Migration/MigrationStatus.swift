public import Apply
import Foundation

/// The state of a migration on one page: what `banyan status` prints.
public struct MigrationStatus: Sendable, Codable {
    /// One context.
    public struct Context: Sendable, Codable {
        /// The context's name.
        public var name: String
        /// The phase its scopes are in.
        public var phase: String
        /// The system whose writes count.
        public var writer: String
        /// What the apply worker is doing.
        public var apply: ApplyStatus
        /// From the source's present end to what is applied, in microseconds; nil when nothing is known.
        public var lag: Int64?
        /// Quarantined entries by reason.
        public var quarantine: [String: Int]
        /// Why events cannot be delivered at the moment; nil when they can.
        public var relayProblem: String?

        /// Describes a context.
        public init(
            name: String, phase: String, writer: String, apply: ApplyStatus, lag: Int64?,
            quarantine: [String: Int],
            relayProblem: String?
        ) {
            self.relayProblem = relayProblem
            self.name = name
            self.phase = phase
            self.writer = writer
            self.apply = apply
            self.lag = lag
            self.quarantine = quarantine
        }
    }

    /// The migration's name.
    public var migration: String
    /// The process that wrote this.
    public var process: Int32
    /// The machine that it runs on; nil in what older versions wrote.
    public var host: String?
    /// `running`, `stopped` or `halted`.
    public var state: String
    /// What capture is doing, by legacy system.
    public var captures: [String: CaptureSummary]
    /// The last record of the log.
    public var logEnd: UInt64
    /// Bytes in the log.
    public var logBytes: Int
    /// The contexts.
    public var contexts: [Context]
    /// Events relayed, by context.
    public var relayed: [String: Int]
    /// The largest memory of the process so far, in bytes.
    public var peakMemory: Int

    /// Describes a migration.
    public init(
        migration: String, process: Int32, state: String, captures: [String: CaptureSummary], logEnd: UInt64,
        logBytes: Int,
        contexts: [Context], relayed: [String: Int], peakMemory: Int
    ) {
        self.migration = migration
        self.process = process
        host = ProcessInfo.processInfo.hostName
        self.state = state
        self.captures = captures
        self.logEnd = logEnd
        self.logBytes = logBytes
        self.contexts = contexts
        self.relayed = relayed
        self.peakMemory = peakMemory
    }
}
