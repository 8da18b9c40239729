/// The kinds of mistakes that a plan can contain; the raw values are the stable codes of diagnostics.
public enum PlanMistake: String, Sendable, CaseIterable {
    // The text.
    case fileUnreadable = "file_unreadable"
    case notUTF8 = "not_utf8"
    case tooLarge = "too_large"
    case tooDeep = "too_deep"
    case tooManyNodes = "too_many_nodes"
    case emptyPlan = "empty_plan"
    case yamlSyntax = "yaml_syntax"
    case yamlAnchor = "yaml_anchor"
    case yamlAlias = "yaml_alias"
    case yamlTag = "yaml_tag"
    case yamlMergeKey = "yaml_merge_key"
    case duplicateKey = "duplicate_key"

    // The shape.
    case unknownKey = "unknown_key"
    case missingKey = "missing_key"
    case wrongShape = "wrong_shape"
    case wrongValue = "wrong_value"
    case invalidName = "invalid_name"
    case duplicateName = "duplicate_name"
    case conflictingKeys = "conflicting_keys"
    case missingVariable = "missing_variable"
    case strayVariable = "stray_variable"
    case unsupportedConnector = "unsupported_connector"
    case unsafePath = "unsafe_path"

    // Systems, tables, reads.
    case unknownSystem = "unknown_system"
    case sameSystem = "same_system"
    case missingCatalog = "missing_catalog"
    case unknownTable = "unknown_table"
    case tableWithoutKey = "table_without_key"
    case collatedKey = "collated_key"
    case missingRoot = "missing_root"
    case unknownAlias = "unknown_alias"
    case unusedAlias = "unused_alias"
    case joinForm = "join_form"
    case joinSeveralAliases = "join_several_aliases"
    case joinKinds = "join_kinds"
    case joinCycle = "join_cycle"
    case joinNotUnique = "join_not_unique"
    case unreachableAlias = "unreachable_alias"
    case manyAsSingle = "many_as_single"
    case optionalUnguarded = "optional_unguarded"

    // Expressions.
    case expressionSyntax = "expression_syntax"
    case expressionLimit = "expression_limit"
    case expressionName = "expression_name"
    case expressionFunction = "expression_function"
    case expressionField = "expression_field"
    case expressionOverload = "expression_overload"
    case expressionType = "expression_type"
    case expressionArgument = "expression_argument"

    // Fields.
    case unknownColumn = "unknown_column"
    case typeMismatch = "type_mismatch"
    case floatIntoDecimal = "float_into_decimal"
    case nullableIntoRequired = "nullable_into_required"
    case duplicateField = "duplicate_field"
    case generatedColumn = "generated_column"
    case unmappedColumn = "unmapped_column"
    case unmappedKey = "unmapped_key"
    case surrogateKind = "surrogate_kind"
    case surrogateMapped = "surrogate_mapped"
    case surrogateNotKey = "surrogate_not_key"
    case tableWrittenTwice = "table_written_twice"
    case textMayBeCut = "text_may_be_cut"
    case scaleMayBeLost = "scale_may_be_lost"
    case unownedFact = "unowned_fact"

    // Parts.
    case partNotMany = "part_not_many"
    case parentMismatch = "parent_mismatch"

    // Codes.
    case unknownCodeTable = "unknown_code_table"
    case unusedCodeTable = "unused_code_table"
    case codeNeverMatches = "code_never_matches"
    case codeNullUnmapped = "code_null_unmapped"
    case codeKind = "code_kind"

    // The way back.
    case backTarget = "back_target"
    case backWritesKey = "back_writes_key"
    case lossyBack = "lossy_back"
    case noWayBack = "no_way_back"

    // Events, slices, reconciliation, gates.
    case unknownAggregate = "unknown_aggregate"
    case ambiguousAggregate = "ambiguous_aggregate"
    case toleranceKind = "tolerance_kind"
    case totalNotQuery = "total_not_query"
    case thresholdOrder = "threshold_order"
    case unknownPhase = "unknown_phase"
    case tooFewApprovers = "too_few_approvers"
}
