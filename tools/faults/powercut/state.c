// Builds one of the states that a cut may leave: what is durable, and of what is pending a choice.
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

// How the pending writes of a random state are chosen. Even odds alone would seldom reach the states in which one
// write is lost of many, or one kept.
enum odds { EVEN, MOSTLY_KEPT, MOSTLY_LOST, IN_ORDER, KINDS };

enum fate { LOST, KEPT, TORN, SIZE_ONLY };

struct choice {
    enum style style;
    enum odds odds;
    uint64_t cut;  // IN_ORDER: kept before this position, torn at it, lost after
    uint64_t random;
    uint64_t digest;
};

static uint64_t next(struct choice *choice) {  // splitmix64
    uint64_t x = choice->random += 0x9E3779B97F4A7C15u;
    x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
    x = (x ^ x >> 27) * 0x94D049BB133111EBu;
    return x ^ x >> 31;
}

static bool one_in(struct choice *choice, unsigned n) { return next(choice) % n == 0; }

static void note(struct choice *choice, uint64_t value) {
    choice->digest = (choice->digest ^ (value + 1)) * 0x100000001B3u;
}

static enum fate fate_of(struct choice *choice, const struct change *change) {
    bool is_write = change->kind == ENTRY_WRITE;
    if (change->fixed || choice->style == ALL_KEPT) return KEPT;
    if (choice->style == SIZES_KEPT) return is_write ? SIZE_ONLY : KEPT;
    if (choice->style != RANDOM_KEPT) return LOST;
    switch (choice->odds) {
    case EVEN: return one_in(choice, 2) ? KEPT : LOST;
    case MOSTLY_KEPT: return one_in(choice, 8) ? LOST : KEPT;
    case MOSTLY_LOST: return one_in(choice, 8) ? KEPT : LOST;
    case IN_ORDER: return change->position < choice->cut ? KEPT : change->position == choice->cut && is_write ? TORN : LOST;
    case KINDS: break;
    }
    return is_write ? next(choice) % 4 : next(choice) % 2;
}

enum { NOWHERE = -1 };  // descriptor: make the choices alone

static void put(int fd, const void *data, size_t length, off_t offset) {
    if (fd != NOWHERE && pwrite(fd, data, length, offset) != (ssize_t)length) err(2, "write a state");
}

static void extend(int fd, off_t size) {
    struct stat status;
    if (fd == NOWHERE) return;
    if (fstat(fd, &status) != 0 || (status.st_size < size && ftruncate(fd, size) != 0)) err(2, "write a state");
}

// A sector is written whole or not at all; the size may be ahead of the data, which then reads as zeros.
static void put_torn(int fd, const struct change *change, struct choice *choice) {
    bool extended = one_in(choice, 2);
    note(choice, extended);
    if (extended) extend(fd, change->offset + change->length);
    for (uint64_t done = 0; done < change->length;) {
        uint64_t take = SECTOR - (change->offset + done) % SECTOR;
        if (take > change->length - done) take = change->length - done;
        bool kept = one_in(choice, 2);
        note(choice, kept);
        if (kept) put(fd, change->data + done, take, change->offset + done);
        done += take;
    }
}

static void write_file(const struct node *file, int fd, struct choice *choice) {
    if (fd != NOWHERE) image_store(&file->image, fd);
    for (size_t i = 0; i < file->change_count; i++) {
        const struct change *change = &file->changes[i];
        enum fate fate = fate_of(choice, change);
        note(choice, fate);
        if (fate == LOST) continue;
        if (change->kind == ENTRY_TRUNCATE) {
            if (fd != NOWHERE && ftruncate(fd, change->offset) != 0) err(2, "write a state");
        } else if (change->kind == ENTRY_EXTEND) {
            extend(fd, change->offset);
        } else if (fate == KEPT) {
            put(fd, change->data, change->length, change->offset);
        } else if (fate == TORN) {
            put_torn(fd, change, choice);
        } else {
            extend(fd, change->offset + change->length);
        }
    }
}

// `path` NULL: make the choices alone.
static void write_folder(const struct node *folder, const char *path, struct choice *choice) {
    for (size_t i = 0; i < folder->state.count; i++) {
        const struct name *name = &folder->state.list[i];
        const struct node *node = name->node;
        char whole[PATH_MAX] = "";
        if (path && snprintf(whole, sizeof whole, "%s/%s", path, name->text) >= PATH_MAX) errx(2, "a path is too long");
        if (node->kind == FOLDER_NODE) {
            if (path && mkdir(whole, 0700) != 0) err(2, "%s", whole);
            write_folder(node, path ? whole : NULL, choice);
            if (path && chmod(whole, node->mode) != 0) err(2, "%s", whole);
        } else if (node->kind == LINK_NODE) {
            if (path && symlink(node->target, whole) != 0) err(2, "%s", whole);
        } else {
            int fd = path ? open(whole, O_RDWR | O_CREAT | O_EXCL, node->mode | 0200) : NOWHERE;
            if (path && fd < 0) err(2, "%s", whole);
            write_file(node, fd, choice);
            if (path) close(fd);
        }
    }
}

// Each folder keeps a first part of its pending operations, in order; one that two folders share is kept by both
// or by neither, and then neither keeps a later one.
static void choose_names(struct tree *tree, struct choice *choice) {
    unsigned way = next(choice) % 3;
    for (size_t n = 0; n < tree->node_count; n++) {
        struct node *node = tree->nodes[n];
        if (node->kind != FOLDER_NODE) continue;
        copy_names(&node->state, &node->durable);
        node->allowance = choice->style == NOTHING_KEPT       ? 0
            : choice->style != RANDOM_KEPT || way == 0 ? SIZE_MAX
            : way == 1                                 ? 0
                                                       : next(choice) % (tree->pending_count + 1);
    }
    for (size_t i = 0; i < tree->pending_count; i++) {
        const struct name_change *change = &tree->pending[i];
        struct node *other = change->folder2 ? change->folder2 : change->folder;
        bool kept = change->folder->allowance && other->allowance;
        if (choice->style == RANDOM_KEPT && choice->odds == IN_ORDER && way != 0) kept = change->position < choice->cut;
        note(choice, kept);
        if (kept) {
            change->folder->allowance--;
            if (other != change->folder) other->allowance--;
            perform_in_state(change);
        } else {
            change->folder->allowance = other->allowance = 0;
        }
    }
}

// The position of one of the pending changes.
static uint64_t random_cut(const struct tree *tree, struct choice *choice) {
    uint64_t chosen = 0, seen = 0;
    for (size_t n = 0; n < tree->node_count; n++) {
        for (size_t i = 0; i < tree->nodes[n]->change_count; i++) {
            if (one_in(choice, ++seen)) chosen = tree->nodes[n]->changes[i].position;
        }
    }
    for (size_t i = 0; i < tree->pending_count; i++) {
        if (one_in(choice, ++seen)) chosen = tree->pending[i].position;
    }
    return chosen;
}

uint64_t choose_state(struct tree *tree, enum style style, uint64_t seed, const char *folder) {
    struct choice choice = {.style = style, .random = seed, .digest = 0xCBF29CE484222325u};
    choice.odds = next(&choice) % (KINDS + 1);
    choice.cut = random_cut(tree, &choice);
    choose_names(tree, &choice);
    write_folder(tree->root, folder, &choice);
    return choice.digest;
}
