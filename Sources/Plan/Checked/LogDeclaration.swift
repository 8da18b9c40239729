/// Where captured changes are recorded, and for how long.
public struct LogDeclaration: Sendable, Hashable {
    /// The folder of the embedded log, resolved against the plan's folder.
    public var folder: String
    /// How long records are kept after every reader has passed them.
    public var retain: Duration

    /// Declares the embedded log.
    public init(folder: String, retain: Duration) {
        self.folder = folder
        self.retain = retain
    }
}

extension LogDeclaration: CustomStringConvertible, CustomReflectable {
    /// The kind of log; the folder may come from the environment and is not shown.
    public var description: String { "{ embedded: …, retain: \(retain.planText) }" }
    /// A mirror without the folder.
    public var customMirror: Mirror { Mirror(self, children: ["retain": retain]) }
}
