public import CEL

/// The functions that a plan's expressions may use beyond the language's own.
///
/// Conversions and text functions turn null into null; everything else fails on null, as the language does,
/// except where a function says otherwise. No function reads a clock, a random number or anything but its
/// arguments.
public enum BanyanLibrary {
    /// The library with the code tables and keys of one context.
    ///
    /// Names of tables and keys are resolved while an expression is compiled; a name that is missing is
    /// refused there.
    public static func library(codes: [CodeTable] = [], keys: KeyRing = KeyRing()) -> Library {
        Library(
            name: "banyan",
            functions: decimals + decimalOperators + dates + comparisons + identifiers + texts + choices
                + self.codes(codes) + masking(keys))
    }
}
