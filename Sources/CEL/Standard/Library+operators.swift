extension Library {
    /// Declarations of the operators; what they do is built into the evaluator.
    static let operators = Library(
        name: "operators",
        functions: logic + equality + orders + sums + products
            + [
                Function(
                    .membership,
                    [
                        declared("in_list", [a, .list(a)], .bool),
                        declared("in_map", [a, .map(a, .parameter("B"))], .bool),
                    ])
            ])

    private static let a = CELType.parameter("A")

    private static func declared(_ id: String, _ parameters: [CELType], _ result: CELType) -> Overload {
        Overload(id, parameters, returns: result, nil)
    }

    private static let logic: [Function] = [
        Function(.and, [declared("logical_and", [.bool, .bool], .bool)]),
        Function(.or, [declared("logical_or", [.bool, .bool], .bool)]),
        Function(.not, [declared("logical_not", [.bool], .bool)]),
        Function(
            .negate, [declared("negate_int", [.int], .int), declared("negate_double", [.double], .double)]),
    ]

    private static let equality: [Function] = [
        Function(.equal, [declared("equals", [a, a], .bool)]),
        Function(.notEqual, [declared("not_equals", [a, a], .bool)]),
    ]

    private static let orders: [Function] = [
        BinaryOperator.less, .lessOrEqual, .greater, .greaterOrEqual,
    ].map { operation in
        let ordered: [CELType] = [.bool, .int, .uint, .double, .string, .bytes, .timestamp, .duration]
        let numbers: [CELType] = [.int, .uint, .double]
        let same = ordered.map { declared("\(operation)_\($0)", [$0, $0], .bool) }
        let mixed = numbers.flatMap { left in
            numbers.filter { $0 != left }.map { declared("\(operation)_\(left)_\($0)", [left, $0], .bool) }
        }
        return Function(operation, same + mixed)
    }

    private static let sums: [Function] = [
        Function(
            .add,
            [CELType.int, .uint, .double, .string, .bytes, .duration].map {
                declared("add_\($0)", [$0, $0], $0)
            }
                + [
                    declared("add_list", [.list(a), .list(a)], .list(a)),
                    declared("add_timestamp_duration", [.timestamp, .duration], .timestamp),
                    declared("add_duration_timestamp", [.duration, .timestamp], .timestamp),
                ]),
        Function(
            .subtract,
            [CELType.int, .uint, .double, .duration].map { declared("subtract_\($0)", [$0, $0], $0) }
                + [
                    declared("subtract_timestamp_timestamp", [.timestamp, .timestamp], .duration),
                    declared("subtract_timestamp_duration", [.timestamp, .duration], .timestamp),
                ]),
    ]

    private static let products: [Function] = [
        Function(.multiply, [CELType.int, .uint, .double].map { declared("multiply_\($0)", [$0, $0], $0) }),
        Function(.divide, [CELType.int, .uint, .double].map { declared("divide_\($0)", [$0, $0], $0) }),
        Function(.remainder, [CELType.int, .uint].map { declared("modulo_\($0)", [$0, $0], $0) }),
    ]
}
