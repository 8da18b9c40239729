// SQLite's C interface, and the two macros that Swift cannot import.
#ifndef BANYAN_CSQLITE_H
#define BANYAN_CSQLITE_H
#include <sqlite3.h>

// The bytes given to a bind stay valid until the statement is reset.
static inline int banyan_bind_text_static(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_text(s, i, (const char *)p, n, SQLITE_STATIC);
}
static inline int banyan_bind_blob_static(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_blob(s, i, p, n, SQLITE_STATIC);
}
// The bytes given to a bind are copied by SQLite.
static inline int banyan_bind_text_copied(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_text(s, i, (const char *)p, n, SQLITE_TRANSIENT);
}
static inline int banyan_bind_blob_copied(sqlite3_stmt *s, int i, const void *p, int n) {
    return sqlite3_bind_blob(s, i, p, n, SQLITE_TRANSIENT);
}
static inline int banyan_db_config_defensive(sqlite3 *db) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
}
static inline int banyan_db_config_folds_when_closed(sqlite3 *db, int folds) {
    return sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, !folds, (int *)0);
}
// Writes the write-ahead file once more as it is read, and syncs it; the caller holds the write lock.
static inline int banyan_wal_rewrite(sqlite3 *db, void *buffer, int capacity) {
    sqlite3_file *file = 0;
    sqlite3_int64 size = 0;
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods) return code;
    code = file->pMethods->xFileSize(file, &size);
    if (code != SQLITE_OK || size == 0) return code;
    for (sqlite3_int64 at = 0; code == SQLITE_OK && at < size; at += capacity) {
        int count = size - at < capacity ? (int)(size - at) : capacity;
        code = file->pMethods->xRead(file, buffer, count, at);
        if (code == SQLITE_OK) code = file->pMethods->xWrite(file, buffer, count, at);
    }
    return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : code;
}
#endif
