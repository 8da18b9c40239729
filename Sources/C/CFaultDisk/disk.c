// The model: what is safe, what is not, and what a cut leaves.
#include "disk.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pthread_mutex_t mounts_lock = PTHREAD_MUTEX_INITIALIZER;
static banyan_disk *mounts;

// A test that runs out of memory ends here rather than going on with half a model.
void *disk_memory(void *old, size_t bytes) {
    void *memory = realloc(old, bytes ? bytes : 1);
    if (!memory) abort();
    return memory;
}

static char *text(const char *source) { return strcpy(disk_memory(NULL, strlen(source) + 1), source); }

// SplitMix64.
static uint64_t next_random(banyan_disk *disk) {
    uint64_t mixed = disk->random += 0x9E3779B97F4A7C15u;
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9u;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBu;
    return mixed ^ (mixed >> 31);
}

static int chance(banyan_disk *disk, int of_256) { return (int)(next_random(disk) & 255) < of_256; }

// MARK: images

static void resize(image *of, int64_t size) {
    if (size > of->room) {
        of->room = size * 2;
        of->bytes = disk_memory(of->bytes, (size_t)of->room);
    }
    if (size > of->size) memset(of->bytes + of->size, 0, (size_t)(size - of->size));
    of->size = size;
}

static void put(image *into, const uint8_t *bytes, int64_t count, int64_t at) {
    if (!count) return;
    if (at + count > into->size) resize(into, at + count);
    memcpy(into->bytes + at, bytes, (size_t)count);
}

static void apply(image *into, const change *one) {
    if (one->bytes) put(into, one->bytes, one->count, one->at);
    else resize(into, one->at);
}

static void copy(image *into, const image *from) {
    into->size = 0;
    put(into, from->bytes, from->size, 0);
}

static void forget_changes(node *file) {
    for (int i = 0; i < file->count; i++) free(file->changes[i].bytes);
    file->count = 0;
}

static void add_change(node *file, change one) {
    if (file->count == file->room) {
        file->room = file->room * 2 + 8;
        file->changes = disk_memory(file->changes, (size_t)file->room * sizeof(change));
    }
    file->changes[file->count++] = one;
}

void disk_wrote(node *file, const void *bytes, int64_t count, int64_t at) {
    change one = {at, count, memcpy(disk_memory(NULL, (size_t)count), bytes, (size_t)count)};
    add_change(file, one);
    if (at + count > file->size) file->size = at + count;
}

void disk_truncated(node *file, int64_t size) {
    add_change(file, (change){size, 0, NULL});
    file->size = size;
}

// MARK: names

static entry *find(names *in, const char *name) {
    for (int i = 0; i < in->count; i++)
        if (!strcmp(in->entries[i].name, name)) return &in->entries[i];
    return NULL;
}

static void set_name(names *in, const char *name, node *file) {
    entry *present = find(in, name);
    if (present) {
        present->file = file;
        return;
    }
    if (in->count == in->room) {
        in->room = in->room * 2 + 8;
        in->entries = disk_memory(in->entries, (size_t)in->room * sizeof(entry));
    }
    in->entries[in->count++] = (entry){text(name), file};
}

static void remove_name(names *in, const char *name) {
    entry *present = find(in, name);
    if (!present) return;
    free(present->name);
    *present = in->entries[--in->count];
}

static void copy_names(names *into, const names *from) {
    while (into->count) remove_name(into, into->entries[0].name);
    for (int i = 0; i < from->count; i++) set_name(into, from->entries[i].name, from->entries[i].file);
}

static void apply_op(names *in, const rename_op *op) {
    if (op->from) remove_name(in, op->from);
    if (op->to) set_name(in, op->to, op->file);
}

static void add_op(banyan_disk *disk, const char *from, const char *to, node *file) {
    if (disk->op_count == disk->op_room) {
        disk->op_room = disk->op_room * 2 + 8;
        disk->ops = disk_memory(disk->ops, (size_t)disk->op_room * sizeof(rename_op));
    }
    rename_op op = {from ? text(from) : NULL, to ? text(to) : NULL, file};
    disk->ops[disk->op_count++] = op;
    apply_op(&disk->now, &op);
}

static void forget_ops(banyan_disk *disk) {
    for (int i = 0; i < disk->op_count; i++) {
        free(disk->ops[i].from);
        free(disk->ops[i].to);
    }
    disk->op_count = 0;
}

void disk_sync_names(banyan_disk *disk) {
    if (disk->lies) return;
    for (int i = 0; i < disk->op_count; i++) apply_op(&disk->safe_names, &disk->ops[i]);
    forget_ops(disk);
}

void disk_removed(banyan_disk *disk, const char *path) {
    if (find(&disk->now, path)) add_op(disk, path, NULL, NULL);
}

static int read_file(const char *path, image *into) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return errno;
    uint8_t buffer[65536];
    ssize_t count;
    into->size = 0;
    while ((count = read(file, buffer, sizeof buffer)) > 0) put(into, buffer, count, into->size);
    int error = count < 0 ? errno : 0;
    close(file);
    return error;
}

// The file of a name; one that nobody has told of is taken as it stands, an empty one as just made.
node *disk_node(banyan_disk *disk, const char *path) {
    struct stat status;
    if (stat(path, &status)) return NULL;
    entry *known = find(&disk->now, path);
    if (known && known->file->inode == status.st_ino) return known->file;
    if (known) add_op(disk, path, NULL, NULL);
    node *file = memset(disk_memory(NULL, sizeof(node)), 0, sizeof(node));
    file->inode = status.st_ino;
    file->size = status.st_size;
    file->next = disk->nodes;
    disk->nodes = file;
    if (status.st_size == 0) {
        add_op(disk, NULL, path, file);
    } else {
        read_file(path, &file->safe);
        set_name(&disk->now, path, file);
        set_name(&disk->safe_names, path, file);
    }
    return file;
}

// MARK: changes

leave disk_begin(banyan_disk *disk) {
    if (disk->is_cut) return DEAD;
    disk->changes++;
    if (disk->cut_in == 0 || --disk->cut_in > 0) return GO;
    disk->is_cut = 1;
    return LAST;
}

// 0, or an errno when the sync was ordered to fail.
int disk_sync(banyan_disk *disk, node *file) {
    int fails = disk->fail_sync_in && --disk->fail_sync_in == 0;
    if (!fails && disk->lies) return 0;
    int all = fails && chance(disk, 128);
    for (int i = 0; i < file->count; i++) {
        if (fails && (all || chance(disk, 128))) file->has_forgotten = 1;
        else apply(&file->safe, &file->changes[i]);
    }
    forget_changes(file);
    disk->failed_syncs += fails;
    return fails ? EIO : 0;
}

static int64_t used(banyan_disk *disk) {
    int64_t sum = 0;
    for (int i = 0; i < disk->now.count; i++) sum += disk->now.entries[i].file->size;
    return sum;
}

int64_t disk_room_left(banyan_disk *disk) {
    if (disk->limit < 0) return INT64_MAX;
    int64_t left = disk->limit - used(disk);
    return left < 0 ? 0 : left;
}

// MARK: what a cut leaves

// Each sector of a write stays or goes by itself; a torn one of a longer file may hold anything.
static void tear(banyan_disk *disk, image *into, const change *one, int sector, int of_256, int garbage) {
    int64_t end = one->at + one->count;
    int64_t old_size = into->size;
    for (int64_t at = one->at; at < end;) {
        int64_t next = (at / sector + 1) * sector;
        if (next > end) next = end;
        if (chance(disk, of_256)) {
            put(into, one->bytes + (at - one->at), next - at, at);
        } else if (garbage && at >= old_size && chance(disk, 128)) {
            uint8_t bytes[4096];
            for (int64_t i = 0; i < next - at; i++) bytes[i] = (uint8_t)next_random(disk);
            put(into, bytes, next - at, at);
        }
        at = next;
    }
}

// Of the changes since the last sync: all, none, the first ones, or any.
static void settle(banyan_disk *disk, node *file, int mode, int of_256, int sector, int garbage) {
    copy(&file->left, &file->safe);
    if (mode == 1) return;
    int prefix = mode == 2 && file->count ? (int)(next_random(disk) % (uint64_t)(file->count + 1)) : 0;
    for (int i = 0; i < file->count; i++) {
        const change *one = &file->changes[i];
        if (mode == 0 || (mode == 2 && i < prefix)) {
            apply(&file->left, one);
        } else if (mode == 2) {
            if (i == prefix && one->bytes) tear(disk, &file->left, one, sector, 128, garbage);
        } else if (chance(disk, of_256)) {
            apply(&file->left, one);
        } else if (one->bytes && chance(disk, 96)) {
            tear(disk, &file->left, one, sector, of_256, garbage);
        }
    }
}

static int write_file(const char *path, const image *from, node *file) {
    if (unlink(path) && errno != ENOENT) return errno;
    int made = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made < 0) return errno;
    for (int64_t at = 0; at < from->size;) {
        ssize_t count = write(made, from->bytes + at, (size_t)(from->size - at));
        if (count < 0) {
            int error = errno;
            close(made);
            return error;
        }
        at += count;
    }
    struct stat status;
    int error = fstat(made, &status) ? errno : 0;
    close(made);
    file->inode = status.st_ino;
    file->size = from->size;
    return error;
}

static int drop_shared_memory(banyan_disk *disk) {
    DIR *folder = opendir(disk->folder);
    if (!folder) return errno;
    struct dirent *item;
    while ((item = readdir(folder))) {
        size_t length = strlen(item->d_name);
        if (length < 4 || strcmp(item->d_name + length - 4, "-shm")) continue;
        if (unlinkat(dirfd(folder), item->d_name, 0)) break;
    }
    closedir(folder);
    return 0;
}

static int restart_with_power(banyan_disk *disk) {
    for (int i = 0; i < disk->now.count; i++) {
        entry *one = &disk->now.entries[i];
        int error = read_file(one->name, &one->file->left);
        if (error) return error;
        // What a failed sync forgot is seen for as long as the system keeps the page, and no longer.
        if (one->file->has_forgotten && chance(disk, 128)) {
            copy(&one->file->left, &one->file->safe);
            for (int n = 0; n < one->file->count; n++) apply(&one->file->left, &one->file->changes[n]);
            one->file->has_forgotten = 0;
        }
        if ((error = write_file(one->name, &one->file->left, one->file))) return error;
    }
    return 0;
}

static int restart_without_power(banyan_disk *disk) {
    int mode = (int)(next_random(disk) % 6), sector = chance(disk, 128) ? 512 : 4096;
    int shares[] = {13, 77, 128, 179, 243}, of_256 = shares[next_random(disk) % 5];
    int garbage = chance(disk, 128);
    for (node *file = disk->nodes; file; file = file->next) settle(disk, file, mode, of_256, sector, garbage);
    int prefix = (int)(next_random(disk) % (uint64_t)(disk->op_count + 1)), in_order = chance(disk, 128);
    for (int i = 0; i < disk->op_count; i++)
        if (mode == 0 || (mode != 1 && (in_order ? i < prefix : chance(disk, of_256))))
            apply_op(&disk->safe_names, &disk->ops[i]);
    forget_ops(disk);
    for (int i = 0; i < disk->now.count; i++)
        if (unlink(disk->now.entries[i].name) && errno != ENOENT) return errno;
    copy_names(&disk->now, &disk->safe_names);
    for (int i = 0; i < disk->now.count; i++) {
        entry *one = &disk->now.entries[i];
        int error = write_file(one->name, &one->file->left, one->file);
        if (error) return error;
    }
    for (node *file = disk->nodes; file; file = file->next) {
        copy(&file->safe, &file->left);
        forget_changes(file);
        file->has_forgotten = 0;
    }
    return 0;
}

static int restart(banyan_disk *disk, int kind) {
    // Names that were removed without SQLite are gone for those who look.
    for (int i = disk->now.count - 1; i >= 0; i--)
        if (access(disk->now.entries[i].name, F_OK)) add_op(disk, disk->now.entries[i].name, NULL, NULL);
    int error = drop_shared_memory(disk);
    if (!error) error = kind == BANYAN_DISK_KILL ? restart_with_power(disk) : restart_without_power(disk);
    disk->life++;
    disk->is_cut = 0;
    disk->cut_in = disk->fail_sync_in = 0;
    disk->limit = -1;
    return error;
}

// MARK: calls from outside

banyan_disk *banyan_disk_mount(const char *folder, uint64_t seed) {
    disk_register_vfs();
    char *resolved = realpath(folder, NULL);
    if (!resolved) return NULL;
    banyan_disk *disk = memset(disk_memory(NULL, sizeof(banyan_disk)), 0, sizeof(banyan_disk));
    pthread_mutex_init(&disk->lock, NULL);
    disk->folder = resolved;
    disk->folder_length = strlen(resolved);
    disk->references = 1;
    disk->random = seed;
    disk->limit = -1;
    pthread_mutex_lock(&mounts_lock);
    disk->next = mounts;
    mounts = disk;
    pthread_mutex_unlock(&mounts_lock);
    return disk;
}

// The disk that holds a path, with a reference for the caller.
banyan_disk *disk_of(const char *path) {
    pthread_mutex_lock(&mounts_lock);
    banyan_disk *disk = mounts;
    while (disk && (strncmp(path, disk->folder, disk->folder_length) || path[disk->folder_length] != '/'))
        disk = disk->next;
    if (disk) disk->references++;
    pthread_mutex_unlock(&mounts_lock);
    return disk;
}

void disk_release(banyan_disk *disk) {
    pthread_mutex_lock(&mounts_lock);
    int left = --disk->references;
    pthread_mutex_unlock(&mounts_lock);
    if (left) return;
    while (disk->nodes) {
        node *file = disk->nodes;
        disk->nodes = file->next;
        forget_changes(file);
        free(file->changes);
        free(file->safe.bytes);
        free(file->left.bytes);
        free(file);
    }
    forget_ops(disk);
    names none = {0};
    copy_names(&disk->now, &none);
    copy_names(&disk->safe_names, &none);
    free(disk->now.entries);
    free(disk->safe_names.entries);
    free(disk->ops);
    free(disk->folder);
    pthread_mutex_destroy(&disk->lock);
    free(disk);
}

void banyan_disk_unmount(banyan_disk *disk) {
    pthread_mutex_lock(&mounts_lock);
    banyan_disk **link = &mounts;
    while (*link != disk) link = &(*link)->next;
    *link = disk->next;
    pthread_mutex_unlock(&mounts_lock);
    disk_release(disk);
}

#define LOCKED(...)                                                                                          \
    pthread_mutex_lock(&disk->lock);                                                                         \
    __VA_ARGS__;                                                                                             \
    pthread_mutex_unlock(&disk->lock)

void banyan_disk_cut_after(banyan_disk *disk, int64_t changes) { LOCKED(disk->cut_in = changes); }
void banyan_disk_cut(banyan_disk *disk) { LOCKED(disk->is_cut = 1); }
void banyan_disk_fail_sync(banyan_disk *disk, int64_t syncs) { LOCKED(disk->fail_sync_in = syncs); }
void banyan_disk_room(banyan_disk *disk, int64_t bytes) {
    LOCKED(disk->limit = bytes < 0 ? -1 : used(disk) + bytes);
}
void banyan_disk_lie(banyan_disk *disk, int lies) { LOCKED(disk->lies = lies); }
void banyan_disk_refuse_folder(banyan_disk *disk, int refuses) { LOCKED(disk->refuses_folder = refuses); }
int banyan_disk_is_cut(banyan_disk *disk) {
    LOCKED(int found = disk->is_cut);
    return found;
}
int64_t banyan_disk_changes(banyan_disk *disk) {
    LOCKED(int64_t found = disk->changes);
    return found;
}
int64_t banyan_disk_failed_syncs(banyan_disk *disk) {
    LOCKED(int64_t found = disk->failed_syncs);
    return found;
}
int64_t banyan_disk_refusals(banyan_disk *disk) {
    LOCKED(int64_t found = disk->refusals);
    return found;
}
int banyan_disk_restart(banyan_disk *disk, int kind) {
    LOCKED(int error = restart(disk, kind));
    return error;
}

static int rename_now(banyan_disk *disk, const char *from, const char *to) {
    leave may = disk_begin(disk);
    if (may == DEAD) return EIO;
    node *file = disk_node(disk, from);
    if (!file) return ENOENT;
    if (rename(from, to)) return errno;
    add_op(disk, from, to, file);
    return may == LAST ? EIO : 0;
}

int banyan_disk_rename(banyan_disk *disk, const char *from, const char *to) {
    LOCKED(int error = rename_now(disk, from, to));
    return error;
}

static int sync_folder_now(banyan_disk *disk) {
    if (disk_begin(disk) != GO) return EIO;
    disk_sync_names(disk);
    return 0;
}

int banyan_disk_sync_folder(banyan_disk *disk) {
    LOCKED(int error = sync_folder_now(disk));
    return error;
}

static int write_start_now(banyan_disk *disk, const char *path, int descriptor, const void *bytes, size_t n) {
    leave may = disk_begin(disk);
    struct stat status;
    if (may == DEAD) return EIO;
    if (fstat(descriptor, &status)) return errno;
    node *file = disk_node(disk, path);
    if (!file || file->inode != status.st_ino) return EIO;
    if (file->size < (int64_t)n && disk_room_left(disk) < (int64_t)n - file->size) {
        disk->refusals++;
        return ENOSPC;
    }
    if (pwrite(descriptor, bytes, n, 0) != (ssize_t)n) return errno ? errno : EIO;
    disk_wrote(file, bytes, (int64_t)n, 0);
    return may == LAST ? EIO : 0;
}

int banyan_disk_write_start(
    banyan_disk *disk, const char *path, int descriptor, const void *bytes, size_t count
) {
    LOCKED(int error = write_start_now(disk, path, descriptor, bytes, count));
    return error;
}
