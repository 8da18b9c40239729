/// A text that may have come from the environment: it can be used, but never printed.
///
/// Descriptions, dumps and mirrors show the setting as the plan spells it (`${LEGACY_DB}`), never the value.
public struct Secret: Sendable, Hashable {
    /// The setting as the plan spells it.
    public let shown: String
    private let value: String

    /// Keeps a value behind what may be shown of it.
    public init(shown: String, value: String) {
        self.shown = shown
        self.value = value
    }

    /// Hands the value to whoever connects with it.
    public func reveal<Result>(_ use: (String) throws -> Result) rethrows -> Result {
        try use(value)
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The setting as the plan spells it.
    public var description: String { shown }
    /// The setting as the plan spells it.
    public var debugDescription: String { shown }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
