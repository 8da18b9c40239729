/// What may happen when an event is derived from history a second time.
public enum ReplaySafety: String, Sendable, Codable, CaseIterable {
    /// Receivers do not care.
    case safe
    /// Receivers recognise it by its id.
    case idempotent
    /// It must never leave except from a live change.
    case toxic
}
