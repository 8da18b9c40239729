import Foundation
import Testing

@testable import Migration

/// The thread beside the one that applies.
@Suite struct SideThreadTests {
    @Test func doesOneThingAtATimeAndIsWaitedFor() {
        let thread = SideThread("side")
        var done: [Int] = []
        // Nothing was started.
        thread.join()
        for number in 0..<1_000 {
            thread.start { done.append(number) }
            if number % 2 == 0 { thread.join() }
        }
        thread.join()
        #expect(done == Array(0..<1_000))
    }

    @Test func workIsDoneElsewhereWhileItsOwnerGoesOn() {
        let thread = SideThread("side")
        let isGoing = DispatchSemaphore(value: 0)
        let mayEnd = DispatchSemaphore(value: 0)
        thread.start {
            isGoing.signal()
            mayEnd.wait()
        }
        // Were it done here, this would never be reached.
        isGoing.wait()
        mayEnd.signal()
        thread.join()
    }
}
