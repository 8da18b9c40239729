import ChangeLog

/// Runs a capture turn by turn, opening everything again after a failure: what happens between turns, and
/// when, is its owner's affair.
package final class CaptureLoop {
    /// What a turn came to.
    package enum Turn {
        /// Something became durable; the next turn comes after the pause.
        case progressed(pause: Duration)
        /// There was nothing to do; the next turn comes after a nap, or sooner when a chunk is there.
        case idle(nap: Duration)
        /// The session failed in a way that passes; another one is opened after the wait.
        case retrying(after: Duration)
        /// The capture has stopped: a person decides.
        case halted(any Error)
    }

    private let configuration: CaptureDriver.Configuration
    private let seams: CaptureDriver.Seams
    private let control: CaptureControl
    private let around: CaptureSurroundings
    private let watch: RetentionWatch
    private var session: CaptureSession?
    private var attempts = 0

    /// Prepares a capture; nothing is opened before the first turn.
    package init(
        _ configuration: CaptureDriver.Configuration, seams: CaptureDriver.Seams, control: CaptureControl,
        around: CaptureSurroundings
    ) {
        self.configuration = configuration
        self.seams = seams
        self.control = control
        self.around = around
        watch = RetentionWatch(
            budget: configuration.retention, grace: configuration.retentionGrace, control: control)
    }

    /// Whether a chunk was read that no turn has seen.
    package var hasChunk: Bool { session?.hasChunk ?? false }

    /// Opens what is not open, or reads, appends and confirms once.
    package func turn() -> Turn {
        do {
            // Whatever fails otherwise: a log without room is just why a source keeps more and more.
            if session != nil || attempts > 0 && watch.isStrict {
                try watch.look(at: around.now()) { try session?.source ?? seams.source() }
            }
            guard let session else { return try open() }
            let turn = try session.turn()
            if attempts > 0, isSound(session) {
                attempts = 0
                control.publish { $0.attempts = 0 }
            }
            return turn
        } catch {
            return failed(error)
        }
    }

    /// Whether a session has got somewhere, or lived for as long as any wait: whatever fails after that is
    /// another failure.
    private func isSound(_ session: CaptureSession) -> Bool {
        session.hasRecords || around.now() - session.openedAt > configuration.backoff.upperBound
    }

    /// Lets go of everything.
    package func close() {
        session?.close()
        session = nil
    }

    private func open() throws -> Turn {
        control.publish { $0.phase = .opening }
        session = try CaptureSession(configuration, seams: seams, control: control, around: around)
        control.publish {
            $0.phase = .running
            $0.failure = nil
        }
        return .progressed(pause: .zero)
    }

    private func failed(_ error: any Error) -> Turn {
        close()
        attempts += 1
        let recovery = Self.recovery(of: error)
        control.publish {
            $0.failure = "\(error)"
            $0.attempts = attempts
            $0.phase = recovery == .retry ? .retrying : .halted(recovery)
        }
        return recovery == .retry ? .retrying(after: wait()) : .halted(error)
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

    private func wait() -> Duration {
        let (shortest, longest) = (configuration.backoff.lowerBound, configuration.backoff.upperBound)
        // Full jitter: two engines that failed together do not come back together.
        return max(shortest, min(shortest * (1 << min(attempts, 12)), longest) * around.jitter())
    }
}
