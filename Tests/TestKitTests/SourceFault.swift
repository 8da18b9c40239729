/// What a broken source or reader gets wrong.
enum SourceFault: String, CaseIterable, Sendable {
    case dropsATransaction
    case repeatsAfterResuming
    case swapsTransactions
    case reversesChanges
    case joinsNeighbours
    case splitsTransactions
    case losesImagesBefore
    case forgetsTheKeyBefore
    case resumesInsideATransaction
    case ignoresTheByteLimit
    case forgetsWhatWasNotConfirmed
    case goesOnAfterAGap
    case goesOnInAnotherPast
    case startsAtTheBeginning
    case endsForGood
    case dependsOnTheInstance
    case countsTooMuch
    case movesByItself
    case goesBackToWhatWasConfirmed
    case readsOnInsideATransaction
    case seesOpenTransactions

    case readsAStaleCopy
    case keepsItsFirstFrontier
    case runsAheadWithItsFrontier
    case skipsARow
    case endsWithAShortChunk
    case neverSaysLast
    case ignoresTheBytesOfAChunk
    case startsAtTheKeyItself
    case ordersByEncodedKeys
    case boundsOneRowFurther
    case leavesOutARangesEnd
    case saysLastOfEveryRange

    /// A question that finds it.
    var question: String {
        switch self {
        case .dropsATransaction, .swapsTransactions, .reversesChanges, .joinsNeighbours, .splitsTransactions:
            "transactions come whole, once and in commit order"
        case .repeatsAfterResuming: "a stream goes on after every resume point"
        case .losesImagesBefore: "a change carries the row before it and the row after it"
        case .forgetsTheKeyBefore: "a changed key carries the key before it and the key after it"
        case .resumesInsideATransaction, .ignoresTheByteLimit:
            "a transaction larger than the limit comes in parts"
        case .forgetsWhatWasNotConfirmed: "confirming lets go of nothing that comes after"
        case .goesOnAfterAGap: "a stream is refused after what was forgotten, and goes on before it"
        case .goesOnInAnotherPast: "a database that went another way is refused"
        case .startsAtTheBeginning: "a stream that is opened nowhere starts at the present end"
        case .endsForGood: "the end is nothing, and what comes later is seen"
        case .dependsOnTheInstance: "two sources at one point give equal batches"
        case .countsTooMuch: "the backlog counts down to zero"
        case .movesByItself: "nothing moves between pulls"
        case .goesBackToWhatWasConfirmed: "confirming an older position changes nothing"
        case .readsOnInsideATransaction: "after a part the whole transaction comes again"
        case .seesOpenTransactions: "what is not committed is not reported"
        case .readsAStaleCopy: "rows are exact at the frontier while others commit"
        case .keepsItsFirstFrontier, .runsAheadWithItsFrontier:
            "the frontier keeps up with commits and never goes back"
        case .skipsARow, .startsAtTheKeyItself, .ordersByEncodedKeys:
            "chunks are complete and disjoint whatever the limits"
        case .endsWithAShortChunk, .neverSaysLast: "the last chunk is known as the last, and no other"
        case .ignoresTheBytesOfAChunk: "a row larger than the limit comes alone"
        case .boundsOneRowFurther: "a bound is the key of the row that stands so many rows on"
        case .leavesOutARangesEnd, .saysLastOfEveryRange:
            "a chunk of a range holds its rows, and says whether it holds them all"
        }
    }

    /// Whether it is the reader that is broken.
    var isReaders: Bool {
        switch self {
        case .readsAStaleCopy, .keepsItsFirstFrontier, .runsAheadWithItsFrontier, .skipsARow,
            .endsWithAShortChunk, .neverSaysLast, .ignoresTheBytesOfAChunk, .startsAtTheKeyItself,
            .ordersByEncodedKeys, .boundsOneRowFurther, .leavesOutARangesEnd, .saysLastOfEveryRange:
            true
        default: false
        }
    }
}
