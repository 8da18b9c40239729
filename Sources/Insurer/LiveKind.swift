/// The kinds of things that clerks and programs do to the policy administration while it is migrated.
package enum LiveKind: String, CaseIterable, Codable, Sendable {
    /// A new endorsement, usually with its first decision in the same transaction.
    case endorse
    /// A decision on an endorsement.
    case approve
    /// Another amount, date or reason for an endorsement.
    case correct
    /// An endorsement that is withdrawn: deleted with its decisions.
    case cancel
    /// A new address of a policy.
    case relocate
    /// A version written with REPLACE, under its own id or under a new one.
    case replace
    /// A version written with INSERT … ON CONFLICT DO UPDATE.
    case upsert
    /// Versions that get other numbers.
    case renumber
    /// A policy that gets another number, with its versions.
    case rekey
    /// A technical correction: a new one, or a version that turns into one or back.
    case technical
    /// A policy that was filed under the wrong product.
    case reclassify
    /// A policy that is deleted with everything that hangs on it.
    case purge
    /// A purged number that is given to a new contract.
    case reissue
    /// An insert that the schema refuses.
    case collide
}
