import Foundation
import Plan
import Testing

/// One mistake made in the fixture plan, and what the checker must say about it.
struct Mistake: CustomTestStringConvertible {
    var code: PlanMistake
    var edits: [(String, String)]
    /// What the diagnostic must have found, where that matters.
    var found: String?
    /// A part of the hint, where there must be one.
    var hint: String?

    init(_ code: PlanMistake, _ edits: [(String, String)], found: String? = nil, hint: String? = nil) {
        self.code = code
        self.edits = edits
        self.found = found
        self.hint = hint
    }

    init(_ code: PlanMistake, _ old: String, _ new: String, found: String? = nil, hint: String? = nil) {
        self.init(code, [(old, new)], found: found, hint: hint)
    }

    var testDescription: String { "\(code.rawValue): \(edits.first?.1 ?? "")" }

    /// Every kind of mistake that an edit of the plan's text can make.
    static let all: [Mistake] = text + shape + reads + expressions + fields + codes + operation
}

extension Mistake {
    static let text: [Mistake] = [
        Mistake(.yamlSyntax, "owner: underwriting", "owner: 'underwriting"),
        Mistake(.yamlAnchor, "owner: underwriting", "owner: &o underwriting", found: "&o"),
        Mistake(.yamlAlias, "owner: underwriting", "owner: *o", found: "*o"),
        Mistake(.yamlTag, "owner: underwriting", "owner: !!str underwriting", found: "!!str"),
        Mistake(.yamlMergeKey, "    owner: underwriting", "    <<: {}\n    owner: underwriting", found: "<<"),
        Mistake(
            .duplicateKey, "    owner: underwriting", "    owner: underwriting\n    owner: claims",
            found: "owner"),
        Mistake(.duplicateKey, "AU: auto", "AU: auto\n        'AU': car", found: "AU"),
    ]

    static let shape: [Mistake] = [
        Mistake(.unknownKey, "owner: underwriting", "ownr: underwriting", found: "ownr", hint: "`owner`"),
        Mistake(.missingKey, "        root: v\n", ""),
        Mistake(
            .wrongShape, "approvers: [underwriting-lead, finance-control]", "approvers: { a: b }",
            found: "a mapping"),
        Mistake(
            .wrongShape,
            "systems:\n  legacy:  { sqlite: \"${LEGACY_DB}\" }\n  service: { sqlite: endorsements.db }",
            "systems: [legacy, service]", found: "a list"),
        Mistake(
            .wrongShape, "v.prem_amt - v.prior_prem_amt", "div(v.prem_amt, 2, 3)", found: "2",
            hint: "write { is:"),
        Mistake(.wrongValue, "retain: 30d", "retain: thirty days", found: "thirty days"),
        Mistake(.wrongValue, "replay: toxic", "replay: toxik", found: "toxik", hint: "`toxic`"),
        Mistake(.wrongValue, "warn: 0.0001", "warn: 12", found: "12"),
        Mistake(.wrongValue, "root: true", "root: yes", found: "yes"),
        Mistake(.invalidName, "migration: policy-endorsements", "migration: 7 things", found: "7 things"),
        Mistake(.invalidName, "p:         {", "in:        {", found: "in"),
        Mistake(.conflictingKeys, "root: true", "root: true, one: x", found: "root, one"),
        Mistake(
            .secretInPlan, "migration: policy-endorsements",
            "migration: policy-endorsements\nkeys: { phone: a-secret-that-should-not-be-here }"),
        Mistake(
            .weakKey, "migration: policy-endorsements",
            "migration: policy-endorsements\nkeys: { phone: \"${SHORT_KEY}\" }", found: "${SHORT_KEY}"),
        Mistake(.missingVariable, "${LEGACY_DB}", "${LEGACY_DATABASE}", found: "${LEGACY_DATABASE}"),
        Mistake(.strayVariable, "'requested'\"", "'${STATUS}'\"", found: "${STATUS}"),
        Mistake(
            .unsupportedConnector, "{ sqlite: endorsements.db }", "{ mysql: \"${SERVICE_URL}\" }",
            found: "mysql"),
        Mistake(
            .unsupportedConnector, "{ embedded: state/log, retain: 30d }", "{ kafka: { brokers: [a] } }",
            found: "kafka"),
        Mistake(
            .unsupportedConnector, "{ sqlite: endorsements.db }", "{ postgres: localhost }",
            found: "localhost"),
        Mistake(
            .secretInPlan, "{ sqlite: endorsements.db }",
            "{ postgres: \"postgres://app:a-secret@db/endorsements\" }"),
        Mistake(.unsafePath, "sqlite: endorsements.db", "sqlite: \"file:endorsements.db?mode=ro\""),
        retained(.conflictingKeys, "at_most: 20GB", in: "sqlite: endorsements.db", found: "retained_wal"),
        retained(.conflictingKeys, "at_most: 20GB, then: drop_slot", found: "retained_wal"),
        retained(.wrongValue, "at_most: 20", found: "20"),
        retained(.wrongValue, "at_most: 0GB", found: "0GB"),
        retained(.wrongValue, "at_most: 20GB, then: drop_slots", found: "drop_slots", hint: "`drop_slot`"),
        retained(.missingKey, "then: warn"),
        history(.conflictingKeys, "readers: 2", in: "sqlite: endorsements.db", found: "history"),
        history(.conflictingKeys, "readers: 2", found: "history"),
        history(.wrongValue, "readers: 0", found: "0"),
        history(.wrongValue, "readers: many", found: "many"),
        history(.unknownKey, "reader: 2", found: "reader", hint: "`readers`"),
        history(.wrongValue, "wait_while: { standby_lag: soon }", found: "soon"),
        history(.wrongValue, "wait_while: { sessions: -1 }", found: "-1"),
        history(.unknownKey, "wait_while: { session: 1 }", found: "session", hint: "`sessions`"),
        Mistake(
            .unknownKey, "{ sqlite: state/control.db }",
            "{ sqlite: state/control.db, retained_wal: { at_most: 1GB } }", found: "retained_wal"),
    ]

    private static func history(
        _ code: PlanMistake, _ history: String, in system: String = "postgres: \"postgres://app@db/service\"",
        found: String? = nil, hint: String? = nil
    ) -> Mistake {
        Mistake(
            code, "{ sqlite: endorsements.db }", "{ \(system), history: { \(history) } }", found: found,
            hint: hint)
    }

    private static func retained(
        _ code: PlanMistake, _ retained: String,
        in system: String = "postgres: \"postgres://app@db/service\"",
        found: String? = nil, hint: String? = nil
    ) -> Mistake {
        Mistake(
            code, "{ sqlite: endorsements.db }", "{ \(system), retained_wal: { \(retained) } }", found: found,
            hint: hint)
    }

    static let reads: [Mistake] = [
        Mistake(.unknownSystem, "from: legacy", "from: legasy", found: "legasy", hint: "`legacy`"),
        Mistake(.sameSystem, "into: service", "into: legacy"),
        Mistake(
            .missingCatalog,
            [("  service: {", "  other: { sqlite: x.db }\n  service: {"), ("into: service", "into: other")]),
        Mistake(
            .unknownTable, "table: policy_version", "table: policy_versions", found: "policy_versions",
            hint: "`policy_version`"),
        Mistake(.tableWithoutKey, "{ table: agent,", "{ table: log_line,", found: "log_line"),
        Mistake(
            .collatedKey, "{ table: agent, optional: \"a.agent_no == p.agent_no\" }",
            "{ table: region, optional: \"a.region_cd == p.country_cd\" }"),
        Mistake(.missingRoot, "root: v", "root: p", found: "p"),
        Mistake(
            .missingRoot, "{ table: policy_version, root: true }",
            "{ table: policy_version, one: \"v.policy_no == p.policy_no\" }"),
        Mistake(.unknownAlias, "root: v", "root: w", found: "w"),
        Mistake(.unknownAlias, "p.policy_no == v.policy_no", "p.policy_no == x.policy_no", found: "x"),
        Mistake(
            .unusedAlias, "            agent_name:     \"a == null ? null : a.agent_name\"\n", "",
            found: "a"),
        Mistake(.joinForm, "p.policy_no == v.policy_no", "p.policy_no > v.policy_no"),
        Mistake(.joinForm, "p.policy_no == v.policy_no", "p.policy_no == 'x'"),
        Mistake(.joinForm, "p.policy_no == v.policy_no", "p.policy_no == p.country_cd"),
        Mistake(
            .joinSeveralAliases, "c.clerk_id == approvals.approved_by",
            "c.clerk_id == approvals.approved_by && c.clerk_name == p.holder_name"),
        Mistake(
            .joinKinds, "a.agent_no == p.agent_no", "a.agent_no == p.policy_no", found: "integer == text"),
        Mistake(
            .joinCycle,
            [
                (
                    "a:         { table: agent, optional: \"a.agent_no == p.agent_no\" }",
                    "a:         { table: agent, one: \"a.agent_no == b.agent_no\" }\n      b:   "
                        + "      { table: policy, one: \"b.agent_no == a.agent_no\" }"
                )
            ]),
        Mistake(.joinNotUnique, "a.agent_no == p.agent_no", "a.agent_name == p.holder_name"),
        Mistake(.unreachableAlias, "p.country_cd\n", "c.clerk_name\n", found: "c"),
        Mistake(
            .unreachableAlias,
            [
                ("      a: ", "      w: { table: policy_version, root: true }\n      a: "),
                ("p.country_cd\n", "w.txn_code\n"),
            ], found: "w"),
        Mistake(
            .unreachableAlias,
            [
                (
                    "    codes:\n",
                    "      f: { table: policy, optional: \"f.holder_name == c.clerk_name\" }\n    codes:\n"
                ),
                ("c == null ? 'rules' : c.clerk_name", "f.country_cd"),
            ], found: "f", hint: "join `f` to `approvals`"),
        Mistake(.manyAsSingle, "p.country_cd\n", "approvals.flag\n", found: "approvals.flag", hint: "exists"),
        Mistake(
            .optionalUnguarded, "\"a == null ? null : a.agent_name\"", "a.agent_name", found: "a.agent_name"),
    ]

    static let expressions: [Mistake] = [
        Mistake(.expressionSyntax, "v.txn_code in ['EN', 'EA']", "v.txn_code in ['EN', 'EA'"),
        Mistake(
            .expressionLimit, "v.txn_code in ['EN', 'EA']",
            String(repeating: "(", count: 400) + "true" + String(repeating: ")", count: 400)),
        Mistake(.expressionName, "v.txn_code in", "vv.txn_code in", found: "vv", hint: "`v`"),
        Mistake(.expressionFunction, "date(v.eff_dt)", "dat(v.eff_dt)", found: "dat", hint: "`date`"),
        Mistake(.expressionField, "v.txn_code in", "v.txn_cod in", found: "txn_cod", hint: "`txn_code`"),
        Mistake(.expressionOverload, "v.prem_amt - v.prior_prem_amt", "v.prem_amt - v.policy_no"),
        Mistake(.expressionType, "v.txn_code in ['EN', 'EA']", "v.txn_code", found: "text"),
        Mistake(.expressionType, "before == null && after != null", "after == null ? null : true"),
        Mistake(
            .expressionArgument, "v.prem_amt - v.prior_prem_amt", "\"round(v.prem_amt, 2, 'sometimes')\""),
    ]

    static let fields: [Mistake] = [
        Mistake(
            .unknownColumn, "            country: ", "            contry:  ", found: "contry",
            hint: "`country`"),
        Mistake(
            .unknownColumn, "p.policy_no == v.policy_no", "p.policy_number == v.policy_no",
            found: "policy_number"),
        Mistake(.typeMismatch, "date(v.eff_dt)", "v.eff_dt", found: "text", hint: "date(…)"),
        Mistake(.typeMismatch, "natural: [v.policy_no, v.version_no]", "natural: [v.rate_amt]"),
        Mistake(
            .floatIntoDecimal, "{ is: v.prem_amt - v.prior_prem_amt,", "{ is: p.sum_insured,",
            hint: "half_even"),
        Mistake(.nullableIntoRequired, "code('reason', v.reason_cd)", "v.reason_cd", hint: "coalesce"),
        Mistake(
            .nullableIntoRequired,
            [
                ("        NULL: { is: unspecified, because: \"region NW writes free text instead\" }\n", ""),
                (
                    "        DRVR: named_driver\n        otherwise: quarantine",
                    "        DRVR: named_driver\n        otherwise: keep"
                ),
            ], hint: "NULL entry"),
        Mistake(
            .duplicateField, "          money:\n", "          money:\n            country: p.country_cd\n",
            found: "country"),
        Mistake(
            .generatedColumn, "          money:\n", "          money:\n            total: v.prem_amt\n",
            found: "total"),
        Mistake(.unmappedColumn, "            product:        code('product', p.prod_cd)\n", ""),
        Mistake(
            .unmappedKey, "identity: { natural: [v.policy_no, v.version_no], surrogate: id }",
            "identity: { natural: [v.policy_no, v.version_no] }"),
        Mistake(.surrogateKind, "surrogate: id", "surrogate: effective_on", found: "date"),
        Mistake(
            .surrogateMapped, "          money:\n", "          money:\n            id: v.policy_no\n",
            found: "id"),
        Mistake(.surrogateNotKey, "surrogate: id", "surrogate: short_note", found: "short_note"),
        Mistake(
            .tableWrittenTwice, "table: endorsement_approval", "table: endorsement", found: "endorsement"),
        Mistake(
            .textMayBeCut, "          money:\n", "          money:\n            short_note: v.reason_text\n"),
        Mistake(.scaleMayBeLost, "v.prem_amt - v.prior_prem_amt,", "v.exact_amt,"),
        Mistake(.unownedFact, "    owner: underwriting\n", ""),
        Mistake(.partNotMany, "of: approvals", "of: p", found: "one"),
        Mistake(.parentMismatch, "parent: endorsement_id", "parent: [endorsement_id, approver]"),
        Mistake(.parentMismatch, "parent: endorsement_id", "parent: approval_no"),
    ]

    static let codes: [Mistake] = [
        Mistake(.unknownCodeTable, "code('product',", "code('prodct',", found: "prodct", hint: "`product`"),
        Mistake(
            .unusedCodeTable, "      decision:\n        \"Y\"",
            "      spare:\n        A: b\n      decision:\n        \"Y\"", found: "spare"),
        Mistake(.codeNeverMatches, "AU: auto", "AUTO: auto", found: "AUTO"),
        Mistake(
            .codeNullUnmapped,
            "        NULL: { is: unspecified, because: \"region NW writes free text instead\" }\n", ""),
        Mistake(.codeKind, "code('product', p.prod_cd)", "code('product', p.opened_on)"),
        Mistake(.backTarget, "v.reason_text: reason_note", "reason_text: reason_note", found: "reason_text"),
        Mistake(.backTarget, "v.reason_text: reason_note", "approvals.approved_by: reason_note"),
        Mistake(.backWritesKey, "v.reason_text: reason_note", "v.policy_no: policy_number"),
        Mistake(.lossyBack, "DRVR: named_driver", "DRVR: named_driver\n        DRV2: named_driver"),
        Mistake(.lossyBack, "v.reason_text: reason_note", "v.reason_text: country"),
        Mistake(.noWayBack, "          v.reason_text: reason_note\n", ""),
    ]

    static let operation: [Mistake] = [
        Mistake(
            .unknownAggregate, "of: endorsement, when", "of: endorsment, when", found: "endorsment",
            hint: "`endorsement`"),
        Mistake(
            .ambiguousAggregate, "    events:\n",
            """
                  plain:
                    root: v
                    identity: { natural: [v.policy_no, v.version_no] }
                    table: plain
                    facts:
                      all: { policy_number: v.policy_no, version_number: v.version_no }

                events:

            """.replacing("            \n", with: "\n")),
        Mistake(
            .unknownColumn, "premium_impact: { tolerance", "premium: { tolerance", found: "premium",
            hint: "`premium_impact`"),
        Mistake(.toleranceKind, "effective_on:   { tolerance: 0d }", "effective_on:   { tolerance: 0.5 }"),
        Mistake(.totalNotQuery, "service: \"SELECT", "service: \"DELETE"),
        Mistake(.thresholdOrder, "warn: 0.0001", "warn: 0.5"),
        Mistake(.unknownPhase, "      shift:\n", "      shfit:\n", found: "shfit", hint: "`shift`"),
        Mistake(.tooFewApprovers, "approved_by(2)", "approved_by(3)", found: "3"),
        Mistake(.expressionName, "quarantine.open == 0", "quarantine.opened == 0", hint: "`quarantine.open`"),
    ]
}
