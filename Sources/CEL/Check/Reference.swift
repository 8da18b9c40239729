/// What a name, a field or a call was found to mean.
public enum Reference: Sendable {
    /// A variable of the environment, by slot.
    case variable(slot: Int)
    /// A variable of an enclosing macro.
    case local(String)
    /// A constant of a library, as a type's name.
    case constant(Value)
    /// A field of a record, by index; `slot` when the record is a variable of the environment.
    case field(index: Int, slot: Int?)
    /// A call of one of these overloads.
    case function([Overload])
}
