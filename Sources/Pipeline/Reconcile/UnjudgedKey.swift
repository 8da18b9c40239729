/// A legacy key about which a pass says nothing, and why.
public struct UnjudgedKey: Sendable, Hashable, Codable {
    /// The reasons.
    public enum Reason: String, Sendable, Hashable, Codable {
        /// It changed whenever it was looked at: it is hot.
        case changes
        /// It is set aside.
        case setAside = "set_aside"
        /// A copy that it is computed from differs from legacy: nobody knows which of the two is wrong.
        case copyDiffers = "copy_differs"
        /// It waits for another row.
        case waits
        /// No key but a transaction that legacy had under way before the pass began, and that was neither
        /// visible nor in the log when the pass ended: it may have been logged before, and nobody knows what
        /// it changed.
        case underWay = "under_way"
    }

    /// The legacy key, as people read it.
    public var key: String
    /// Why.
    public var reason: Reason

    /// Names a key.
    public init(key: String, reason: Reason) {
        self.key = key
        self.reason = reason
    }
}
