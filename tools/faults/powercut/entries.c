// What each entry of the record does to the tree.
#define _GNU_SOURCE
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

// The file that an entry is about: by inode, else by name, else one made by means that the shim does not see.
static struct node *file_of(struct tree *tree, const struct entry *entry, const char *path, uint64_t position) {
    struct node *file = node_of_inode(tree, entry->node);
    if (file) return file;
    bool named = !(entry->flags & ENTRY_UNNAMED);
    if (named) file = node_at(tree, path);
    if (!file) {
        file = enlist(tree, new_node(FILE_NODE, 0600));
        if (named) change_names(tree, path, NULL, file, position);
    }
    if (entry->node) bind_inode(tree, entry->node, file);
    return file;
}

static void sync_file(struct node *file, uint64_t began, bool failed) {
    for (size_t i = 0; i < file->change_count; i++) {
        struct change *change = &file->changes[i];
        if (change->position >= began || change->fixed) continue;
        if (failed) change->doubtful = true;
        else change->fixed = !change->doubtful;
    }
    settle(file);
}

static void fix_last_write(struct node *file, const struct entry *entry) {
    for (size_t i = file->change_count; i-- > 0;) {
        struct change *change = &file->changes[i];
        if (change->kind != ENTRY_WRITE || change->offset != entry->offset || change->length != entry->length) continue;
        change->fixed = true;
        break;
    }
    settle(file);
}

// The last line counts. Of numbers it is the greatest: threads may write theirs in another order.
static void note_ack(struct tree *tree, const char *text, size_t length) {
    char line[sizeof tree->acked], *end, *old_end;
    for (size_t done = 0; done < length;) {
        const char *stop = memchr(text + done, '\n', length - done);
        size_t size = stop ? (size_t)(stop - text) - done : length - done;
        snprintf(line, sizeof line, "%.*s", (int)size, text + done);
        done += size + 1;
        unsigned long long number = strtoull(line, &end, 10), old = strtoull(tree->acked, &old_end, 10);
        bool are_numbers = end != line && !*end && old_end != tree->acked && !*old_end;
        if (line[0] && !(are_numbers && old > number)) memcpy(tree->acked, line, sizeof line);
    }
}

void apply_entry(struct tree *tree, const struct entry *entry, const unsigned char *body, uint64_t position) {
    char path[PATH_MAX], path2[PATH_MAX];
    snprintf(path, sizeof path, "%.*s", (int)entry->path_length, (const char *)body);
    snprintf(path2, sizeof path2, "%.*s", (int)entry->path2_length, (const char *)body + entry->path_length);
    const unsigned char *data = body + entry->path_length + entry->path2_length;
    struct node *node;
    switch ((enum entry_kind)entry->kind) {
    case ENTRY_ROOT:
        snprintf(tree->root_path, sizeof tree->root_path, "%s", path);
        break;
    case ENTRY_CREATE:
        node = enlist(tree, new_node(FILE_NODE, 0600));
        bind_inode(tree, entry->node, node);
        change_names(tree, path, NULL, node, position);
        break;
    case ENTRY_WRITE:
    case ENTRY_TRUNCATE:
    case ENTRY_EXTEND:
        add_change(file_of(tree, entry, path, position),
                   (struct change){entry->kind, entry->offset, entry->length, position, data, false, false});
        break;
    case ENTRY_DURABLE:
        fix_last_write(file_of(tree, entry, path, position), entry);
        break;
    case ENTRY_SYNC:
    case ENTRY_SYNC_FAILED:
        sync_file(file_of(tree, entry, path, position), entry->offset, entry->kind == ENTRY_SYNC_FAILED);
        break;
    case ENTRY_DIRSYNC:
        if ((node = node_at(tree, path))) sync_folder(tree, node, entry->offset);
        break;
    case ENTRY_RENAME:
        change_names(tree, path, path2, NULL, position);
        break;
    case ENTRY_UNLINK:
    case ENTRY_RMDIR:
        change_names(tree, path, NULL, NULL, position);
        break;
    case ENTRY_MKDIR:
        change_names(tree, path, NULL, enlist(tree, new_node(FOLDER_NODE, 0755)), position);
        break;
    case ENTRY_LINK:
        change_names(tree, path2, NULL, file_of(tree, entry, path, position), position);
        break;
    case ENTRY_SYMLINK:
        (node = enlist(tree, new_node(LINK_NODE, 0)))->target = strdup(path2);
        change_names(tree, path, NULL, node, position);
        break;
    case ENTRY_ACK:
        note_ack(tree, (const char *)data, entry->data_length);
        break;
    default:
        errx(2, "the record holds an entry of an unknown kind, %u", entry->kind);
    }
}
