// SQLite's C interface, and the two macros that Swift cannot import.
#ifndef BANYAN_CSQLITE_H
#define BANYAN_CSQLITE_H
#include <sqlite3.h>
#include <string.h>

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
// Writes the frames of the write-ahead file's present run once more as they are read, and syncs the file;
// the caller holds the write lock. The buffer holds a frame of the largest page.
enum { BANYAN_WAL_HEADER = 32, BANYAN_FRAME_HEADER = 24, BANYAN_FRAME_MAX = 24 + 65536 };
static inline int banyan_wal_rewrite(sqlite3 *db, unsigned char *buffer) {
    sqlite3_file *file = 0;
    sqlite3_int64 size = 0, at = BANYAN_WAL_HEADER;
    unsigned char salts[8];
    int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &file);
    if (code != SQLITE_OK || !file || !file->pMethods) return code;
    code = file->pMethods->xFileSize(file, &size);
    if (code != SQLITE_OK || size < BANYAN_WAL_HEADER) return code;
    code = file->pMethods->xRead(file, buffer, BANYAN_WAL_HEADER, 0);
    if (code != SQLITE_OK) return code;
    int page = buffer[8] << 24 | buffer[9] << 16 | buffer[10] << 8 | buffer[11];
    // No header of a run: nothing behind it counts.
    if (page < 512 || page > 65536) return SQLITE_OK;
    memcpy(salts, buffer + 16, sizeof salts);
    code = file->pMethods->xWrite(file, buffer, BANYAN_WAL_HEADER, 0);
    for (int frame = BANYAN_FRAME_HEADER + page; code == SQLITE_OK && at + frame <= size; at += frame) {
        code = file->pMethods->xRead(file, buffer, frame, at);
        // Frames of an earlier run end what counts, too.
        if (code == SQLITE_OK && memcmp(buffer + 8, salts, sizeof salts)) break;
        if (code == SQLITE_OK) code = file->pMethods->xWrite(file, buffer, frame, at);
    }
    return code == SQLITE_OK ? file->pMethods->xSync(file, SQLITE_SYNC_NORMAL) : code;
}
#endif
