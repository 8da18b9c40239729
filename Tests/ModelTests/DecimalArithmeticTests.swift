import Model
import Testing

@Suite struct DecimalArithmeticTests {
    /// The value times 10^76, which is whole for every decimal and every product.
    private static func lifted(_ value: Decimal128) -> BigNumber {
        BigNumber(value.coefficient) * .powers[76 - value.scale]
    }

    /// Whether a decimal exists that is this number times 10^-76.
    private static func fits(_ number: BigNumber) -> Bool {
        for scale in 0...38 {
            let unit = BigNumber.powers[76 - scale]
            // The coefficient would be number / unit; it fits when some 128-bit number times the unit is the
            // number.
            guard number >= BigNumber(.min) * unit, number <= BigNumber(.max) * unit else { continue }
            if divides(unit, number) { return true }
        }
        return false
    }

    private static func divides(_ unit: BigNumber, _ number: BigNumber) -> Bool {
        // A binary search for the quotient, which lies within 128 bits.
        var low = Int128.min
        var high = Int128.max
        while low <= high {
            let middle = low / 2 + high / 2 + (low % 2 + high % 2) / 2
            let product = BigNumber(middle) * unit
            if product == number { return true }
            if product < number {
                if middle == .max { return false }
                low = middle + 1
            } else {
                if middle == .min { return false }
                high = middle - 1
            }
        }
        return false
    }

    @Test func sumsDifferencesAndProductsAreExactOrRefused() throws {
        var random = SeededGenerator()
        for _ in 0..<150 {
            let (a, b) = (random.decimal(), random.decimal())
            let left = Decimal128(coefficient: a.coefficient, scale: a.scale)
            let right = Decimal128(coefficient: b.coefficient, scale: b.scale)
            try check(
                { () throws(ModelError) in try left.adding(right) }, Self.lifted(left) + Self.lifted(right))
            try check(
                { () throws(ModelError) in try left.subtracting(right) },
                Self.lifted(left) - Self.lifted(right))
            let product = BigNumber(left.coefficient) * BigNumber(right.coefficient)
            try check(
                { () throws(ModelError) in try left.multiplied(by: right) },
                product * .powers[76 - left.scale - right.scale])
        }
    }

    private func check(_ operation: () throws(ModelError) -> Decimal128, _ expected: BigNumber) throws {
        do throws(ModelError) {
            #expect(Self.lifted(try operation()) == expected)
        } catch {
            #expect(error.code == .overflow || error.code == .inexact)
            #expect(!Self.fits(expected), "refused a result that fits")
        }
    }

    @Test(arguments: Decimal128.Rounding.allCases)
    func quotientsAreRoundedAsNamed(rounding: Decimal128.Rounding) throws {
        var random = SeededGenerator("quotients \(rounding)")
        for _ in 0..<500 {
            let (a, b) = (random.decimal(), random.decimal())
            if b.coefficient == 0 { continue }
            let scale = Int(random.next() % 39)
            let left = Decimal128(coefficient: a.coefficient, scale: a.scale)
            let right = Decimal128(coefficient: b.coefficient, scale: b.scale)
            // |left| / |right| = numerator / denominator, counted in units of 10^-scale.
            let numerator = BigNumber(a.coefficient).magnitude * .powers[scale + b.scale]
            let denominator = BigNumber(b.coefficient).magnitude * .powers[a.scale]
            let isNegative = (a.coefficient < 0) != (b.coefficient < 0)
            guard let quotient = try? left.divided(by: right, scale: scale, rounding: rounding) else {
                #expect(numerator >= denominator * BigNumber(.max), "refused a quotient that fits")
                continue
            }
            #expect(quotient.scale == scale)
            #expect(quotient.coefficient == 0 || quotient.isNegative == isNegative)
            checkRounding(
                BigNumber(quotient.coefficient).magnitude, numerator, denominator, rounding,
                isNegative: isNegative)
        }
    }

    private func checkRounding(
        _ result: BigNumber, _ numerator: BigNumber, _ denominator: BigNumber,
        _ rounding: Decimal128.Rounding,
        isNegative: Bool
    ) {
        let excess = result * denominator - numerator
        let double = excess.magnitude * BigNumber(2)
        switch rounding {
        case .halfEven: #expect(double < denominator || (double == denominator && !result.isOdd))
        case .halfUp: #expect(double < denominator || (double == denominator && !excess.isNegative))
        case .down: #expect(excess <= BigNumber(0) && excess.magnitude < denominator)
        case .up: #expect(excess >= BigNumber(0) && excess < denominator)
        case .floor:
            #expect(
                (isNegative ? !excess.isNegative : excess <= BigNumber(0)) && excess.magnitude < denominator)
        case .ceiling:
            #expect(
                (isNegative ? excess <= BigNumber(0) : !excess.isNegative) && excess.magnitude < denominator)
        }
    }

    @Test func roundingIsDivisionByOne() throws {
        var random = SeededGenerator()
        for _ in 0..<600 {
            let a = random.decimal()
            let value = Decimal128(coefficient: a.coefficient, scale: a.scale)
            let scale = Int(random.next() % 39)
            for rounding in Decimal128.Rounding.allCases {
                let rounded = try? value.rounded(toScale: scale, rounding)
                #expect(rounded == (try? value.divided(by: Decimal128(1), scale: scale, rounding: rounding)))
            }
        }
    }

    @Test func orderEqualityAndHashFollowTheNumber() {
        var random = SeededGenerator()
        for _ in 0..<600 {
            let (a, b) = (random.decimal(), random.decimal())
            let left = Decimal128(coefficient: a.coefficient, scale: a.scale)
            let right = Decimal128(coefficient: b.coefficient, scale: b.scale)
            let (x, y) = (Self.lifted(left), Self.lifted(right))
            #expect((left == right) == (x == y))
            #expect((left < right) == (x < y))
            let normal = left.normalized
            #expect(normal == left && normal.hashValue == left.hashValue)
            #expect(normal.scale == 0 || normal.coefficient % 10 != 0)
        }
    }

    @Test func namedRoundingsDoWhatTheirNamesSay() throws {
        let cases: [(String, [Decimal128.Rounding: String])] = [
            ("2.5", [.halfEven: "2", .halfUp: "3", .down: "2", .up: "3", .floor: "2", .ceiling: "3"]),
            ("-2.5", [.halfEven: "-2", .halfUp: "-3", .down: "-2", .up: "-3", .floor: "-3", .ceiling: "-2"]),
            ("3.5", [.halfEven: "4", .halfUp: "4", .down: "3", .up: "4", .floor: "3", .ceiling: "4"]),
            ("-0.1", [.halfEven: "0", .halfUp: "0", .down: "0", .up: "-1", .floor: "-1", .ceiling: "0"]),
        ]
        for (text, results) in cases {
            for (rounding, result) in results {
                #expect(try Decimal128(text).rounded(toScale: 0, rounding).description == result)
            }
        }
    }

    @Test func refusesDivisionByZeroAndScalesOutOfRange() throws {
        let one = Decimal128(1)
        #expect(throws: ModelError.self) { try one.divided(by: .zero, scale: 2, rounding: .halfEven) }
        #expect(throws: ModelError.self) { try one.rounded(toScale: 39, .down) }
        #expect(throws: ModelError.self) { try one.rounded(toScale: -1, .down) }
        #expect(throws: ModelError.self) { try Decimal128("0.125").rescaled(to: 2) }
        #expect(try Decimal128("0.1250").rescaled(to: 3).description == "0.125")
    }

    @Test func fitsTheInlineBufferOfAnExistential() {
        #expect(MemoryLayout<Decimal128>.stride <= 24 && MemoryLayout<Decimal128>.alignment <= 8)
    }
}
