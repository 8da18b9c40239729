/// Which guard is removed, in a debug build.
public enum Mutation {
    #if DEBUG
        /// Whether guards can be removed in this build.
        public static let isPossible = true
        /// Set by the simulator alone, between histories, while no other thread of the process uses the core.
        nonisolated(unsafe) private static var name: Guard?

        /// The guard that is removed at the moment; nil for none.
        @inline(__always)
        public static var removed: Guard? {
            // Histories run on other threads than the one that sets it, but never while it does.
            get { unsafe name }
            set { unsafe name = newValue }
        }
    #else
        /// Whether guards can be removed in this build.
        public static let isPossible = false
        /// Nothing can be removed in this build.
        public static var removed: Guard? {
            get { nil }
            set {
                precondition(newValue == nil, "guards can be removed in a debug build only")
            }
        }
    #endif
}
