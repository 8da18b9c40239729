/// A system as the plan declares it.
public struct SystemText: Sendable, Hashable {
    /// Its name.
    public var name: Located<String>
    /// The path of its file; never printed when it comes from the environment.
    public var sqlite: Secret
}
