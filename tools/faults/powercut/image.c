// A file's durable bytes. Blocks of zeros are not kept: a zero-filled log segment costs nothing.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "model.h"

static const unsigned char zeros[BLOCK];

static void reserve(struct image *image, size_t count) {
    if (count <= image->count) return;
    size_t larger = image->count * 2 > count ? image->count * 2 : count;
    image->blocks = realloc(image->blocks, larger * sizeof *image->blocks);
    if (!image->blocks) err(2, "memory");
    memset(image->blocks + image->count, 0, (larger - image->count) * sizeof *image->blocks);
    image->count = larger;
}

void image_write(struct image *image, uint64_t offset, const void *data, uint64_t length) {
    const unsigned char *from = data;
    uint64_t end = offset + length;
    reserve(image, (end + BLOCK - 1) / BLOCK);
    while (offset < end) {
        size_t index = offset / BLOCK, within = offset % BLOCK;
        size_t take = BLOCK - within < end - offset ? BLOCK - within : end - offset;
        if (!image->blocks[index] && memcmp(from, zeros, take) != 0) {
            image->blocks[index] = calloc(1, BLOCK);
            if (!image->blocks[index]) err(2, "memory");
        }
        if (image->blocks[index]) memcpy(image->blocks[index] + within, from, take);
        offset += take;
        from += take;
    }
    if (end > image->size) image->size = end;
}

void image_resize(struct image *image, uint64_t size) {
    reserve(image, (size + BLOCK - 1) / BLOCK);
    if (size < image->size) {  // what is cut off reads as zeros if the file grows again
        size_t index = size / BLOCK;
        if (size % BLOCK && image->blocks[index]) memset(image->blocks[index] + size % BLOCK, 0, BLOCK - size % BLOCK);
        for (index += size % BLOCK != 0; index < image->count; index++) {
            free(image->blocks[index]);
            image->blocks[index] = NULL;
        }
    }
    image->size = size;
}

void image_load(struct image *image, const char *path) {
    unsigned char block[BLOCK];
    int fd = open(path, O_RDONLY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) err(2, "%s", path);
    for (off_t offset = 0; (offset = lseek(fd, offset, SEEK_DATA)) >= 0;) {
        offset -= offset % BLOCK;
        ssize_t got = pread(fd, block, sizeof block, offset);
        if (got <= 0) break;
        image_write(image, offset, block, got);
        offset += got;
    }
    close(fd);
    image_resize(image, status.st_size);
}

void image_store(const struct image *image, int fd) {
    enum { RUN = 256 };
    struct iovec run[RUN];
    size_t last = (image->size + BLOCK - 1) / BLOCK;
    for (size_t index = 0; index < last;) {
        if (!image->blocks[index]) {
            index++;
            continue;
        }
        size_t first = index;
        int count = 0;
        ssize_t length = 0;
        for (; index < last && count < RUN && image->blocks[index]; index++, length += BLOCK)
            run[count++] = (struct iovec){image->blocks[index], BLOCK};
        if (pwritev(fd, run, count, first * BLOCK) != length) err(2, "write a state");
    }
    if (ftruncate(fd, image->size) != 0) err(2, "write a state");
}
