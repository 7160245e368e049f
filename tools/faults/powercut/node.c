// Files and folders, their names and their pending changes.
#include <err.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

struct node *new_node(enum node_kind kind, unsigned mode) {
    struct node *node = calloc(1, sizeof *node);
    if (!node) err(2, "memory");
    node->kind = kind;
    node->mode = mode;
    return node;
}

static struct name *entry_named(const struct names *names, const char *text) {
    for (size_t i = 0; i < names->count; i++) {
        if (strcmp(names->list[i].text, text) == 0) return &names->list[i];
    }
    return NULL;
}

struct node *find_name(const struct names *names, const char *text) {
    struct name *entry = entry_named(names, text);
    return entry ? entry->node : NULL;
}

void set_name(struct names *names, const char *text, struct node *node) {
    struct name *entry = entry_named(names, text);
    if (entry) {
        entry->node = node;
        return;
    }
    if (names->count == names->capacity) {
        names->capacity = names->capacity ? names->capacity * 2 : 8;
        names->list = realloc(names->list, names->capacity * sizeof *names->list);
        if (!names->list) err(2, "memory");
    }
    char *copy = strdup(text);
    if (!copy) err(2, "memory");
    names->list[names->count++] = (struct name){copy, node};
}

void remove_name(struct names *names, const char *text) {
    struct name *entry = entry_named(names, text);
    if (!entry) return;
    free(entry->text);
    *entry = names->list[--names->count];
}

void copy_names(struct names *to, const struct names *from) {
    for (size_t i = 0; i < to->count; i++) free(to->list[i].text);
    to->count = 0;
    for (size_t i = 0; i < from->count; i++) set_name(to, from->list[i].text, from->list[i].node);
}

struct change *add_change(struct node *file, struct change change) {
    if (file->change_count == file->change_capacity) {
        file->change_capacity = file->change_capacity ? file->change_capacity * 2 : 16;
        file->changes = realloc(file->changes, file->change_capacity * sizeof *file->changes);
        if (!file->changes) err(2, "memory");
    }
    file->changes[file->change_count] = change;
    return &file->changes[file->change_count++];
}

// A fixed change behind one that may still be lost stays in the list, so that the order of making is kept.
void settle(struct node *file) {
    size_t done = 0;
    for (; done < file->change_count && file->changes[done].fixed; done++) {
        const struct change *change = &file->changes[done];
        if (change->kind == ENTRY_WRITE) image_write(&file->image, change->offset, change->data, change->length);
        if (change->kind == ENTRY_TRUNCATE) image_resize(&file->image, change->offset);
        if (change->kind == ENTRY_EXTEND && change->offset > file->image.size)
            image_resize(&file->image, change->offset);
    }
    file->change_count -= done;
    memmove(file->changes, file->changes + done, file->change_count * sizeof *file->changes);
}
