// powercut: the model of a folder tree, part of it durable, part of it pending.
#ifndef FAULTS_MODEL_H
#define FAULTS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../record.h"

enum { SECTOR = 512, BLOCK = 4096 };

// --- image.c: the durable bytes of a file, in blocks; a missing block is zeros.
struct image {
    uint64_t size;
    size_t count;
    unsigned char **blocks;
};
void image_write(struct image *image, uint64_t offset, const void *data, uint64_t length);
void image_resize(struct image *image, uint64_t size);
void image_load(struct image *image, const char *path);
void image_store(const struct image *image, int fd);

// --- node.c: files, folders, links
struct change {  // of a file's content, not yet durable, in the order made
    enum entry_kind kind;  // WRITE, TRUNCATE or EXTEND
    uint64_t offset, length, position;
    const unsigned char *data;
    bool fixed;     // durable, though a change before it may not be
    bool doubtful;  // its sync failed: no later sync makes it durable
};

struct name {
    char *text;
    struct node *node;
};

struct names {
    struct name *list;
    size_t count, capacity;
};

enum node_kind { FILE_NODE, FOLDER_NODE, LINK_NODE };

struct node {
    enum node_kind kind;
    unsigned mode;
    struct image image;     // file: durable content
    struct change *changes; // file: pending
    size_t change_count, change_capacity;
    char *target;           // link
    struct names durable;   // folder: names there after any cut, before the pending operations
    struct names current;   // folder: as the program sees it
    struct names state;     // folder: in the state being built
    uint64_t mark;          // set while counting
    size_t allowance;       // folder: how many of its pending operations the state being built keeps
};

struct node *new_node(enum node_kind kind, unsigned mode);
struct node *find_name(const struct names *names, const char *text);
void set_name(struct names *names, const char *text, struct node *node);
void remove_name(struct names *names, const char *text);
void copy_names(struct names *to, const struct names *from);
struct change *add_change(struct node *file, struct change change);
void settle(struct node *file);  // moves the leading fixed changes into the image

// --- tree.c: the whole tree and what the record does to it
struct name_change {  // an operation on one name or two, not yet durable
    struct node *folder, *folder2;  // folder2: the target of a rename, else NULL
    char *text, *text2;
    struct node *node;  // NULL: removes
    uint64_t position;
};

struct tree {
    struct node *root;
    struct name_change *pending;
    size_t pending_count, pending_capacity;
    struct node **by_inode;  // open addressing table of file nodes
    uint64_t *inodes;
    size_t inode_capacity, inode_count;
    struct node **nodes;  // all of them
    size_t node_count, node_capacity;
    uint64_t mark;
    char root_path[4096];
    char acked[4096];  // the last acknowledged line
};

struct tree *load_tree(const char *base);  // base: a folder, or NULL for an empty start
struct node *enlist(struct tree *tree, struct node *node);
void bind_inode(struct tree *tree, uint64_t inode, struct node *node);
struct node *node_of_inode(const struct tree *tree, uint64_t inode);
// How many parts of what is pending a cut may keep or lose on their own: operations, and the sectors of writes.
size_t pending_parts(struct tree *tree);

// --- naming.c: operations on names
struct node *node_at(const struct tree *tree, const char *path);
void change_names(struct tree *tree, const char *path, const char *path2, struct node *node, uint64_t position);
void sync_folder(struct tree *tree, struct node *folder, uint64_t began);
void perform_in_state(const struct name_change *change);

// --- entries.c
// `body` is what follows the entry in the record, which stays mapped: pending writes point into it.
void apply_entry(struct tree *tree, const struct entry *entry, const unsigned char *body, uint64_t position);

// --- state.c: one of the states that a cut may leave
// The first four are the classic ones: every name but no data, every name and size but no data.
enum style { NOTHING_KEPT, ALL_KEPT, NAMES_KEPT, SIZES_KEPT, RANDOM_KEPT };
// Writes the state below `folder` (which must be empty; NULL: nowhere) and returns a digest of the choices made.
uint64_t choose_state(struct tree *tree, enum style style, uint64_t seed, const char *folder);

#endif
