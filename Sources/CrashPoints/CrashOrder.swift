/// What one process is asked to do to itself: at the n-th visit of a point, an action.
///
/// Its text is `point:hit:action`, as in `log.append.before-commit:2:kill`.
package struct CrashOrder: Sendable, Hashable, CustomStringConvertible {
    /// The environment variable that orders a crash.
    package static let variable = "BANYAN_CRASH_POINT"

    /// Where.
    package var point: CrashPoint
    /// At which visit of the point, counted from one.
    package var hit: Int
    /// What happens there.
    package var action: CrashAction

    /// Orders an action.
    package init(_ point: CrashPoint, hit: Int = 1, _ action: CrashAction) {
        self.point = point
        self.hit = hit
        self.action = action
    }

    /// Reads an order.
    ///
    /// - Throws: `CrashOrderError`, which names what is valid, when the text is none.
    package init(_ text: String) throws(CrashOrderError) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3 else {
            throw CrashOrderError("`\(text)` is not point:hit:action, as in log.append.before-commit:2:kill")
        }
        guard let point = CrashPoint(rawValue: String(parts[0])) else {
            let names = CrashPoint.allCases.map(\.rawValue).joined(separator: ", ")
            throw CrashOrderError("there is no crash point `\(parts[0])`; there are \(names)")
        }
        guard let hit = Int(parts[1]), hit > 0 else {
            throw CrashOrderError("`\(parts[1])` is not the number of a visit: count from 1")
        }
        guard let action = CrashAction(parts[2]) else {
            throw CrashOrderError(
                "there is no action `\(parts[2])`; there are kill, error, stop and delay:MILLISECONDS")
        }
        self.init(point, hit: hit, action)
    }

    /// The text that `init` reads.
    package var description: String { "\(point.rawValue):\(hit):\(action)" }
}
