public import ChangeLog
public import Model

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
        /// How long a source may move on without anything for us before that is made durable and confirmed:
        /// at first, so that whoever waits for the source's end does not wait for long, and at most, while it
        /// goes on.
        public var idlePace: ClosedRange<Duration> = .milliseconds(50)...(.seconds(2))
        /// How much the source may keep for the capture; nil for as much as it likes.
        public var retention: RetentionBudget?
        /// How long it may keep more than that, as long as it does not get less, before it is told to forget.
        public var retentionGrace: Duration = .seconds(60)
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
        let clock = ContinuousClock()
        let start = clock.now
        let around = CaptureSurroundings(
            now: { start.duration(to: clock.now) }, jitter: { Double.random(in: 0...1) },
            chunks: { [control, seams, readers = configuration.tuning.readers] in
                ChunkThreads.start(readers, control: control, counting: $0, open: seams.reader)
            })
        let loop = CaptureLoop(configuration, seams: seams, control: control, around: around)
        defer { loop.close() }
        while !control.isStopping {
            switch loop.turn() {
            case .progressed(let pause): if pause > .zero { control.nap(pause) }
            case .idle(let nap): control.nap(nap) { loop.hasChunk }
            case .retrying(let wait): control.nap(wait)
            case .halted(let error): throw error
            }
        }
        loop.close()
        control.publish { $0.phase = .stopped }
    }
}
