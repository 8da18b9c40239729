import Foundation
import SQLite
import Synchronization

@testable import Insurer

/// A temporary folder with a generated portfolio; removed with the value's owner.
final class InsurerFixture {
    let folder: URL
    let summary: PortfolioSummary

    init(policies: Int = 60, seed: UInt64 = 7) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "insurer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        summary = try InsurerGenerator(policies: policies, seed: seed).generate(
            into: folder.appending(path: "legacy.db").path)
    }

    deinit {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            print("left behind: \(folder.path)")
        }
    }

    var legacy: String { path("legacy.db") }
    var service: String { path("service.db") }
    func path(_ name: String) -> String { folder.appending(path: name).path }

    func connect(_ path: String) throws -> SQLiteConnection {
        try SQLiteConnection(path: path, access: .create)
    }

    /// Runs a writer for so many transactions and returns what it did.
    @discardableResult
    func write(
        _ transactions: Int, name: String = "w", seed: UInt64 = 3, mix: LiveMix = .everything,
        rollbacks: Int = 4
    ) throws -> WriterSummary {
        var settings = InsurerWriter.Settings(legacy: legacy, witness: path("\(name).witness"))
        settings.name = name
        settings.seed = seed
        settings.limit = transactions
        settings.mix = mix
        settings.rollbackPercent = rollbacks
        return try InsurerWriter(settings).run { false }
    }

    func check(
        quarantined: [NaturalKey]? = nil, witnesses: [String] = [], outbox: String? = nil
    ) throws -> Findings {
        var subject = InsurerChecker.Subject(legacy: legacy, service: service)
        subject.quarantined = try quarantined ?? setAside()
        subject.witnesses = witnesses.map { path("\($0).witness") }
        subject.outbox = outbox
        return try InsurerChecker(subject).check()
    }

    /// The keys that a migration would set aside, found by looking for the plain causes.
    func setAside() throws -> [NaturalKey] {
        try connect(legacy).rows(
            """
            SELECT v.policy_no, v.version_no
                FROM policy_version v LEFT JOIN policy p ON p.policy_no = v.policy_no
            WHERE v.txn_code LIKE 'E_' AND (v.policy_no IS NULL OR v.reason_cd IN ('XFER', 'GLAS', '????')
                OR p.prod_cd = 'PV' OR v.eff_dt IN ('20210229', '00000000', '20191301', '2022063'))
            """
        ) { NaturalKey(policyNumber: $0.string(0), versionNumber: $0.integer(1)) }
    }

    /// Builds the service's store by hand, by joins on tables of codes, so that the checks have something to
    /// agree with.
    func buildService() throws {
        for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: service + suffix) {
            try FileManager.default.removeItem(atPath: service + suffix)
        }
        let store = try connect(service)
        try store.execute(ExampleFile.service.text)
        try store.execute("ATTACH \(SQLiteName.literal(legacy)) AS old")
        try store.execute(
            """
            CREATE TEMP TABLE product (cd PRIMARY KEY, word);
            INSERT INTO product VALUES ('AU', 'auto'), ('HO', 'home'), ('LI', 'liability'), ('LE',
                'legal_protection');
            CREATE TEMP TABLE reason (cd PRIMARY KEY, word);
            INSERT INTO reason VALUES ('ADDR', 'address_change'), ('DRVR', 'named_driver'), ('VEHI',
                'vehicle_change'),
                ('COVR', 'coverage_change'), ('SUMI', 'sum_insured'), ('PAYM', 'payment_terms'), ('',
                    'unspecified');
            BEGIN;
            INSERT INTO endorsement
            SELECT printf('%08x-0000-4000-8000-%012x', v.version_id, v.version_id), v.policy_no, v.version_no,
                p.country_cd,
                product.word, reason.word, v.reason_text,
                printf('%s-%s-%s', substr(eff_dt, 1, 4), substr(eff_dt, 5, 2), substr(eff_dt, 7)),
                iif(MAX(a.flag = 'Y'), 'approved', 'requested'), ROUND(v.prem_amt - v.prior_prem_amt, 2)
            FROM old.policy p
            JOIN old.policy_version v USING (policy_no)
            JOIN product ON product.cd = p.prod_cd
            JOIN reason ON reason.cd = ifnull(v.reason_cd, '')
            LEFT JOIN old.approval a USING (version_id)
            WHERE v.txn_code IN ('EN', 'EA') AND v.eff_dt NOT IN ('20210229', '00000000', '20191301',
                '2022063')
            GROUP BY v.version_id;
            INSERT INTO endorsement_approval
            SELECT e.id, a.approval_id, CASE WHEN a.flag = 'Y' THEN 'approved' ELSE 'refused' END,
                a.approved_by,
                printf('%s-%s-%s', substr(approved_at, 1, 4), substr(approved_at, 5, 2), substr(approved_at,
                    7))
            FROM old.approval a JOIN old.policy_version v USING (version_id)
            JOIN endorsement e ON e.policy_number = v.policy_no AND e.version_number = v.version_no
            WHERE a.flag <> 'P';
            COMMIT
            """)
    }

    /// Fills an outbox with exactly the events that acknowledged transactions brought about.
    func publishEvents(of witnesses: [String]) throws {
        let history = WitnessHistory(
            try witnesses.flatMap { try WitnessFile.records(at: path("\($0).witness")) })
        let store = try connect(service)
        try store.execute(
            "CREATE TABLE banyan_outbox (id INTEGER PRIMARY KEY, aggregatetype, aggregateid, type, payload)")
        try store.immediate {
            for event in history.transactions.values.filter({ $0.outcome == .acknowledged }).flatMap(\.events)
            {
                let payload = """
                    {"after": {"policy_number": "\(event.policyNumber)",
                        "version_number": \(event.versionNumber)}}
                    """
                try store.run(
                    """
                    INSERT INTO banyan_outbox (aggregatetype, aggregateid, type, payload)
                        VALUES ('endorsement', ?, ?, ?)
                    """,
                    [
                        .text("\(event.policyNumber)#\(event.versionNumber)"), .text(event.type),
                        .text(payload),
                    ])
            }
        }
    }

    /// Every row of the tables that live operations change, as one text.
    func dump() throws -> String {
        let connection = try connect(legacy)
        return try LegacyRow.Table.allCases.flatMap { table in
            try connection.rows(table.image(where: "1 ORDER BY \(table.primaryKey)")) { $0.string(2) ?? "" }
        }.joined(separator: "\n")
    }
}
