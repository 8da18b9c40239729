import Model

/// Which keys are set aside or wait, as the target durably says; changed in memory only together with the target.
struct KeyBook {
    /// For each quarantined key, the number that its next entry gets.
    var quarantined: [Key: Int] = [:]
    /// Keys whose aggregate waits for a row that has not arrived.
    var pending: Set<Key> = []
    /// For each natural key that is waited for, the legacy keys that wait, in order.
    var waiting: [Key: [Key]] = [:]
}
