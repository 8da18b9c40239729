// What the model of a disk and the VFS in front of it share.
#ifndef BANYAN_DISK_H
#define BANYAN_DISK_H
#include "include/CFaultDisk.h"
#include <pthread.h>
#include <sys/types.h>

// Bytes as a disk holds them.
typedef struct {
    uint8_t *bytes;
    int64_t size;
    int64_t room;
} image;

// A write, or a truncation (bytes is NULL: the size becomes at).
typedef struct {
    int64_t at;
    int64_t count;
    uint8_t *bytes;
} change;

// A file, whatever its name.
typedef struct node {
    struct node *next;
    ino_t inode;
    // What is safe.
    image safe;
    // What is not, in order.
    change *changes;
    int count;
    int room;
    // The size that can be read.
    int64_t size;
    // Whether a failed sync forgot some of what can be read.
    int has_forgotten;
    // What a restart left; used while restarting only.
    image left;
} node;

typedef struct {
    char *name;
    node *file;
} entry;

typedef struct {
    entry *entries;
    int count;
    int room;
} names;

// A name made (from is NULL), removed (to is NULL) or changed.
typedef struct {
    char *from;
    char *to;
    node *file;
} rename_op;

struct banyan_disk {
    struct banyan_disk *next;
    pthread_mutex_t lock;
    char *folder;
    size_t folder_length;
    int references;
    uint64_t random;
    // Counts restarts; a file opened before the last one is dead.
    int life;
    int is_cut;
    int64_t changes;
    int64_t cut_in;
    int64_t fail_sync_in;
    int64_t failed_syncs;
    int64_t limit;
    int64_t refusals;
    int lies;
    int refuses_folder;
    node *nodes;
    names safe_names;
    names now;
    rename_op *ops;
    int op_count;
    int op_room;
};

// Whether a call may go on. A change counts: the one that a cut was ordered for begins and fails.
typedef enum { GO, LAST, DEAD } leave;

void *disk_memory(void *old, size_t bytes);
banyan_disk *disk_of(const char *path);
void disk_release(banyan_disk *disk);
leave disk_begin(banyan_disk *disk);
node *disk_node(banyan_disk *disk, const char *path);
void disk_wrote(node *file, const void *bytes, int64_t count, int64_t at);
void disk_truncated(node *file, int64_t size);
int disk_sync(banyan_disk *disk, node *file);
void disk_sync_names(banyan_disk *disk);
void disk_removed(banyan_disk *disk, const char *path);
int64_t disk_room_left(banyan_disk *disk);
void disk_register_vfs(void);
#endif
