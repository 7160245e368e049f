// Appends entries to the record. See ../record.h for the format.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shim.h"

static int descriptor = -1;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void open_record(void) {
    const char *path = getenv("FAULT_LOG");
    int fd = path ? REAL(open)(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
    if (fd < 0) {
        dprintf(2, "faultshim: the record FAULT_LOG=%s cannot be opened\n", path ? path : "");
        _exit(64);
    }
    // High, so that the program under test gets the descriptor numbers that it would have had.
    descriptor = fcntl(fd, F_DUPFD_CLOEXEC, 900);
    if (descriptor < 0) descriptor = fd;
    else close(fd);
}

// An incomplete record would let a faulty program pass: stop the run instead.
static void append(struct iovec *parts, int count, size_t length) {
    pthread_once(&once, open_record);
    int saved = errno;
    ssize_t written = REAL(writev)(descriptor, parts, count);
    if (written != (ssize_t)length) {
        dprintf(2, "faultshim: the record is incomplete: %s\n", strerror(errno));
        _exit(64);
    }
    errno = saved;
}

static void append_entry(struct entry entry, const char *path, const char *path2, const void *data) {
    entry.magic = ENTRY_MAGIC;
    entry.path_length = path ? strlen(path) : 0;
    entry.path2_length = path2 ? strlen(path2) : 0;
    struct iovec parts[] = {
        {&entry, sizeof entry},
        {(void *)path, entry.path_length},
        {(void *)path2, entry.path2_length},
        {(void *)data, entry.data_length},
    };
    append(parts, 4, sizeof entry + entry.path_length + entry.path2_length + entry.data_length);
}

uint64_t record_position(void) {
    if (!shim_records()) return 0;
    pthread_once(&once, open_record);
    return lseek(descriptor, 0, SEEK_END);
}

void record(enum entry_kind kind, const struct operand *file, uint64_t offset, uint64_t length) {
    if (!shim_records()) return;
    struct entry entry = {.kind = kind, .flags = file->unnamed ? ENTRY_UNNAMED : 0,
                          .node = file->node, .offset = offset, .length = length};
    append_entry(entry, file->path, NULL, NULL);
}

// The first `length` bytes of the parts, joined: writev takes too few parts to pass them on with ours.
static void *joined(const struct iovec *parts, int count, size_t length) {
    char *data = malloc(length ? length : 1);
    if (!data) _exit(64);
    size_t done = 0;
    for (int i = 0; i < count && done < length; i++) {
        size_t take = parts[i].iov_len < length - done ? parts[i].iov_len : length - done;
        memcpy(data + done, parts[i].iov_base, take);
        done += take;
    }
    return data;
}

void record_data(const struct operand *file, uint64_t offset, const struct iovec *parts, int count, size_t length) {
    if (!shim_records()) return;
    void *data = joined(parts, count, length);
    struct entry entry = {.kind = ENTRY_WRITE, .flags = file->unnamed ? ENTRY_UNNAMED : 0,
                          .node = file->node, .offset = offset, .length = length, .data_length = length};
    append_entry(entry, file->path, NULL, data);
    free(data);
}

// What the kernel copied is read back, since it never passed through the program's memory.
void record_copy(int fd, const struct operand *file, uint64_t offset, size_t length) {
    if (!shim_records()) return;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    int copy = REAL(open)(link, O_RDONLY | O_CLOEXEC);
    char *data = malloc(length ? length : 1);
    if (copy < 0 || !data || pread(copy, data, length, offset) != (ssize_t)length) {
        dprintf(2, "faultshim: a copy into %s cannot be read back\n", file->path);
        _exit(64);
    }
    close(copy);
    struct iovec part = {data, length};
    record_data(file, offset, &part, 1, length);
    free(data);
}

void record_names(enum entry_kind kind, const char *path, const char *path2, uint64_t node) {
    if (!shim_records()) return;
    struct entry entry = {.kind = kind, .node = node};
    append_entry(entry, path, path2, NULL);
}

void record_ack(const struct iovec *parts, int count) {
    if (!shim_records()) return;
    size_t length = 0;
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    void *data = joined(parts, count, length);
    struct entry entry = {.kind = ENTRY_ACK, .data_length = length};
    append_entry(entry, NULL, NULL, data);
    free(data);
}
