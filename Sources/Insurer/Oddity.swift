/// What real policy administrations do and no specification mentions; each occurs in every generated
/// portfolio.
package enum Oddity: String, CaseIterable, Codable, Sendable {
    /// A reason written as text, with no code (region NW).
    case freeTextReason
    /// An endorsement that takes effect before it was booked.
    case retroactive
    /// An endorsement that takes effect before the version it follows.
    case backDated
    /// A version that corrects data and is no endorsement.
    case technicalCorrection
    /// A broker's reference that is NULL, empty or a dash.
    case missingSourceReference
    /// A version typed in without a policy number; cannot be identified, must be set aside.
    case missingPolicyNumber
    /// A policy number that belonged to another contract before.
    case reusedPolicyNumber
    /// A reason code that nobody can explain; must be set aside.
    case unknownReason
    /// A product code that nobody can explain; must be set aside.
    case unknownProduct
    /// A date that the calendar does not have; must be set aside.
    case impossibleDate
    /// Text padded with spaces.
    case trailingSpaces
    /// A name written with combining marks.
    case decomposedUnicode
    /// No house number.
    case missingHouseNumber
    /// An endorsement that was refused first and approved later.
    case refusedThenApproved
    /// A decision taken by the rules: nobody's name on it.
    case approvalWithoutApprover
    /// An endorsement that nobody has decided on.
    case withoutDecision
    /// A version number that was left out.
    case versionGap
    /// An amount without cents, which SQLite keeps as an integer beside others kept as reals.
    case wholeAmount
}
