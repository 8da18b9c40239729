// The VFS: SQLite's own one, with the model told of every change to files on a disk.
#include "disk.h"
#include <errno.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
    sqlite3_file base;
    banyan_disk *disk;
    node *file;
    int life;
    // Whether the first sync makes the name safe too, as SQLite does for journals.
    int syncs_name;
    // Valid until the file is closed.
    const char *path;
    sqlite3_file *real;
} fault_file;

static sqlite3_vfs *real_vfs;
static sqlite3_vfs fault_vfs;

// Whether nothing works for this file any more.
static int is_dead(fault_file *f) {
    pthread_mutex_lock(&f->disk->lock);
    int dead = f->disk->is_cut || f->life != f->disk->life;
    pthread_mutex_unlock(&f->disk->lock);
    return dead;
}

#define SELF fault_file *f = (fault_file *)base
#define REAL f->real->pMethods

static int file_close(sqlite3_file *base) {
    SELF;
    int code = REAL->xClose(f->real);
    disk_release(f->disk);
    return code;
}

static int file_read(sqlite3_file *base, void *into, int count, sqlite3_int64 at) {
    SELF;
    if (is_dead(f)) return SQLITE_IOERR_READ;
    return REAL->xRead(f->real, into, count, at);
}

static int write_now(fault_file *f, const void *bytes, int count, sqlite3_int64 at) {
    leave may = f->life == f->disk->life ? disk_begin(f->disk) : DEAD;
    if (may == DEAD) return SQLITE_IOERR_WRITE;
    int64_t growth = at + count - f->file->size, left = disk_room_left(f->disk);
    int code = SQLITE_OK;
    if (growth > left) {
        // What fits is written, as a full disk does.
        f->disk->refusals++;
        count -= (int)(growth - left < count ? growth - left : count);
        code = SQLITE_FULL;
    }
    if (count > 0) {
        int written = REAL->xWrite(f->real, bytes, count, at);
        if (written != SQLITE_OK) return written;
        disk_wrote(f->file, bytes, count, at);
    }
    return may == LAST ? SQLITE_IOERR_WRITE : code;
}

static int file_write(sqlite3_file *base, const void *bytes, int count, sqlite3_int64 at) {
    SELF;
    pthread_mutex_lock(&f->disk->lock);
    int code = write_now(f, bytes, count, at);
    pthread_mutex_unlock(&f->disk->lock);
    return code;
}

static int truncate_now(fault_file *f, sqlite3_int64 size) {
    leave may = f->life == f->disk->life ? disk_begin(f->disk) : DEAD;
    if (may == DEAD) return SQLITE_IOERR_TRUNCATE;
    int code = REAL->xTruncate(f->real, size);
    if (code != SQLITE_OK) return code;
    disk_truncated(f->file, size);
    return may == LAST ? SQLITE_IOERR_TRUNCATE : SQLITE_OK;
}

static int file_truncate(sqlite3_file *base, sqlite3_int64 size) {
    SELF;
    pthread_mutex_lock(&f->disk->lock);
    int code = truncate_now(f, size);
    pthread_mutex_unlock(&f->disk->lock);
    return code;
}

static int sync_now(fault_file *f) {
    leave may = f->life == f->disk->life ? disk_begin(f->disk) : DEAD;
    if (may != GO) return SQLITE_IOERR_FSYNC;
    if (disk_sync(f->disk, f->file)) return SQLITE_IOERR_FSYNC;
    if (f->syncs_name && !f->disk->refuses_folder) disk_sync_names(f->disk);
    f->syncs_name = 0;
    return SQLITE_OK;
}

static int file_sync(sqlite3_file *base, int flags) {
    SELF;
    (void)flags;
    pthread_mutex_lock(&f->disk->lock);
    int code = sync_now(f);
    pthread_mutex_unlock(&f->disk->lock);
    return code;
}

static int file_size(sqlite3_file *base, sqlite3_int64 *size) {
    SELF;
    if (is_dead(f)) return SQLITE_IOERR_FSTAT;
    return REAL->xFileSize(f->real, size);
}

static int file_lock(sqlite3_file *base, int level) {
    SELF;
    if (is_dead(f)) return SQLITE_IOERR_LOCK;
    return REAL->xLock(f->real, level);
}

static int file_unlock(sqlite3_file *base, int level) {
    SELF;
    return REAL->xUnlock(f->real, level);
}

static int file_check_lock(sqlite3_file *base, int *result) {
    SELF;
    if (is_dead(f)) return SQLITE_IOERR_CHECKRESERVEDLOCK;
    return REAL->xCheckReservedLock(f->real, result);
}

static int file_control(sqlite3_file *base, int op, void *argument) {
    SELF;
    return REAL->xFileControl(f->real, op, argument);
}

static int file_sector(sqlite3_file *base) {
    SELF;
    return REAL->xSectorSize(f->real);
}

static int file_traits(sqlite3_file *base) {
    SELF;
    return REAL->xDeviceCharacteristics(f->real);
}

// Whether shared memory cannot grow as far as asked: its file needs room, too.
static int lacks_room(fault_file *f, int region, int bytes) {
    pthread_mutex_lock(&f->disk->lock);
    struct stat status;
    char name[4096];
    int64_t wanted = (int64_t)(region + 1) * bytes, left = disk_room_left(f->disk);
    int length = snprintf(name, sizeof name, "%s-shm", f->path);
    if (length < (int)sizeof name && !stat(name, &status)) wanted -= status.st_size;
    int lacks = wanted > left;
    f->disk->refusals += lacks;
    pthread_mutex_unlock(&f->disk->lock);
    return lacks;
}

static int file_shm_map(sqlite3_file *base, int region, int bytes, int extend, void volatile **into) {
    SELF;
    if (is_dead(f)) return SQLITE_IOERR_SHMMAP;
    if (extend && lacks_room(f, region, bytes)) return SQLITE_IOERR_SHMSIZE;
    return REAL->xShmMap(f->real, region, bytes, extend, into);
}

static int file_shm_lock(sqlite3_file *base, int offset, int count, int flags) {
    SELF;
    if (!(flags & SQLITE_SHM_UNLOCK) && is_dead(f)) return SQLITE_IOERR_SHMLOCK;
    return REAL->xShmLock(f->real, offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *base) {
    SELF;
    REAL->xShmBarrier(f->real);
}

static int file_shm_unmap(sqlite3_file *base, int removes) {
    SELF;
    return REAL->xShmUnmap(f->real, removes && !is_dead(f));
}

static const sqlite3_io_methods methods = {
    2,           file_close,  file_read,       file_write,   file_truncate, file_sync,
    file_size,   file_lock,   file_unlock,     file_check_lock, file_control, file_sector,
    file_traits, file_shm_map, file_shm_lock,  file_shm_barrier, file_shm_unmap, NULL, NULL,
};

static int open_now(banyan_disk *disk, const char *path, fault_file *f, int flags, int *out) {
    if (disk->is_cut) return SQLITE_CANTOPEN;
    struct stat status;
    leave may = GO;
    int is_made = stat(path, &status) != 0;
    if (is_made && (flags & SQLITE_OPEN_CREATE)) may = disk_begin(disk);
    int code = real_vfs->xOpen(real_vfs, path, f->real, flags, out);
    if (code != SQLITE_OK) return code;
    f->file = disk_node(disk, path);
    f->life = disk->life;
    f->disk = disk;
    f->path = path;
    int kinds = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    f->syncs_name = (flags & SQLITE_OPEN_CREATE) && (flags & kinds);
    if (f->file && may == GO) return SQLITE_OK;
    REAL->xClose(f->real);
    return SQLITE_CANTOPEN;
}

static int vfs_open(sqlite3_vfs *vfs, const char *path, sqlite3_file *base, int flags, int *out) {
    (void)vfs;
    banyan_disk *disk = path ? disk_of(path) : NULL;
    if (!disk) return real_vfs->xOpen(real_vfs, path, base, flags, out);
    SELF;
    memset(f, 0, sizeof *f);
    f->real = (sqlite3_file *)(f + 1);
    pthread_mutex_lock(&disk->lock);
    int code = open_now(disk, path, f, flags, out);
    pthread_mutex_unlock(&disk->lock);
    if (code == SQLITE_OK) f->base.pMethods = &methods;
    else disk_release(disk);
    return code;
}

static int delete_now(banyan_disk *disk, const char *path, int syncs) {
    leave may = disk_begin(disk);
    if (may == DEAD) return SQLITE_IOERR_DELETE;
    int code = real_vfs->xDelete(real_vfs, path, 0);
    if (code != SQLITE_OK) return code;
    disk_removed(disk, path);
    if (may == LAST) return SQLITE_IOERR_DELETE;
    if (syncs && !disk->refuses_folder) disk_sync_names(disk);
    return SQLITE_OK;
}

static int vfs_delete(sqlite3_vfs *vfs, const char *path, int syncs) {
    (void)vfs;
    banyan_disk *disk = disk_of(path);
    if (!disk) return real_vfs->xDelete(real_vfs, path, syncs);
    pthread_mutex_lock(&disk->lock);
    int code = delete_now(disk, path, syncs);
    pthread_mutex_unlock(&disk->lock);
    disk_release(disk);
    return code;
}

static int vfs_access(sqlite3_vfs *vfs, const char *path, int flags, int *result) {
    (void)vfs;
    banyan_disk *disk = disk_of(path);
    int is_cut = disk ? banyan_disk_is_cut(disk) : 0;
    if (disk) disk_release(disk);
    return is_cut ? SQLITE_IOERR_ACCESS : real_vfs->xAccess(real_vfs, path, flags, result);
}

static int vfs_full_path(sqlite3_vfs *vfs, const char *path, int count, char *into) {
    (void)vfs;
    return real_vfs->xFullPathname(real_vfs, path, count, into);
}

static void *vfs_dl_open(sqlite3_vfs *vfs, const char *path) {
    (void)vfs;
    return real_vfs->xDlOpen(real_vfs, path);
}

static void vfs_dl_error(sqlite3_vfs *vfs, int count, char *into) {
    (void)vfs;
    real_vfs->xDlError(real_vfs, count, into);
}

static void (*vfs_dl_sym(sqlite3_vfs *vfs, void *library, const char *name))(void) {
    (void)vfs;
    return real_vfs->xDlSym(real_vfs, library, name);
}

static void vfs_dl_close(sqlite3_vfs *vfs, void *library) {
    (void)vfs;
    real_vfs->xDlClose(real_vfs, library);
}

static int vfs_randomness(sqlite3_vfs *vfs, int count, char *into) {
    (void)vfs;
    return real_vfs->xRandomness(real_vfs, count, into);
}

static int vfs_sleep(sqlite3_vfs *vfs, int microseconds) {
    (void)vfs;
    return real_vfs->xSleep(real_vfs, microseconds);
}

static int vfs_time(sqlite3_vfs *vfs, double *into) {
    (void)vfs;
    return real_vfs->xCurrentTime(real_vfs, into);
}

static int vfs_error(sqlite3_vfs *vfs, int count, char *into) {
    (void)vfs;
    return real_vfs->xGetLastError(real_vfs, count, into);
}

static int vfs_time64(sqlite3_vfs *vfs, sqlite3_int64 *into) {
    (void)vfs;
    return real_vfs->xCurrentTimeInt64(real_vfs, into);
}

static void register_once(void) {
    real_vfs = sqlite3_vfs_find(NULL);
    fault_vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(fault_file) + real_vfs->szOsFile,
        .mxPathname = real_vfs->mxPathname,
        .zName = "banyan-fault-disk",
        .xOpen = vfs_open,
        .xDelete = vfs_delete,
        .xAccess = vfs_access,
        .xFullPathname = vfs_full_path,
        .xDlOpen = vfs_dl_open,
        .xDlError = vfs_dl_error,
        .xDlSym = vfs_dl_sym,
        .xDlClose = vfs_dl_close,
        .xRandomness = vfs_randomness,
        .xSleep = vfs_sleep,
        .xCurrentTime = vfs_time,
        .xGetLastError = vfs_error,
        .xCurrentTimeInt64 = vfs_time64,
    };
    sqlite3_vfs_register(&fault_vfs, 1);
}

void disk_register_vfs(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, register_once);
}
