package import Audit
import Plan

extension Systems {
    /// Removes everything of ours from a legacy system, with entries in the audit chain about it; where
    /// nothing is there, nothing is removed and nothing recorded.
    ///
    /// - Parameters:
    ///   - system: The plan's name of it.
    ///   - place: The control store's place.
    ///   - actor: Who wants it.
    ///   - reason: Why, in their words.
    /// - Returns: The names of what was removed.
    package func removeCapture(
        from system: String, recordedAt place: ControlPlace, by actor: AuditActor, because reason: String?
    ) throws -> [String] {
        guard try !captureObjects(in: system).isEmpty else { return [] }
        let record = AuditRecord("capture.uninstall", of: system, by: actor, because: reason)
        return try place.trail(in: place.open()).perform(coded: record) { _ in
            let removed = try removeCapture(from: system)
            return (removed, "\(removed.count) objects removed")
        }
    }
}
