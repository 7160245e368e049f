// open and the other makers of files, rename, unlink, mkdir, rmdir, link, symlink.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

#define SHIM __attribute__((visibility("default")))

#define REFUSED(verdict) ((verdict).fate != PASS && (verdict).fate != DIE_AFTER && (errno = (verdict).error, true))

static void note_opened(enum entry_kind kind, int fd, const char *path) {
    struct operand file = {.unnamed = false};
    struct stat status;
    snprintf(file.path, sizeof file.path, "%s", path);
    if (fstat(fd, &status) == 0) file.node = status.st_ino;
    record(kind, &file, 0, 0);
}

static int faulty_open(int folder, const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    struct stat status;
    bool changes = (flags & (O_CREAT | O_TRUNC)) && (flags & O_TMPFILE) != O_TMPFILE;
    if (!shim_active() || !changes || !path_below_root(folder, path, whole) || shim_is_ack(whole))
        return REAL(openat)(folder, path, flags, mode);
    int saved = errno;
    bool is_there = stat(whole, &status) == 0;
    errno = saved;
    if (is_there ? !(flags & O_TRUNC) || (flags & O_EXCL) : !(flags & O_CREAT))
        return REAL(openat)(folder, path, flags, mode);  // changes nothing
    struct verdict verdict = meet(is_there ? OP_TRUNCATE : OP_CREATE, whole);
    if (REFUSED(verdict)) return -1;
    int fd = REAL(openat)(folder, path, flags, mode);
    saved = errno;
    if (fd >= 0) note_opened(is_there ? ENTRY_TRUNCATE : ENTRY_CREATE, fd, whole);
    after(verdict);
    errno = saved;
    return fd;
}

static mode_t mode_of(int flags, va_list rest) {
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(rest, mode_t) : 0;
}
#define OPEN(folder, path, flags)             \
    va_list rest;                             \
    va_start(rest, flags);                    \
    mode_t mode = mode_of(flags, rest);       \
    va_end(rest);                             \
    return faulty_open(folder, path, flags, mode);

SHIM int open(const char *path, int flags, ...) { OPEN(AT_FDCWD, path, flags) }
SHIM int open64(const char *path, int flags, ...) { OPEN(AT_FDCWD, path, flags | O_LARGEFILE) }
SHIM int openat(int folder, const char *path, int flags, ...) { OPEN(folder, path, flags) }
SHIM int openat64(int folder, const char *path, int flags, ...) { OPEN(folder, path, flags | O_LARGEFILE) }
SHIM int creat(const char *path, mode_t mode) {
    return faulty_open(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
SHIM int creat64(const char *path, mode_t mode) { return creat(path, mode); }

// The name is chosen by libc, so it is known only afterwards; a fault is met under the pattern.
#define FAULTY_TEMPORARY(pattern, make)                                                        \
    char whole[PATH_MAX];                                                                      \
    if (!shim_active() || !path_below_root(AT_FDCWD, pattern, whole)) return make;             \
    struct verdict verdict = meet(OP_CREATE, whole);                                           \
    if (REFUSED(verdict)) return -1;                                                           \
    int fd = make;                                                                             \
    int saved = errno;                                                                         \
    if (fd >= 0 && path_below_root(AT_FDCWD, pattern, whole)) note_opened(ENTRY_CREATE, fd, whole); \
    after(verdict);                                                                            \
    errno = saved;                                                                             \
    return fd;

SHIM int mkstemp(char *pattern) { FAULTY_TEMPORARY(pattern, REAL(mkstemp)(pattern)) }
SHIM int mkstemp64(char *pattern) { FAULTY_TEMPORARY(pattern, REAL(mkstemp64)(pattern)) }
SHIM int mkostemp(char *pattern, int flags) { FAULTY_TEMPORARY(pattern, REAL(mkostemp)(pattern, flags)) }
SHIM int mkstemps(char *pattern, int suffix) { FAULTY_TEMPORARY(pattern, REAL(mkstemps)(pattern, suffix)) }

SHIM char *mkdtemp(char *pattern) {
    char whole[PATH_MAX];
    if (!shim_active() || !path_below_root(AT_FDCWD, pattern, whole)) return REAL(mkdtemp)(pattern);
    struct verdict verdict = meet(OP_MKDIR, whole);
    if (REFUSED(verdict)) return NULL;
    char *made = REAL(mkdtemp)(pattern);
    if (made && path_below_root(AT_FDCWD, pattern, whole)) record_names(ENTRY_MKDIR, whole, NULL, 0);
    after(verdict);
    return made;
}

// An operation on one name or two: meet it under the name it is about, make it, note it when it worked.
#define FAULTY_NAMES(op, kind, met, path, path2, node, make) \
    struct verdict verdict = meet(op, met);                  \
    if (REFUSED(verdict)) return -1;                         \
    int result = make;                                       \
    int saved = errno;                                       \
    if (result == 0) record_names(kind, path, path2, node);  \
    after(verdict);                                          \
    errno = saved;                                           \
    return result;

SHIM int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    char old[PATH_MAX], new[PATH_MAX];
    bool is_from = shim_active() && path_below_root(from_folder, from, old);
    bool is_to = shim_active() && path_below_root(to_folder, to, new);
    if (!is_from && !is_to) return REAL(renameat2)(from_folder, from, to_folder, to, flags);
    if (is_from != is_to || (flags & ~RENAME_NOREPLACE)) {
        // The root behaves as a file system of its own, one without RENAME_EXCHANGE: the record can tell no other.
        errno = is_from != is_to ? EXDEV : EINVAL;
        return -1;
    }
    FAULTY_NAMES(OP_RENAME, ENTRY_RENAME, new, old, new, 0,
                 flags ? REAL(renameat2)(from_folder, from, to_folder, to, flags)
                       : REAL(renameat)(from_folder, from, to_folder, to))
}
SHIM int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    return renameat2(from_folder, from, to_folder, to, 0);
}
SHIM int rename(const char *from, const char *to) { return renameat2(AT_FDCWD, from, AT_FDCWD, to, 0); }

SHIM int unlinkat(int folder, const char *name, int flags) {
    char path[PATH_MAX];
    if (!shim_active() || !path_below_root(folder, name, path)) return REAL(unlinkat)(folder, name, flags);
    bool is_folder = flags & AT_REMOVEDIR;
    FAULTY_NAMES(is_folder ? OP_RMDIR : OP_UNLINK, is_folder ? ENTRY_RMDIR : ENTRY_UNLINK, path, path, NULL, 0,
                 REAL(unlinkat)(folder, name, flags))
}
SHIM int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
SHIM int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
SHIM int remove(const char *path) {
    struct stat status;
    return unlinkat(AT_FDCWD, path, lstat(path, &status) == 0 && S_ISDIR(status.st_mode) ? AT_REMOVEDIR : 0);
}

SHIM int mkdirat(int folder, const char *name, mode_t mode) {
    char path[PATH_MAX];
    if (!shim_active() || !path_below_root(folder, name, path)) return REAL(mkdirat)(folder, name, mode);
    FAULTY_NAMES(OP_MKDIR, ENTRY_MKDIR, path, path, NULL, 0, REAL(mkdirat)(folder, name, mode))
}
SHIM int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

SHIM int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    char old[PATH_MAX], new[PATH_MAX];
    struct stat status;
    if (!shim_active() || !path_below_root(to_folder, to, new))
        return REAL(linkat)(from_folder, from, to_folder, to, flags);
    if (!path_below_root(from_folder, from, old)) old[0] = 0;  // an unnamed file, by its descriptor
    uint64_t node = fstatat(from_folder, from, &status, flags & AT_SYMLINK_FOLLOW ? 0 : AT_SYMLINK_NOFOLLOW) == 0
        ? status.st_ino : 0;
    FAULTY_NAMES(OP_LINK, ENTRY_LINK, new, old, new, node, REAL(linkat)(from_folder, from, to_folder, to, flags))
}
SHIM int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

SHIM int symlinkat(const char *text, int folder, const char *name) {
    char path[PATH_MAX];
    if (!shim_active() || !path_below_root(folder, name, path)) return REAL(symlinkat)(text, folder, name);
    FAULTY_NAMES(OP_LINK, ENTRY_SYMLINK, path, path, text, 0, REAL(symlinkat)(text, folder, name))
}
SHIM int symlink(const char *text, const char *path) { return symlinkat(text, AT_FDCWD, path); }
