// fdatasync, fsync, sync_file_range, msync, ftruncate, truncate, fallocate.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/falloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

#define SHIM __attribute__((visibility("default")))

// Runs one whole operation that has no length: meet it, make it, note it when it worked.
#define FAULTY(op, path, make, note_success, note_failure) \
    struct verdict verdict = meet(op, path);               \
    if (verdict.fate != PASS && verdict.fate != DIE_AFTER) { \
        note_failure;                                      \
        errno = verdict.error;                             \
        return -1;                                         \
    }                                                      \
    __typeof__(make) result = make;                        \
    if (result == 0) {                                     \
        int saved = errno;                                 \
        note_success;                                      \
        errno = saved;                                     \
    }                                                      \
    after(verdict);                                        \
    return result;

static int faulty_sync(int fd, int (*real)(int)) {
    struct operand file;
    if (!shim_active() || !operand_of_descriptor(fd, &file)) return real(fd);
    uint64_t began = record_position();  // what was written later is not covered
    FAULTY(file.is_folder ? OP_DIRSYNC : OP_SYNC, file.path, real(fd),
           record(file.is_folder ? ENTRY_DIRSYNC : ENTRY_SYNC, &file, began, 0),
           if (!file.is_folder) record(ENTRY_SYNC_FAILED, &file, began, 0))
}

SHIM int fdatasync(int fd) { return faulty_sync(fd, REAL(fdatasync)); }
SHIM int fsync(int fd) { return faulty_sync(fd, REAL(fsync)); }

// Writes pages out but promises nothing (no metadata, no cache flush), so it makes nothing durable in the record.
SHIM int sync_file_range(int fd, off64_t offset, off64_t length, unsigned flags) {
    struct operand file;
    if (!shim_active() || !operand_of_descriptor(fd, &file))
        return REAL(sync_file_range)(fd, offset, length, flags);
    FAULTY(OP_SYNC, file.path, REAL(sync_file_range)(fd, offset, length, flags), , )
}

// The file mapped at an address, from /proc/self/maps.
static bool file_of_mapping(const void *address, char out[PATH_MAX]) {
    FILE *maps = fopen("/proc/self/maps", "re");
    if (!maps) return false;
    char line[PATH_MAX + 128];
    bool found = false;
    while (!found && fgets(line, sizeof line, maps)) {
        unsigned long low, high;
        int path_at = 0;
        if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %n", &low, &high, &path_at) != 2 || !path_at) continue;
        if ((unsigned long)address < low || (unsigned long)address >= high) continue;
        line[strcspn(line, "\n")] = 0;
        found = path_below_root(AT_FDCWD, line + path_at, out);
    }
    fclose(maps);
    return found;
}

// Stores through a mapping are not seen, so a record of a program that makes them would not be complete.
SHIM int msync(void *address, size_t length, int flags) {
    char path[PATH_MAX];
    if (!shim_active() || !file_of_mapping(address, path)) return REAL(msync)(address, length, flags);
    FAULTY(OP_SYNC, path, REAL(msync)(address, length, flags), , )
}

SHIM int ftruncate(int fd, off_t size) {
    struct operand file;
    if (!shim_active() || !operand_of_descriptor(fd, &file)) return REAL(ftruncate)(fd, size);
    FAULTY(OP_TRUNCATE, file.path, REAL(ftruncate)(fd, size), record(ENTRY_TRUNCATE, &file, size, 0), )
}
SHIM int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }

SHIM int truncate(const char *path, off_t size) {
    struct operand file = {.unnamed = false};
    struct stat status;
    if (!shim_active() || !path_below_root(AT_FDCWD, path, file.path)) return REAL(truncate)(path, size);
    if (stat(path, &status) == 0) file.node = status.st_ino;
    FAULTY(OP_TRUNCATE, file.path, REAL(truncate)(path, size), record(ENTRY_TRUNCATE, &file, size, 0), )
}
SHIM int truncate64(const char *path, off64_t size) { return truncate(path, size); }

static void note_allocation(const struct operand *file, int mode, off_t offset, off_t length) {
    if (mode & (FALLOC_FL_ZERO_RANGE | FALLOC_FL_PUNCH_HOLE)) {
        void *zeros = calloc(1, length);
        if (!zeros) _exit(64);
        struct iovec part = {zeros, length};
        record_data(file, offset, &part, 1, length);
        free(zeros);
    }
    if (!(mode & FALLOC_FL_KEEP_SIZE)) record(ENTRY_EXTEND, file, offset + length, 0);
}

SHIM int fallocate(int fd, int mode, off_t offset, off_t length) {
    struct operand file;
    if (!shim_active() || !operand_of_descriptor(fd, &file)) return REAL(fallocate)(fd, mode, offset, length);
    FAULTY(OP_ALLOCATE, file.path, REAL(fallocate)(fd, mode, offset, length),
           note_allocation(&file, mode, offset, length), )
}
SHIM int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return fallocate(fd, mode, offset, length); }

// Unlike the others, this one returns its error.
SHIM int posix_fallocate(int fd, off_t offset, off_t length) {
    struct operand file;
    if (!shim_active() || !operand_of_descriptor(fd, &file)) return REAL(posix_fallocate)(fd, offset, length);
    struct verdict verdict = meet(OP_ALLOCATE, file.path);
    if (verdict.fate != PASS && verdict.fate != DIE_AFTER) return verdict.error;
    int result = REAL(posix_fallocate)(fd, offset, length);
    if (result == 0) note_allocation(&file, 0, offset, length);
    after(verdict);
    return result;
}
SHIM int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }
