// write, pwrite, writev, …, copy_file_range, sendfile.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

enum { SECTOR = 512, LMDB_PAGE = 4096, OWN_POSITION = -1 };

static size_t total_length(const struct iovec *parts, int count) {
    size_t total = 0;
    for (int i = 0; i < count; i++) total += parts[i].iov_len;
    return total;
}

static ssize_t really_write(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
    if (flags) return REAL(pwritev2)(fd, parts, count, offset, flags);
    return offset == OWN_POSITION ? REAL(writev)(fd, parts, count) : REAL(pwritev)(fd, parts, count, offset);
}

// Writes the first `length` bytes of the parts.
static ssize_t write_first(int fd, const struct iovec *parts, int count, off_t offset, int flags, size_t length) {
    struct iovec first[IOV_MAX];
    int used = 0;
    for (size_t done = 0; used < count && done < length; used++) {
        first[used] = parts[used];
        if (first[used].iov_len > length - done) first[used].iov_len = length - done;
        done += first[used].iov_len;
    }
    return length == 0 ? 0 : really_write(fd, first, used, offset, flags);
}

// Where a write of `done` bytes that has returned began (done = 0: where one about to be made will begin).
static off_t start_of_write(int fd, off_t offset, size_t done) {
    bool appends = fcntl(fd, F_GETFL) & O_APPEND;
    if (offset != OWN_POSITION && !appends) return offset;
    struct stat status;
    if (appends && (done == 0 || offset != OWN_POSITION)) return fstat(fd, &status) == 0 ? status.st_size - done : 0;
    return lseek(fd, 0, SEEK_CUR) - done;
}

// LMDB commits by writing a meta page: less than a page, into the first two, on an O_DSYNC descriptor unless
// MDB_NOSYNC took that away.
static bool is_commit(const struct operand *file, off_t offset, size_t length) {
    size_t size = strlen(file->path);
    bool is_lmdb = size > 4 && strcmp(file->path + size - 4, ".mdb") == 0;
    bool in_meta_pages = offset >= 0 && offset < 2 * LMDB_PAGE && length < LMDB_PAGE;
    return is_lmdb && (file->write_through || in_meta_pages);
}

static ssize_t recorded_write(
    int fd, const struct operand *file, const struct iovec *parts, int count, off_t offset, int flags, size_t length
) {
    // A write-through is recorded before it is made as well, so that power can be cut while it is on its way.
    bool durable = file->write_through || (flags & (RWF_DSYNC | RWF_SYNC));
    off_t start = durable ? start_of_write(fd, offset, 0) : 0;
    if (durable) record_data(file, start, parts, count, length);
    ssize_t result = write_first(fd, parts, count, offset, flags, length);
    int saved = errno;
    if (durable && result == (ssize_t)length) record(ENTRY_DURABLE, file, start, length);
    if (!durable && result > 0) record_data(file, start_of_write(fd, offset, result), parts, count, result);
    errno = saved;
    return result;
}

static ssize_t faulty_write(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
    bool unnamed;
    struct operand file;
    if (!shim_active()) return really_write(fd, parts, count, offset, flags);
    if (count < 0 || count > IOV_MAX || !operand_of_descriptor(fd, &file)) {
        int saved = errno;
        if (shim_records() && path_of_descriptor(fd, file.path, &unnamed) && shim_is_ack(file.path))
            record_ack(parts, count);
        errno = saved;
        return really_write(fd, parts, count, offset, flags);
    }
    if (shim_is_ack(file.path)) {
        record_ack(parts, count);
        return really_write(fd, parts, count, offset, flags);
    }
    size_t length = total_length(parts, count);
    struct verdict verdict = meet(is_commit(&file, offset, length) ? OP_COMMIT : OP_WRITE, file.path);
    if (verdict.fate == FAIL) {
        errno = verdict.error;
        return -1;
    }
    size_t allowed = length;
    if (verdict.fate == SHORT && length > 1) allowed = length / 2;
    if (verdict.fate == TORN) {  // what a cut leaves: whole sectors
        off_t start = start_of_write(fd, offset, 0);
        off_t end = (start + (off_t)length / 2) / SECTOR * SECTOR;
        allowed = end > start ? end - start : 0;
    }
    ssize_t result = recorded_write(fd, &file, parts, count, offset, flags, allowed);
    if (verdict.fate == TORN) die();
    after(verdict);
    return result;
}

#define SHIM __attribute__((visibility("default")))

SHIM ssize_t write(int fd, const void *data, size_t length) {
    struct iovec part = {(void *)data, length};
    return faulty_write(fd, &part, 1, OWN_POSITION, 0);
}
SHIM ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    struct iovec part = {(void *)data, length};
    return faulty_write(fd, &part, 1, offset, 0);
}
SHIM ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    return pwrite(fd, data, length, offset);
}
SHIM ssize_t writev(int fd, const struct iovec *parts, int count) {
    return faulty_write(fd, parts, count, OWN_POSITION, 0);
}
SHIM ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return faulty_write(fd, parts, count, offset, 0);
}
SHIM ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    return faulty_write(fd, parts, count, offset, 0);
}
SHIM ssize_t pwritev2(int fd, const struct iovec *parts, int count, off_t offset, int flags) {
    return faulty_write(fd, parts, count, offset, flags);
}
SHIM ssize_t pwritev64v2(int fd, const struct iovec *parts, int count, off64_t offset, int flags) {
    return faulty_write(fd, parts, count, offset, flags);
}

// A copy made by the kernel: `make` makes it, of at most `length` bytes.
#define FAULTY_COPY(fd, offset_given, length, make)                                           \
    struct operand file;                                                                      \
    if (!shim_active() || !operand_of_descriptor(fd, &file)) return make;                     \
    struct verdict verdict = meet(OP_COPY, file.path);                                        \
    if (verdict.fate == FAIL) {                                                               \
        errno = verdict.error;                                                                \
        return -1;                                                                            \
    }                                                                                         \
    if (verdict.fate == TORN || (verdict.fate == SHORT && length > 1)) length /= 2;           \
    off_t given = (offset_given) ? *(offset_given) : OWN_POSITION;                            \
    ssize_t result = make;                                                                    \
    int saved = errno;                                                                        \
    if (result > 0) record_copy(fd, &file, start_of_write(fd, given, result), result);        \
    if (verdict.fate == TORN) die();                                                          \
    after(verdict);                                                                           \
    errno = saved;                                                                            \
    return result;

SHIM ssize_t copy_file_range(int in, off64_t *from, int out, off64_t *to, size_t length, unsigned flags) {
    FAULTY_COPY(out, to, length, REAL(copy_file_range)(in, from, out, to, length, flags))
}
SHIM ssize_t sendfile(int out, int in, off_t *from, size_t length) {
    FAULTY_COPY(out, (off_t *)NULL, length, REAL(sendfile)(out, in, from, length))
}
SHIM ssize_t sendfile64(int out, int in, off64_t *from, size_t length) {
    FAULTY_COPY(out, (off_t *)NULL, length, REAL(sendfile64)(out, in, from, length))
}
