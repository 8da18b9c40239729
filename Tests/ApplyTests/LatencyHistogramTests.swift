import Apply
import Foundation
import Testing

@Suite struct LatencyHistogramTests {
    @Test func isWrittenByItsBucketsThatHoldSomething() throws {
        var histogram = LatencyHistogram()
        for value in [0, 3, 3, 15, 16, 17, 900, 1_000_000, 3_600_000_000] { histogram.record(Int64(value)) }
        let data = try JSONEncoder().encode(histogram)
        #expect(try JSONDecoder().decode(LatencyHistogram.self, from: data) == histogram)
        #expect(data.count < 200)
    }

    @Test func aListOfAllBucketsIsReadAsWell() throws {
        var histogram = LatencyHistogram()
        for _ in 0..<3 { histogram.record(5) }
        var counts = [Int](repeating: 0, count: 640)
        counts[5] = 3
        let text = "{\"counts\": \(counts), \"count\": 3, \"largest\": 5}"
        #expect(try JSONDecoder().decode(LatencyHistogram.self, from: Data(text.utf8)) == histogram)
    }
}
