import FuzzTargets
import TestKit
import Testing

/// Every input that was ever found to break a law, and one of each kind that fuzzing has learned.
@Suite struct CorpusTests {
    @Test(arguments: Corpus.all)
    func everyKeptInputKeepsTheLaws(_ corpus: Corpus) throws {
        let folder = try TemporaryFolder("fuzz", isInMemory: true)
        let target = try corpus.door.target(folder: folder.path)
        let inputs = try corpus.inputs()
        #expect(!inputs.isEmpty)
        for input in inputs {
            #expect(input.bytes.count <= corpus.door.byteLimit, "\(corpus.door) \(input.name)")
            do {
                try target.run(input.bytes)
            } catch {
                Issue.record("\(corpus.door) \(input.name): \(error)")
            }
        }
    }

    @Test(arguments: Corpus.all)
    func theEmptyInputAndNoiseKeepTheLaws(_ corpus: Corpus) throws {
        let folder = try TemporaryFolder("fuzz", isInMemory: true)
        let target = try corpus.door.target(folder: folder.path)
        var generator = SplitMix64.unseen()
        try target.run([])
        for _ in 0..<50 {
            let input = generator.bytes(Int.random(in: 0..<300, using: &generator))
            do {
                try target.run(input)
            } catch {
                Issue.record("seed \(generator.seed), input \(input): \(error)")
            }
        }
    }
}
