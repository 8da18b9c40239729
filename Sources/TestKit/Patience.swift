/// How long tests wait, compared with a build that nothing slows down.
public enum Patience {
    #if SANITIZED
        /// Sanitized code takes several times as long, and the machine may have other work.
        public static let factor = 10
    #else
        /// Everything takes the time that it takes.
        public static let factor = 1
    #endif
}
