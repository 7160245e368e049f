// The tree at the start, and the files in it by inode number.
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

struct node *enlist(struct tree *tree, struct node *node) {
    if (tree->node_count == tree->node_capacity) {
        tree->node_capacity = tree->node_capacity ? tree->node_capacity * 2 : 64;
        tree->nodes = realloc(tree->nodes, tree->node_capacity * sizeof *tree->nodes);
        if (!tree->nodes) err(2, "memory");
    }
    return tree->nodes[tree->node_count++] = node;
}

static void load_folder(struct tree *tree, struct node *folder, const char *path) {
    DIR *listing = opendir(path);
    if (!listing) err(2, "%s", path);
    for (struct dirent *item; (item = readdir(listing));) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0) continue;
        char whole[PATH_MAX], target[PATH_MAX];
        struct stat status;
        if (snprintf(whole, sizeof whole, "%s/%s", path, item->d_name) >= PATH_MAX || lstat(whole, &status) != 0)
            err(2, "%s/%s", path, item->d_name);
        struct node *node = NULL;
        if (S_ISDIR(status.st_mode)) {
            load_folder(tree, node = enlist(tree, new_node(FOLDER_NODE, status.st_mode & 07777)), whole);
        } else if (S_ISREG(status.st_mode)) {
            image_load(&(node = enlist(tree, new_node(FILE_NODE, status.st_mode & 07777)))->image, whole);
        } else if (S_ISLNK(status.st_mode)) {
            ssize_t length = readlink(whole, target, sizeof target - 1);
            if (length < 0) err(2, "%s", whole);
            target[length] = 0;
            (node = enlist(tree, new_node(LINK_NODE, 0)))->target = strdup(target);
        } else {
            continue;  // a socket: gone after a cut, as far as anyone may rely on
        }
        set_name(&folder->durable, item->d_name, node);
        set_name(&folder->current, item->d_name, node);
    }
    closedir(listing);
}

struct tree *load_tree(const char *base) {
    struct tree *tree = calloc(1, sizeof *tree);
    if (!tree) err(2, "memory");
    tree->root = enlist(tree, new_node(FOLDER_NODE, 0755));
    if (base) load_folder(tree, tree->root, base);
    return tree;
}

static size_t slot_of(const struct tree *tree, uint64_t inode) {
    size_t slot = inode * 0x9E3779B97F4A7C15u % tree->inode_capacity;
    while (tree->inodes[slot] && tree->inodes[slot] != inode) slot = (slot + 1) % tree->inode_capacity;
    return slot;
}

void bind_inode(struct tree *tree, uint64_t inode, struct node *node) {
    if (tree->inode_count * 2 >= tree->inode_capacity) {
        struct tree old = *tree;
        tree->inode_capacity = old.inode_capacity ? old.inode_capacity * 2 : 256;
        tree->inodes = calloc(tree->inode_capacity, sizeof *tree->inodes);
        tree->by_inode = calloc(tree->inode_capacity, sizeof(struct node *));
        if (!tree->inodes || !tree->by_inode) err(2, "memory");
        for (size_t i = 0; i < old.inode_capacity; i++) {
            if (!old.inodes[i]) continue;
            size_t slot = slot_of(tree, old.inodes[i]);
            tree->inodes[slot] = old.inodes[i];
            tree->by_inode[slot] = old.by_inode[i];
        }
        free(old.inodes);
        free(old.by_inode);
    }
    size_t slot = slot_of(tree, inode);
    tree->inode_count += tree->inodes[slot] == 0;
    tree->inodes[slot] = inode;
    tree->by_inode[slot] = node;
}

struct node *node_of_inode(const struct tree *tree, uint64_t inode) {
    return tree->inode_capacity && inode ? tree->by_inode[slot_of(tree, inode)] : NULL;
}

// Files with no name left, durable or seen, are out of every state that matters.
static void mark_named(const struct names *names, uint64_t mark) {
    for (size_t i = 0; i < names->count; i++) names->list[i].node->mark = mark;
}

size_t pending_parts(struct tree *tree) {
    size_t count = tree->pending_count;
    tree->mark++;
    for (size_t n = 0; n < tree->node_count; n++) {
        mark_named(&tree->nodes[n]->durable, tree->mark);
        mark_named(&tree->nodes[n]->current, tree->mark);
    }
    for (size_t n = 0; n < tree->node_count; n++) {
        const struct node *node = tree->nodes[n];
        for (size_t i = 0; node->mark == tree->mark && i < node->change_count; i++) {
            const struct change *change = &node->changes[i];
            uint64_t sectors = (change->offset % SECTOR + change->length + SECTOR - 1) / SECTOR;
            if (!change->fixed) count += change->kind == ENTRY_WRITE ? sectors : 1;
        }
    }
    return count;
}
