// ChangeLog
