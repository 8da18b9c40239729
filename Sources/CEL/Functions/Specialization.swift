/// What an overload makes of a call site.
public enum Specialization: Sendable {
    /// The overload as declared.
    case declared
    /// An implementation or a result type, or both, for this call.
    ///
    /// `passing` lists the arguments the implementation still takes, in its order; nil means all. The
    /// others are not evaluated, so leave out only constants.
    case bound(Implementation? = nil, result: CELType? = nil, passing: [Int]? = nil)
    /// The call is wrong; reported at the argument with this index, the receiver being 0.
    case refused(String, argument: Int)
}
