import Foundation
import Insurer

/// What was done to the service behind everybody's back, and what has to be said of it.
struct Dispute {
    /// Endorsements whose effect on the premium somebody "corrected".
    private(set) var premiums: [String] = []
    /// Endorsements that are said to take effect on a day that a clerk made up.
    private(set) var days: [String] = []
    /// Endorsements that have vanished.
    private(set) var lost: [String] = []
    /// Changes without a premium that another team takes for endorsements, too.
    private(set) var strangers: [String] = []

    /// Everything that a pass has to name, and nothing else.
    var all: Set<String> { Set(premiums + days + lost + strangers) }

    private static let (premiumCount, dayCount, lostCount, strangerCount) = (3, 20, 4, 3)

    /// Does it, to endorsements of which nobody else has changed anything.
    static func stir(_ service: any InsurerSystem) throws -> Dispute {
        var dispute = Dispute()
        let wanted = premiumCount + dayCount + lostCount
        let ids = try service.rows(
            """
            SELECT CAST(id AS VARCHAR(36)) FROM endorsement WHERE premium_impact <> 0
            ORDER BY 1 LIMIT \(wanted)
            """
        ) { $0.string(0) ?? "" }
        dispute.premiums = Array(ids.prefix(premiumCount))
        dispute.days = Array(ids.dropFirst(premiumCount).prefix(dayCount))
        dispute.lost = Array(ids.dropFirst(premiumCount + dayCount))
        for id in dispute.premiums {
            try service.execute(
                "UPDATE endorsement SET premium_impact = premium_impact + 10 WHERE id = '\(id)'")
        }
        for id in dispute.days {
            try service.execute("UPDATE endorsement SET effective_on = '1999-01-01' WHERE id = '\(id)'")
        }
        for id in dispute.lost {
            try service.execute("DELETE FROM endorsement_approval WHERE endorsement_id = '\(id)'")
            try service.execute("DELETE FROM endorsement WHERE id = '\(id)'")
        }
        for number in 1...strangerCount {
            let id = "00000000-0000-4000-8000-00000000000\(number)"
            try service.execute(
                """
                INSERT INTO endorsement (id, policy_number, version_number, country, product, reason,
                    effective_on, status, premium_impact)
                VALUES
                    ('\(id)', 'NOTE-\(number)', 1, 'DE', 'auto', 'unspecified', '2025-01-01', 'approved', 0)
                """)
            dispute.strangers.append(id)
        }
        return dispute
    }

    /// Puts right in the old system what could not be translated, as whoever answers for the data does.
    ///
    /// - Parameters:
    ///   - version: The version that is set aside.
    ///   - legacy: The old system.
    static func mend(_ version: Int, in legacy: any InsurerSystem) throws {
        let row = "version_id = \(version)"
        try legacy.execute(
            """
            UPDATE policy_version SET reason_cd = NULL
            WHERE \(row) AND reason_cd NOT IN ('ADDR', 'DRVR', 'VEHI', 'COVR', 'SUMI', 'PAYM')
            """)
        try legacy.execute(
            """
            UPDATE policy SET prod_cd = 'LE' WHERE prod_cd NOT IN ('AU', 'HO', 'LI', 'LE')
                AND policy_no IN (SELECT policy_no FROM policy_version WHERE \(row))
            """)
        // The day on which it was booked stands in for one that no calendar has.
        try legacy.execute("UPDATE policy_version SET eff_dt = substr(booked_at, 1, 8) WHERE \(row)")
    }

    /// Gives a version the number of a policy, under which it comes last.
    static func number(_ version: Int, in legacy: any InsurerSystem) throws {
        try legacy.execute(
            """
            UPDATE policy_version SET policy_no = (SELECT min(policy_no) FROM policy),
                version_no = 9000 + version_id % 900
            WHERE version_id = \(version) AND policy_no IS NULL
            """)
    }
}
