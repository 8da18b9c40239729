import Model
import Testing

/// A value of any kind, to be written and read back.
enum SampleValue: Equatable {
    case absent, null
    case bool(Bool)
    case integer(Int64, Kind)
    case double(UInt64)
    case decimal(Int128, UInt8)
    case bytes([UInt8], Kind)
    case uuid(UInt128)
    case interval(Int32, Int32, Int64)

    static func random(_ random: inout SeededGenerator) -> SampleValue {
        switch random.next() % 9 {
        case 0: return .absent
        case 1: return .null
        case 2: return .bool(random.next() & 1 == 1)
        case 3:
            let kinds: [Kind] = [.int64, .date, .time, .timestamp, .timestampZoned]
            return .integer(random.integer(), kinds[Int(random.next() % 5)])
        case 4:
            let edges: [Double] = [
                0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
            ]
            let index = Int(random.next() % 14)
            return .double(index < 7 ? edges[index].bitPattern : random.next())
        case 5:
            let drawn = random.decimal()
            return .decimal(drawn.coefficient, UInt8(drawn.scale))
        case 6:
            // Lengths around the fifteen bytes at which the form changes, and around the varint's second
            // byte.
            let lengths = [0, 1, 13, 14, 15, 16, 17, 126, 127, 128, 129, 300]
            let count = lengths[Int(random.next() % UInt64(lengths.count))]
            let kinds: [Kind] = [.text, .bytes, .json, .array]
            let bytes = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            return .bytes(bytes, kinds[Int(random.next() % 4)])
        case 7: return .uuid(UInt128(random.next()) << 64 | UInt128(random.next()))
        default:
            return .interval(
                Int32(truncatingIfNeeded: random.integer()), Int32(truncatingIfNeeded: random.integer()),
                random.integer())
        }
    }

    func write(_ row: inout [UInt8]) {
        switch self {
        case .absent: RowWriter.absent(&row)
        case .null: RowWriter.null(&row)
        case .bool(let value): RowWriter.bool(value, &row)
        case .integer(let value, let kind): RowWriter.integer(value, kind: kind, &row)
        case .double(let bits): RowWriter.double(Double(bitPattern: bits), &row)
        case .decimal(let coefficient, let scale):
            RowWriter.decimal(coefficient: coefficient, scale: scale, &row)
        case .bytes(let bytes, let kind): RowWriter.bytes(bytes, kind: kind, &row)
        case .uuid(let value): RowWriter.uuid(value, &row)
        case .interval(let months, let days, let micros):
            RowWriter.interval(months: months, days: days, microseconds: micros, &row)
        }
    }

    init?(_ cell: CellView) {
        switch cell.kind {
        case .absent: self = .absent
        case .null: self = .null
        case .bool: self = .bool(cell.isTrue)
        case .int64, .date, .time, .timestamp, .timestampZoned: self = .integer(cell.integer, cell.kind)
        case .double: self = .double(cell.bits)
        case .decimal: self = .decimal(cell.coefficient, UInt8(cell.bits))
        // The cell's arena is held by the test that reads it.
        case .text, .bytes, .json, .array: self = .bytes(unsafe Array(cell.payload), cell.kind)
        case .uuid: self = .uuid(cell.uuid)
        case .interval:
            guard let interval = Interval(cell) else { return nil }
            self = .interval(interval.months, interval.days, interval.microseconds)
        }
    }
}

@Suite struct RowImageTests {
    @Test func everyKindSurvivesTheRowImage() throws {
        var random = SeededGenerator()
        var offsets = RowOffsets()
        for _ in 0..<2_000 {
            let values = (0..<12).map { _ in SampleValue.random(&random) }
            var row: [UInt8] = [0xAA, 0xBB]
            for value in values { value.write(&row) }
            unsafe row.withUnsafeBytes { arena in
                // The arena lives within this closure.
                #expect(unsafe offsets.scan(arena, at: 2, columns: values.count))
                #expect(offsets.end == arena.count)
                for (column, value) in values.enumerated() {
                    let cell = unsafe CellView(arena, at: offsets[column])
                    #expect(cell.flatMap(SampleValue.init) == value)
                    _ = cell?.display
                }
            }
        }
    }

    @Test func aCutRowIsRefused() {
        var random = SeededGenerator()
        var offsets = RowOffsets()
        for _ in 0..<300 {
            let values = (0..<4).map { _ in SampleValue.random(&random) }
            var row: [UInt8] = []
            for value in values { value.write(&row) }
            for count in 0..<row.count {
                let cut = Array(row[..<count])
                unsafe cut.withUnsafeBytes { arena in
                    // The arena lives within this closure.
                    #expect(unsafe !offsets.scan(arena, at: 0, columns: values.count))
                }
            }
        }
    }

    @Test func scanningAndReadingAgreeOnAnyBytes() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let bytes = (0..<Int(random.next() % 40)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            unsafe bytes.withUnsafeBytes { arena in
                // The arena lives within this closure.
                let skipped = unsafe RowOffsets.skip(arena, at: 0)
                let read = unsafe CellView.read(arena, at: 0)
                #expect(skipped == read?.end)
                _ = read?.0.display
            }
        }
    }
}
