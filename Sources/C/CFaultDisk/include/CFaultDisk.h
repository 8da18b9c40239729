// A disk that loses what was not synced, for tests of code that uses SQLite.
//
// A disk is one folder. SQLite's files in it go through a VFS that keeps, beside the real files, what a
// disk would hold if the power went: everything synced, and the writes, truncations, new names and removed
// names since. Files elsewhere are not touched. Every function may be called from any thread.
#ifndef BANYAN_CFAULTDISK_H
#define BANYAN_CFAULTDISK_H
#include <stddef.h>
#include <stdint.h>

typedef struct banyan_disk banyan_disk;

// What a cut takes away.
enum {
    // The process only: what was written stays in the system's memory.
    BANYAN_DISK_KILL = 0,
    // The system's memory too: of what was not synced, a part chosen by the seed stays.
    BANYAN_DISK_POWER = 1,
};

// Makes a disk of a folder; the first call makes the VFS SQLite's default. NULL when out of memory.
banyan_disk *banyan_disk_mount(const char *folder, uint64_t seed);
// Forgets the disk; its memory goes with the last file that is open on it.
void banyan_disk_unmount(banyan_disk *disk);

// Cuts at the n-th change from now: it has begun, and every call after it fails. 0 takes the order back.
void banyan_disk_cut_after(banyan_disk *disk, int64_t changes);
// Cuts now.
void banyan_disk_cut(banyan_disk *disk);
// Whether it was cut.
int banyan_disk_is_cut(banyan_disk *disk);
// Changes asked for so far: writes, truncations, syncs, names made and removed.
int64_t banyan_disk_changes(banyan_disk *disk);

// Lets the n-th sync from now fail; what it should have synced is forgotten, though it can be read.
void banyan_disk_fail_sync(banyan_disk *disk, int64_t syncs);
// How many syncs failed.
int64_t banyan_disk_failed_syncs(banyan_disk *disk);
// Lets files grow by so many bytes in all from now on; less than 0 for no limit.
void banyan_disk_room(banyan_disk *disk, int64_t bytes);
// How many writes found no room.
int64_t banyan_disk_refusals(banyan_disk *disk);
// Makes syncs return without having synced anything.
void banyan_disk_lie(banyan_disk *disk, int lies);
// Makes SQLite's own syncs of the folder fail, which it does not notice; those asked for below still work.
void banyan_disk_refuse_folder(banyan_disk *disk, int refuses);

// Starts again after a cut: the folder holds what is left, and calls work for files opened from now on.
// 0, or an errno.
int banyan_disk_restart(banyan_disk *disk, int kind);

// Calls that a program makes without SQLite. Each returns 0, or an errno.
int banyan_disk_rename(banyan_disk *disk, const char *from, const char *to);
int banyan_disk_sync_folder(banyan_disk *disk);
int banyan_disk_write_start(
    banyan_disk *disk, const char *path, int descriptor, const void *bytes, size_t count);
#endif
