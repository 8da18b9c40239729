/// Lets what exists stay and keeps it from growing: a list of allowances that can only get shorter.
enum Ratchet {
    /// What is over the limit without an allowance, over its allowance, or allowed without need.
    ///
    /// - Parameters:
    ///   - measured: What the repository has, by name; only what is over the limit.
    ///   - allowed: What it may have, by name.
    ///   - advice: What to do instead.
    static func findings(measured: [String: Int], allowed: [String: Int], advice: String) -> [Finding] {
        var findings: [Finding] = []
        for (name, value) in measured {
            guard let limit = allowed[name] else {
                findings.append(Finding(name, 0, "\(value): \(advice)"))
                continue
            }
            if value > limit {
                findings.append(Finding(name, 0, "grew from \(limit) to \(value): \(advice)"))
            } else if value < limit {
                findings.append(
                    Finding(name, 0, "is down to \(value): lower its entry in Allowances.swift from \(limit)")
                )
            }
        }
        for name in allowed.keys where measured[name] == nil {
            findings.append(Finding(name, 0, "keeps the rule now: remove its entry from Allowances.swift"))
        }
        return findings.sorted { $0.path < $1.path }
    }
}
