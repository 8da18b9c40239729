import Model

/// Catalogs written as SQL would declare them, so that tests read like a schema.
enum Catalogs {
    /// A table: columns as `name type [not null] [generated] [default]`, separated by commas; `key` names the
    /// key's columns.
    static func table(
        _ name: String, _ columns: String, key: [String], unique: [[String]] = [],
        references: [(columns: [String], table: String, referred: [String])] = []
    ) -> TableSchema {
        let schemas = columns.split(separator: ",").map { column(String($0)) }
        func indexes(_ names: [String]) -> [Int] {
            names.compactMap { name in schemas.firstIndex { $0.name == name } }
        }
        return TableSchema(
            name: name, columns: schemas, key: indexes(key), uniqueKeys: unique.map(indexes),
            references: references.map {
                ForeignKey(columns: indexes($0.columns), table: $0.table, referredColumns: $0.referred)
            })
    }

    private static func column(_ text: String) -> ColumnSchema {
        let words = text.split(separator: " ").map(String.init)
        let type = words[1].replacing(";", with: ",")
        let kinds: [(String, Kind)] = [
            ("INT", .int64), ("NUMERIC", .decimal), ("REAL", .double), ("DATETIME", .timestamp),
            ("DATE", .date),
            ("BOOL", .bool), ("UUID", .uuid), ("BLOB", .bytes), ("TEXT", .text), ("CHAR", .text),
            ("VARCHAR", .text),
        ]
        let kind = kinds.first { type.hasPrefix($0.0) }?.1 ?? .text
        let scale =
            type.split(separator: ";").count > 1 || type.contains(",")
            ? type.split(separator: ",").last.flatMap { Int($0.dropLast()) } : nil
        return ColumnSchema(
            name: words[0], kind: kind, declaredType: type, isNullable: !words.contains("not"), scale: scale,
            isGenerated: words.contains("generated"), collation: words.contains("nocase") ? "NOCASE" : nil,
            hasDefault: words.contains("default"))
    }

    /// The legacy system of the fixture plan.
    static let legacy = Catalog(tables: [
        table("agent", "agent_no INTEGER not null, agent_name VARCHAR(60) not null", key: ["agent_no"]),
        table("clerk", "clerk_id VARCHAR(12) not null, clerk_name VARCHAR(60) not null", key: ["clerk_id"]),
        table(
            "policy",
            "policy_no VARCHAR(16) not null, country_cd CHAR(2) not null, prod_cd CHAR(2) not "
                + "null, agent_no INTEGER, "
                + "holder_name VARCHAR(60) not null, sum_insured REAL, opened_on DATE, flags "
                + "INTEGER, active BOOLEAN",
            key: ["policy_no"], references: [(["agent_no"], "agent", ["agent_no"])]),
        table(
            "policy_version",
            "version_id INTEGER, policy_no VARCHAR(16), version_no INTEGER not null, txn_code "
                + "CHAR(2) not null, "
                + "reason_cd CHAR(4), reason_text VARCHAR(200), eff_dt CHAR(8) not null, "
                + "prem_amt NUMERIC(12;2), "
                + "prior_prem_amt NUMERIC(12;2), rate_amt REAL, exact_amt NUMERIC(12;4), "
                + "doubled_amt NUMERIC(12;2) generated",
            key: ["version_id"], unique: [["policy_no", "version_no"]],
            references: [(["policy_no"], "policy", ["policy_no"])]),
        table(
            "approval",
            "approval_id INTEGER, version_id INTEGER not null, flag CHAR(1) not null, "
                + "approved_by VARCHAR(12), "
                + "approved_at CHAR(8)",
            key: ["approval_id"], references: [(["version_id"], "policy_version", ["version_id"])]),
        table("log_line", "line TEXT", key: []),
        table("region", "region_cd CHAR(4) not null nocase, title TEXT", key: ["region_cd"]),
    ])

    /// The service's system of the fixture plan.
    static let service = Catalog(tables: [
        table(
            "endorsement",
            "id TEXT not null, policy_number TEXT not null, version_number INTEGER not null, "
                + "country TEXT not null, "
                + "product TEXT not null, reason TEXT not null, reason_note TEXT, effective_on "
                + "DATE not null, "
                + "agent_name TEXT, status TEXT not null, premium_impact NUMERIC(12;2) not "
                + "null, short_note VARCHAR(20), "
                + "touched_at DATETIME not null default, total NUMERIC(12;2) generated, ratio REAL",
            key: ["id"], unique: [["policy_number", "version_number"]]),
        table(
            "endorsement_approval",
            "endorsement_id TEXT not null, approval_no INTEGER not null, decision TEXT not "
                + "null, approver TEXT, "
                + "decided_on DATE not null",
            key: ["endorsement_id", "approval_no"]),
        table(
            "plain", "policy_number TEXT not null, version_number INTEGER not null, note TEXT",
            key: ["policy_number", "version_number"]),
        table("keyless", "note TEXT", key: []),
    ])

    /// Both, under the names of the fixture plan.
    static let both = ["legacy": legacy, "service": service]
}
