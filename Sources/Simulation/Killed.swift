/// The end of a simulated process, wherever it was.
struct Killed: Error {}
