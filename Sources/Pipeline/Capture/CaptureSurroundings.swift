/// What a capture needs of the world around it, besides its seams: the process gives it clocks, chance and a
/// thread, the simulator gives it what follows from a seed.
package struct CaptureSurroundings {
    /// Time that only goes forward, from any start.
    package var now: () -> Duration
    /// A random number from 0 to 1.
    package var jitter: () -> Double
    /// Starts the reader of chunks, which counts the named tables first.
    package var chunks: ([String]) -> any ChunkReading

    /// Collects what a capture needs.
    package init(
        now: @escaping () -> Duration, jitter: @escaping () -> Double,
        chunks: @escaping ([String]) -> any ChunkReading
    ) {
        self.now = now
        self.jitter = jitter
        self.chunks = chunks
    }
}
