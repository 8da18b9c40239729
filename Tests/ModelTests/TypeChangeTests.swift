import Model
import Testing

@Suite struct TypeChangeTests {
    @Test(arguments: [
        ("character varying(10)", "character varying(20)", true), ("VARCHAR(5)", "text", true),
        ("integer", "bigint", true), ("numeric(10,2)", "numeric(12, 2)", true),
        ("numeric(10,2)", "numeric(10,2)", true), ("numeric", "numeric(10,2)", false),
        ("numeric(10)", "numeric(10,2)", false), ("character(5)", "text", false),
        ("timestamp(6) without time zone", "timestamp(3) without time zone", false),
        ("bigint", "numeric", false), ("", "text", false),
    ]) func onlyChangesThatMoveValuesWholeKeepThem(one: String, other: String, keeps: Bool) {
        #expect(TypeChange.keepsValues(one, other) == keeps)
        #expect(TypeChange.keepsValues(other, one) == keeps)
    }
}
