/// A histogram of durations with a relative error under 7 %: sixteen buckets for each power of two of
/// microseconds.
public struct LatencyHistogram: Sendable, Codable, Hashable {
    private static let steps = 16
    private var counts = [Int](repeating: 0, count: 40 * steps)
    /// The number of durations recorded.
    public private(set) var count = 0
    /// The largest duration recorded, in microseconds.
    public private(set) var largest: Int64 = 0

    /// An empty histogram.
    public init() {}

    /// Records a duration in microseconds; a negative one (the clocks differ) counts as zero.
    public mutating func record(_ microseconds: Int64) {
        let value = max(0, microseconds)
        counts[Self.bucket(of: value)] += 1
        count += 1
        largest = max(largest, value)
    }

    /// The duration in microseconds that a share of all recorded ones does not exceed; nil when there is
    /// none.
    public func quantile(_ share: Double) -> Int64? {
        guard count > 0 else { return nil }
        let rank = max(1, Int((Double(count) * share).rounded(.up)))
        var seen = 0
        for (index, number) in counts.enumerated() {
            seen += number
            if seen >= rank { return min(largest, Self.upperEnd(of: index)) }
        }
        return largest
    }

    /// Adds the durations of another histogram.
    public static func += (left: inout LatencyHistogram, right: LatencyHistogram) {
        for index in left.counts.indices { left.counts[index] += right.counts[index] }
        left.count += right.count
        left.largest = max(left.largest, right.largest)
    }

    /// What was recorded since an earlier copy of this histogram; the largest duration is that of the whole.
    public func since(_ earlier: LatencyHistogram) -> LatencyHistogram {
        var rest = self
        for index in counts.indices { rest.counts[index] = max(0, counts[index] - earlier.counts[index]) }
        rest.count = rest.counts.reduce(0, +)
        return rest
    }

    private static func bucket(of value: Int64) -> Int {
        guard value >= Int64(steps) else { return Int(value) }
        let power = 63 - value.leadingZeroBitCount
        let place = Int((value >> Int64(power - 4)) & Int64(steps - 1))
        return min((power - 3) * steps + place, 40 * steps - 1)
    }

    private static func upperEnd(of bucket: Int) -> Int64 {
        guard bucket >= steps else { return Int64(bucket) }
        let power = bucket / steps + 3
        return (Int64(1) << Int64(power)) + Int64(bucket % steps + 1) << Int64(power - 4)
    }
}

extension LatencyHistogram {
    private enum CodingKeys: CodingKey {
        case counts, buckets, count, largest
    }

    /// Reads what `encode` wrote, or a list of all buckets as earlier builds wrote it.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        count = try values.decode(Int.self, forKey: .count)
        largest = try values.decode(Int64.self, forKey: .largest)
        if let all = try values.decodeIfPresent([Int].self, forKey: .counts), all.count == counts.count {
            counts = all
            return
        }
        let pairs = try values.decodeIfPresent([Int].self, forKey: .buckets) ?? []
        for place in stride(from: 0, to: pairs.count - 1, by: 2) where counts.indices.contains(pairs[place]) {
            counts[pairs[place]] = pairs[place + 1]
        }
    }

    /// Writes the buckets that hold something, each as its number and its count: a status is written many
    /// times a second, and most buckets are empty.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(count, forKey: .count)
        try values.encode(largest, forKey: .largest)
        let held = counts.indices.filter { counts[$0] > 0 }.flatMap { [$0, counts[$0]] }
        try values.encode(held, forKey: .buckets)
    }
}
