/// Histories that failed once, in the order in which they were found: the seed, then what it found.
///
/// A seed stands for its history only while the simulator draws its choices in the same way; what it found is
/// tested by itself where that is possible.
enum RegressionSeeds {
    static let text = """
        51 a chunk without a transaction that had committed before the stream was opened was taken for whole
        3451 an engine that found its stream taken over after a lost answer stopped without saying why
        594 a log taken over in the middle of an append got the append twice
        2187 a stream was taken over while its owner's transaction was open
        1567 an append whose sync failed, and whose bytes were there, counted as lost
        950918 a row that waited for a number which it had not wanted since stayed set aside for ever
        660546 what came in the place of a row that had gone without a word was told as a birth
        5161 of two chunks read at the same time the earlier snapshot came later and was taken for whole
        397740 the checker took an event for false that came after another row had got its number
        """

    /// The same of histories that are full of passes of reconciliation.
    static let ofPasses = """
        6285 a row of a copy that stood on neither side went without a word, and all was said to be equal
        18073 a contract on neither side, made by a transaction that nobody knew, went without a word
        86184 a contract that had been set aside before the stream was lost was told of as born
        58429 the checker took a number for known that had gone over to a row which was set aside
        596474 a contract that had gone without a word in one replay was told of as born in the next
        409706 parts of what Banyan wrote into legacy were taken for a false alarm
        114079 what had befallen a copy in the middle of a pass was taken for a false alarm
        """
}
