import CEL
import Model

/// The scale and rounding that calls such as `round(x, 2, 'half_even')` name.
enum RoundingArguments {
    /// What is known of an argument when the call is compiled.
    enum Known<Constant> {
        case constant(Constant)
        case unknown
        case refused(String)
    }

    private static let names = Decimal128.Rounding.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")

    static func scale(_ site: CallSite, _ index: Int) -> Known<Int> {
        guard site.constants.indices.contains(index), case .int(let value)? = site.constants[index] else {
            return .unknown
        }
        guard (0...Int64(Decimal128.scaleMax)).contains(value) else {
            return .refused("a decimal has 0 to 38 digits after the point")
        }
        return .constant(Int(value))
    }

    static func rounding(_ site: CallSite, _ index: Int) -> Known<Decimal128.Rounding> {
        guard site.constants.indices.contains(index), case .string(let text)? = site.constants[index] else {
            return .unknown
        }
        guard let rounding = Decimal128.Rounding(rawValue: text.string) else {
            return .refused("no rounding is called '\(text.string)'; there are \(names)")
        }
        return .constant(rounding)
    }

    /// Binds a constant scale at `from` and rounding after it into what runs for each row.
    static func bind(
        _ site: CallSite, from index: Int, result: CELType?,
        _ body: (Int, Decimal128.Rounding) -> (Implementation, [Int])
    ) -> Specialization {
        let (scale, rounding) = (scale(site, index), rounding(site, index + 1))
        if case .refused(let reason) = scale { return .refused(reason, argument: index) }
        if case .refused(let reason) = rounding { return .refused(reason, argument: index + 1) }
        guard case .constant(let digits) = scale, case .constant(let mode) = rounding else {
            return .bound(result: result)
        }
        let (implementation, passing) = body(digits, mode)
        return .bound(implementation, result: result, passing: passing)
    }

    static func scale(_ value: Value) throws(EvaluationError) -> Int {
        let scale = try value.requireInt()
        guard (0...Int64(Decimal128.scaleMax)).contains(scale) else {
            throw EvaluationError(.invalidArgument, "a decimal has 0 to 38 digits after the point")
        }
        return Int(scale)
    }

    static func rounding(_ value: Value) throws(EvaluationError) -> Decimal128.Rounding {
        guard let rounding = Decimal128.Rounding(rawValue: try value.requireText().string) else {
            throw EvaluationError(.invalidArgument, "no such rounding; there are \(names)")
        }
        return rounding
    }
}
