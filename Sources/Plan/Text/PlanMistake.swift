/// The kinds of mistakes that a plan can contain; the raw values are the stable codes of diagnostics.
public enum PlanMistake: String, Sendable, CaseIterable {
    // The text.

    /// The file or folder does not exist, holds no plan, or cannot be read.
    case fileUnreadable = "file_unreadable"
    /// The file is not UTF-8 text.
    case notUTF8 = "not_utf8"
    /// The file is larger than 1 MiB.
    case tooLarge = "too_large"
    /// The plan is nested deeper than 32 levels.
    case tooDeep = "too_deep"
    /// The file has more than 50,000 values.
    case tooManyNodes = "too_many_nodes"
    /// The file is empty.
    case emptyPlan = "empty_plan"
    /// The file is not YAML, or holds more than one document.
    case yamlSyntax = "yaml_syntax"
    /// The plan uses an anchor (`&name`).
    case yamlAnchor = "yaml_anchor"
    /// The plan uses an alias (`*name`).
    case yamlAlias = "yaml_alias"
    /// The plan uses a tag (`!name`).
    case yamlTag = "yaml_tag"
    /// The plan uses a merge key (`<<`).
    case yamlMergeKey = "yaml_merge_key"
    /// A key, or an old value of a code table, stands twice.
    case duplicateKey = "duplicate_key"

    // The shape.

    /// A section has a key that means nothing there.
    case unknownKey = "unknown_key"
    /// A section lacks a key that it needs.
    case missingKey = "missing_key"
    /// A list, a mapping or a single value stands where another shape is needed.
    case wrongShape = "wrong_shape"
    /// A value is not of the kind that its key takes.
    case wrongValue = "wrong_value"
    /// A name has characters that names cannot have, or is a word of the expression language.
    case invalidName = "invalid_name"
    /// Two files of one plan declare the same thing.
    case duplicateName = "duplicate_name"
    /// Two keys stand together that exclude each other.
    case conflictingKeys = "conflicting_keys"
    /// A variable of the environment is not set.
    case missingVariable = "missing_variable"
    /// A `${NAME}` stands where variables are not replaced (a warning).
    case strayVariable = "stray_variable"
    /// A system or log of a kind that is not part of this build.
    case unsupportedConnector = "unsupported_connector"
    /// The path of a file is a URI, names no file, or has control characters.
    case unsafePath = "unsafe_path"
    /// A secret key stands in the plan itself.
    case secretInPlan = "secret_in_plan"
    /// A secret key has too few bytes.
    case weakKey = "weak_key"

    // Systems, tables, reads.

    /// A context names a system that the plan does not declare.
    case unknownSystem = "unknown_system"
    /// A context moves from a system into itself.
    case sameSystem = "same_system"
    /// The catalog of a system could not be read.
    case missingCatalog = "missing_catalog"
    /// A setting, a right or the state of a server stands in the way of running the plan (a warning).
    case serverNotReady = "server_not_ready"
    /// A system has no such table.
    case unknownTable = "unknown_table"
    /// A table has no primary key, so its rows cannot be told apart.
    case tableWithoutKey = "table_without_key"
    /// A key column is compared by a collation, so different texts can be one key.
    case collatedKey = "collated_key"
    /// Nothing is a root, or an aggregate grows from an alias that is none.
    case missingRoot = "missing_root"
    /// There is no such alias in `reads`.
    case unknownAlias = "unknown_alias"
    /// Nothing reads an alias (a warning).
    case unusedAlias = "unused_alias"
    /// A join is more than equalities between columns.
    case joinForm = "join_form"
    /// A join compares with columns of more than one other alias.
    case joinSeveralAliases = "join_several_aliases"
    /// A join compares columns whose values can never be equal.
    case joinKinds = "join_kinds"
    /// Joins go round in a circle.
    case joinCycle = "join_cycle"
    /// No key promises that `one` or `optional` finds a single row (a warning).
    case joinNotUnique = "join_not_unique"
    /// An expression uses an alias that has no row there.
    case unreachableAlias = "unreachable_alias"
    /// An expression uses many rows as if they were one.
    case manyAsSingle = "many_as_single"
    /// An expression reads a row that may not exist without saying what holds then (a warning).
    case optionalUnguarded = "optional_unguarded"

    // Expressions.

    /// The text is not an expression.
    case expressionSyntax = "expression_syntax"
    /// An expression is longer or deeper than the language allows.
    case expressionLimit = "expression_limit"
    /// An expression uses a name that does not exist there.
    case expressionName = "expression_name"
    /// There is no such function.
    case expressionFunction = "expression_function"
    /// A row has no such column.
    case expressionField = "expression_field"
    /// A function or operator does not take values of these types.
    case expressionOverload = "expression_overload"
    /// An expression has another type than its place needs.
    case expressionType = "expression_type"
    /// A function refuses a constant, such as a rounding that does not exist.
    case expressionArgument = "expression_argument"

    // Fields.

    /// A table has no such column.
    case unknownColumn = "unknown_column"
    /// An expression's values cannot be written to the column.
    case typeMismatch = "type_mismatch"
    /// A floating-point number would become an exact amount without saying how it is rounded.
    case floatIntoDecimal = "float_into_decimal"
    /// An expression that may be NULL is mapped to a NOT NULL column.
    case nullableIntoRequired = "nullable_into_required"
    /// A column is mapped twice, so that two facts would own it.
    case duplicateField = "duplicate_field"
    /// A column that the database computes is mapped.
    case generatedColumn = "generated_column"
    /// A NOT NULL column without a default gets no value.
    case unmappedColumn = "unmapped_column"
    /// A column of the key gets no value.
    case unmappedKey = "unmapped_key"
    /// A surrogate id in a column that is neither text, uuid nor integer.
    case surrogateKind = "surrogate_kind"
    /// The column of the surrogate id is mapped as a field as well.
    case surrogateMapped = "surrogate_mapped"
    /// The surrogate id is no part of the table's key.
    case surrogateNotKey = "surrogate_not_key"
    /// Two aggregates or parts write one table.
    case tableWrittenTwice = "table_written_twice"
    /// A legacy column holds longer texts than its target (a warning; what does not fit is quarantined).
    case textMayBeCut = "text_may_be_cut"
    /// A legacy column has more decimal places than its target (a warning).
    case scaleMayBeLost = "scale_may_be_lost"
    /// Nobody owns a fact (a warning).
    case unownedFact = "unowned_fact"

    // Parts.

    /// Parts are made of an alias that is not many rows of the aggregate.
    case partNotMany = "part_not_many"
    /// `parent` and `key` do not fit the keys of the tables.
    case parentMismatch = "parent_mismatch"

    // Codes.

    /// There is no such code table.
    case unknownCodeTable = "unknown_code_table"
    /// Nothing translates with a code table (a warning).
    case unusedCodeTable = "unused_code_table"
    /// An entry of a code table that no value of its column can match (a warning).
    case codeNeverMatches = "code_never_matches"
    /// A code may be NULL, and its table does not say what NULL means (a warning).
    case codeNullUnmapped = "code_null_unmapped"
    /// A code table is asked to translate something that is neither text nor integer.
    case codeKind = "code_kind"

    // The way back.

    /// The way back names no column of a single legacy row.
    case backTarget = "back_target"
    /// The way back would write a column of a key or a join.
    case backWritesKey = "back_writes_key"
    /// The way back cannot tell some values apart (a warning).
    case lossyBack = "lossy_back"
    /// Fields that the service can change without legacy ever hearing of it (a warning).
    case noWayBack = "no_way_back"

    // Events, slices, reconciliation, gates.

    /// There is no such aggregate.
    case unknownAggregate = "unknown_aggregate"
    /// It is not said which of several aggregates is meant.
    case ambiguousAggregate = "ambiguous_aggregate"
    /// A tolerance of a kind in which the values cannot differ.
    case toleranceKind = "tolerance_kind"
    /// A total is not a single query.
    case totalNotQuery = "total_not_query"
    /// The warning comes after the incident.
    case thresholdOrder = "threshold_order"
    /// There is no such phase.
    case unknownPhase = "unknown_phase"
    /// A gate needs more approvals than there are approvers.
    case tooFewApprovers = "too_few_approvers"
}
