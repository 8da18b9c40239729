public import ChangeLog

/// Runs a capture on the thread that calls `run`: reads the source, places history, appends to the log,
/// confirms.
///
/// Everything that decides is in `Pump`, `BackfillMachine` and `Throttle`; this only carries their decisions
/// out. A failure ends the session: everything is opened again from the log's checkpoint, which is also what
/// happens after a crash.
public struct CaptureDriver: Sendable {
    /// How a capture runs.
    public struct Configuration: Sendable {
        /// The context whose history is read.
        public var context = ""
        /// The tables whose history is read, in this order; empty for none.
        public var tables: [String] = []
        /// How chunks are sized.
        public var tuning = BackfillTuning()
        /// When history waits.
        public var limits = Throttle.Limits()
        /// Bytes of one record.
        public var recordBytes = 1 << 20
        /// Bytes that one append makes durable together, while there is more to read.
        public var groupBytes = 8 << 20
        /// The shortest and the longest nap when the source has nothing new.
        public var nap: ClosedRange<Duration> = .microseconds(200)...(.milliseconds(5))
        /// The least time between two appends while only little arrives: each is a sync, in the log and again
        /// in the target, and syncs are what the application shares a disk for.
        public var pace: Duration = .milliseconds(8)
        /// The shortest and the longest wait after a failure.
        public var backoff: ClosedRange<Duration> = .milliseconds(20)...(.seconds(5))

        /// The defaults: the stream only.
        public init() {}
    }

    /// What the driver opens, each on the thread that uses it.
    public struct Seams: Sendable {
        /// Opens the source.
        public var source: @Sendable () throws -> any ChangeSource
        /// Opens the reader of ranges; not called without tables to read.
        public var reader: @Sendable () throws -> any RangeReader
        /// Opens the log.
        public var log: @Sendable () throws -> any LogWriter
        /// Measures what the throttle asks for.
        public var probes: @Sendable () -> Throttle.Inputs

        /// Collects the seams.
        public init(
            source: @escaping @Sendable () throws -> any ChangeSource,
            reader: @escaping @Sendable () throws -> any RangeReader,
            log: @escaping @Sendable () throws -> any LogWriter,
            probes: @escaping @Sendable () -> Throttle.Inputs
        ) {
            self.source = source
            self.reader = reader
            self.log = log
            self.probes = probes
        }
    }

    private let configuration: Configuration
    private let seams: Seams
    private let control: CaptureControl

    /// Prepares a capture; nothing is opened before `run`.
    public init(_ configuration: Configuration, seams: Seams, control: CaptureControl) {
        self.configuration = configuration
        self.seams = seams
        self.control = control
    }

    /// Captures until `control` says stop, trying again after failures that pass.
    ///
    /// - Throws: The first failure that does not pass by itself; it is in the status, too.
    public func run() throws {
        var attempts = 0
        while !control.isStopping {
            control.publish { $0.phase = .opening }
            do {
                try session { attempts = 0 }
            } catch {
                attempts += 1
                let recovery = Self.recovery(of: error)
                control.publish {
                    $0.failure = "\(error)"
                    $0.attempts = attempts
                    $0.phase = recovery == .retry ? .retrying : .halted(recovery)
                }
                guard recovery == .retry else { throw error }
                control.nap(wait(attempts))
            }
        }
        control.publish { $0.phase = .stopped }
    }

    /// What to do about a failure of any of the seams; what is not known is for a person.
    private static func recovery(of error: any Error) -> CaptureError.Recovery {
        switch error {
        case let error as CaptureError: error.recovery
        case let error as LogError:
            switch error.recovery {
            case .retry: .retry
            case .resnapshot: .resnapshot
            case .halt: .halt
            }
        default: .halt
        }
    }

    private func wait(_ attempts: Int) -> Duration {
        let longest = min(
            configuration.backoff.lowerBound * (1 << min(attempts, 12)), configuration.backoff.upperBound)
        // Full jitter: two engines that failed together do not come back together.
        return max(configuration.backoff.lowerBound, longest * Double.random(in: 0...1))
    }

    private func session(progress: () -> Void) throws {
        let session = try CaptureSession(configuration, seams: seams, control: control)
        defer { session.close() }
        control.publish {
            $0.phase = .running
            $0.failure = nil
        }
        while !control.isStopping {
            if try session.turn() {
                progress()
                control.publish { $0.attempts = 0 }
            }
        }
    }
}
