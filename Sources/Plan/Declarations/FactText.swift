/// A fact as the plan declares it.
public struct FactText: Sendable {
    /// Its name.
    public var name: Located<String>
    /// Its fields in the order of the plan.
    public var fields: [FieldText]
}
