/// The process that used a memory target has died: no call on its connection answers any more.
public struct MemoryCrash: Error, Equatable {}
