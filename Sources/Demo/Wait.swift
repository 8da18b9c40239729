import Foundation
import Insurer

/// Waiting for a condition with a deadline, and with an ear for whoever wants the demonstration to end.
package enum Wait {
    #if SANITIZED
        /// Sanitized code takes several times as long.
        package static let slowness = 10
    #else
        /// How many times longer than they say limits are.
        package static let slowness = 1
    #endif

    /// Blocks the thread until `condition` holds.
    ///
    /// - Throws: `DemoError` when it does not within `limit` or somebody asks for an end; whatever
    /// `condition` throws.
    package static func until(
        _ what: @autoclosure () -> String, within limit: Duration, _ condition: () throws -> Bool
    ) throws {
        let limit = limit * slowness
        let deadline = ContinuousClock.now + limit
        while !(try condition()) {
            try checkInterruption()
            guard ContinuousClock.now < deadline else {
                throw DemoError(
                    .deadline, "\(what()) did not happen within \(limit)",
                    hint: "Run again with --keep and look at the files in output/.")
            }
            // Lets others work; what ends the wait is the condition, which costs a slow build more, too.
            Thread.sleep(forTimeInterval: 0.005 * Double(slowness))
        }
    }

    /// Throws when somebody has asked for an end.
    package static func checkInterruption() throws {
        if StopSignal.isRaised() {
            throw DemoError(
                .interrupted, "the demonstration was interrupted", hint: "Its processes were ended.")
        }
    }
}
