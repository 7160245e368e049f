// Operations on names: made at once for the program, durable when their folder is synced.
#define _GNU_SOURCE
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

// The folder that holds `path`, with the last part of the path in `name`; NULL when the record never told of it.
static struct node *holder(const struct tree *tree, const char *path, char name[NAME_MAX + 1]) {
    struct node *folder = tree->root;
    char copy[PATH_MAX];
    snprintf(copy, sizeof copy, "%s", path + strlen(tree->root_path));
    char *rest = copy;
    name[0] = 0;
    for (char *part; (part = strsep(&rest, "/"));) {
        if (!*part) continue;
        if (name[0]) folder = find_name(&folder->current, name);
        if (!folder || folder->kind != FOLDER_NODE) return NULL;
        snprintf(name, NAME_MAX + 1, "%s", part);
    }
    return folder;
}

struct node *node_at(const struct tree *tree, const char *path) {
    char name[NAME_MAX + 1];
    struct node *folder = holder(tree, path, name);
    return !folder ? NULL : name[0] ? find_name(&folder->current, name) : folder;
}

static void perform(const struct name_change *change, size_t names) {
    // `names` is the offset of the set of names to act on: durable, current or state.
#define NAMES(folder) ((struct names *)((char *)(folder) + names))
    if (change->folder2) {
        struct node *moved = find_name(NAMES(change->folder), change->text);
        remove_name(NAMES(change->folder), change->text);
        if (moved) set_name(NAMES(change->folder2), change->text2, moved);
    } else if (change->node) {
        set_name(NAMES(change->folder), change->text, change->node);
    } else {
        remove_name(NAMES(change->folder), change->text);
    }
}

void perform_in_state(const struct name_change *change) { perform(change, offsetof(struct node, state)); }

void change_names(
    struct tree *tree, const char *path, const char *path2, struct node *node, uint64_t position
) {
    char text[NAME_MAX + 1], text2[NAME_MAX + 1] = "";
    struct node *folder = holder(tree, path, text), *folder2 = path2 ? holder(tree, path2, text2) : NULL;
    if (!folder || (path2 && !folder2)) errx(2, "the record names a folder that is not there: %s", path);
    if (tree->pending_count == tree->pending_capacity) {
        tree->pending_capacity = tree->pending_capacity ? tree->pending_capacity * 2 : 64;
        tree->pending = realloc(tree->pending, tree->pending_capacity * sizeof *tree->pending);
        if (!tree->pending) err(2, "memory");
    }
    struct name_change *change = &tree->pending[tree->pending_count++];
    *change = (struct name_change){folder, folder2, strdup(text), strdup(text2), node, position};
    perform(change, offsetof(struct node, current));
}

// A folder's fsync makes its operations durable, all of them in order. One that another folder shares (a rename
// from folder to folder) takes that folder's earlier ones with it, as one journal does.
void sync_folder(struct tree *tree, struct node *folder, uint64_t began) {
    bool *settled = calloc(tree->pending_count + 1, sizeof *settled);
    struct node **folders = calloc(2 * tree->pending_count + 1, sizeof(struct node *));
    if (!settled || !folders) err(2, "memory");
    size_t count = 0;
    folders[count++] = folder;
    for (size_t i = tree->pending_count; i-- > 0;) {
        const struct name_change *change = &tree->pending[i];
        if (change->position >= began) continue;
        for (size_t f = 0; f < count && !settled[i]; f++)
            settled[i] = change->folder == folders[f] || change->folder2 == folders[f];
        if (settled[i] && change->folder2 && change->folder2 != change->folder) {
            folders[count++] = change->folder;
            folders[count++] = change->folder2;
        }
    }
    size_t left = 0;
    for (size_t i = 0; i < tree->pending_count; i++) {
        struct name_change *change = &tree->pending[i];
        if (settled[i]) {
            perform(change, offsetof(struct node, durable));
            free(change->text);
            free(change->text2);
        } else {
            tree->pending[left++] = *change;
        }
    }
    tree->pending_count = left;
    free(settled);
    free(folders);
}
