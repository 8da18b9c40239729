/// What a command's exit code says.
enum ExitStatus: Int32 {
    /// It did what was asked.
    case done = 0
    /// Something is wrong.
    case error = 1
    /// It may not be done now: another engine runs, a gate is closed.
    case refused = 2
    /// Nothing could be found out.
    case inconclusive = 3
    /// Both sides differ, or an example became something else.
    case mismatch = 4
}
