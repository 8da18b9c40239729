/// An immutable map in the order of its entries; keys are bool, int, uint or string.
///
/// Numeric keys are equal across types: `{1: x}` has the key `1u`, and `1.0`.
public final class MapValue: Sendable {
    /// The keys and values.
    public let entries: [(key: Value, value: Value)]
    /// Maps with more entries than this are indexed; smaller ones are searched from the front.
    private static let linearLimit = 8
    private let indexes: [MapKey: Int]?

    /// A map of entries, refusing unsupported and repeated keys.
    public init(_ entries: [(key: Value, value: Value)]) throws(EvaluationError) {
        var indexes: [MapKey: Int] = [:]
        indexes.reserveCapacity(entries.count)
        for (index, entry) in entries.enumerated() {
            guard let key = MapKey(entry.key), !entry.key.isDouble else {
                throw EvaluationError(
                    .unsupportedKey, "a map key is a bool, int, uint or string, not \(entry.key.type.name)")
            }
            guard indexes.updateValue(index, forKey: key) == nil else {
                throw EvaluationError(.duplicateKey, "the map has a key twice")
            }
        }
        self.entries = entries
        self.indexes = entries.count > MapValue.linearLimit ? indexes : nil
    }

    private init(unchecked entries: [(key: Value, value: Value)]) {
        self.entries = entries
        var indexes: [MapKey: Int] = [:]
        for (index, entry) in entries.enumerated() {
            if let key = MapKey(entry.key) { indexes[key] = index }
        }
        self.indexes = entries.count > MapValue.linearLimit ? indexes : nil
    }

    /// The empty map.
    public static let empty = MapValue(unchecked: [])

    /// The value under a key; nil when there is none or no such key can exist.
    public subscript(key: Value) -> Value? {
        guard let key = MapKey(key) else { return nil }
        if let indexes { return indexes[key].map { entries[$0].value } }
        for entry in entries where MapKey(entry.key) == key { return entry.value }
        return nil
    }

    /// Number of entries.
    public var count: Int { entries.count }

    /// The same map with storage of its own.
    public func owned() -> MapValue {
        MapValue(unchecked: entries.map { ($0.key.owned(), $0.value.owned()) })
    }
}
