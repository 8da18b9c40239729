/// A macro that runs over the elements of a list or the keys of a map.
///
/// Macros are recognised while parsing and kept in this form, so that a tree can be printed as it was
/// written.
public struct Comprehension: Sendable {
    /// What is computed from the elements.
    public enum Kind: String, Sendable, Hashable {
        /// `r.all(x, p)`: whether `predicate` holds for every element.
        case all
        /// `r.exists(x, p)`: whether `predicate` holds for some element.
        case exists
        /// `r.exists_one(x, p)` or `r.existsOne(x, y, p)`: whether `predicate` holds for exactly one element.
        case existsOne
        /// `r.filter(x, p)`: the elements for which `predicate` holds.
        case filter
        /// `r.map(x, t)`, `r.map(x, p, t)` or `r.transformList(x, y, [p,] t)`: `transform` of the chosen
        /// elements.
        case map
        /// `r.transformMap(x, y, [p,] t)`: the same keys with `transform` as values.
        case transformMap
    }

    /// What is computed.
    public let kind: Kind
    /// The list or map.
    public let range: Expression
    /// The element of a list or key of a map; with two variables, the index or key.
    public let variable: String
    /// With two variables, the element of a list or value of a map.
    public let second: String?
    /// The condition; nil where the macro was written without one.
    public let predicate: Expression?
    /// What becomes of a chosen element, for `map` and `transformMap`.
    public let transform: Expression?

    /// The macro's name as written.
    public var macroName: String {
        switch kind {
        case .existsOne: second == nil ? "exists_one" : "existsOne"
        case .map: second == nil ? "map" : "transformList"
        default: kind.rawValue
        }
    }
}
