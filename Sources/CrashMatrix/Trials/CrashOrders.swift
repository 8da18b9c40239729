import CrashPoints

/// The matrix: which orders are tried.
enum CrashOrders {
    /// Every point, at each visit of its scene, with SIGKILL; then errors, delays and stops.
    static func all(in place: CrashPlace) -> [CrashOrder] {
        (kills + errors + delays + stops).filter { place.reaches($0.point) }
    }

    /// A part of it that takes less than a minute: a few points of every part, each action once.
    static var few: [CrashOrder] {
        [
            CrashOrder(.installBeforeCommit, .kill), CrashOrder(.logBeforeCommit, hit: 2, .kill),
            CrashOrder(.logAfterCommit, hit: 5, .kill), CrashOrder(.chunkPlaced, hit: 2, .kill),
            CrashOrder(.applyBeforeCommit, hit: 5, .kill), CrashOrder(.applyAfterCommit, .error),
            CrashOrder(.relayWritten, .kill), CrashOrder(.captureBeforeConfirm, hit: 5, .stop),
        ]
    }

    /// The same between two databases of a server.
    static var fewOnServers: [CrashOrder] {
        [
            CrashOrder(.slotMade, .kill), CrashOrder(.chunkPlaced, hit: 2, .kill),
            CrashOrder(.captureBeforeConfirm, hit: 5, .kill), CrashOrder(.applyAfterCommit, hit: 2, .kill),
            CrashOrder(.applyBeforeCommit, .error),
        ]
    }

    private static var kills: [CrashOrder] {
        CrashPoint.allCases.flatMap { point in
            CrashScene(point).hits.map { CrashOrder(point, hit: $0, .kill) }
        }
    }

    /// Every place fails once by its own kind of error.
    private static var errors: [CrashOrder] {
        CrashPoint.allCases.map { CrashOrder($0, .error) } + [
            CrashOrder(.applyAfterCommit, hit: 5, .error), CrashOrder(.applyBeforeCommit, hit: 5, .error),
            CrashOrder(.logAfterCommit, hit: 5, .error),
        ]
    }

    /// Places where two threads, or Banyan and the application, may overtake each other.
    private static var delays: [CrashOrder] {
        [
            .installBeforeCommit, .slotMade, .logBeforeCommit, .logAfterCommit, .captureBatchRead, .chunkRead,
            .journalBeforeTrim, .applyBeforeCommit, .applyAfterCommit, .relayAfterSend, .requestAfter,
        ].map { CrashOrder($0, hit: CrashScene($0).hits.count > 1 ? 2 : 1, .delay(milliseconds: 700)) }
    }

    /// The same with the whole process held.
    private static var stops: [CrashOrder] {
        [
            .logBeforeCommit, .logAfterCommit, .captureBatchRead, .chunkRead, .captureBeforeConfirm,
            .journalAfterTrim, .applyBeforeCommit, .applyAfterCommit, .relayWritten,
        ].map { CrashOrder($0, hit: 2, .stop) }
    }
}
