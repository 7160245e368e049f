// The record of a run: what faultshim.so writes and powercut reads.
//
// A record is a sequence of entries in the order in which the calls returned, each a `struct entry` followed by
// `path`, `path2` (no terminators) and `data_length` bytes of data. Integers are in the machine's byte order: a
// record is read on the machine that made it. Entries are appended whole (one writev to an O_APPEND file), so
// threads and processes share one record without a lock and a SIGKILL never leaves half an entry behind a whole one.
#ifndef FAULTS_RECORD_H
#define FAULTS_RECORD_H

#include <stdint.h>

enum { ENTRY_MAGIC = 0x54464459 };

enum entry_kind {
    ENTRY_ROOT = 1,     // path: the folder that the record is about
    ENTRY_CREATE,       // path, node: a new, empty file
    ENTRY_WRITE,        // node, offset, data: written, not yet durable
    ENTRY_DURABLE,      // node, offset, length: the O_DSYNC write just before it has returned
    ENTRY_SYNC,         // node, offset: a sync that began at this offset of the record has returned
    ENTRY_SYNC_FAILED,  // the same, with an error: the kernel may now call these pages clean
    ENTRY_DIRSYNC,      // path, offset: a folder's fsync
    ENTRY_TRUNCATE,     // node, offset: the new size
    ENTRY_EXTEND,       // node, offset: fallocate made the file at least this long
    ENTRY_RENAME,       // path to path2, replacing what path2 named
    ENTRY_UNLINK,       // path
    ENTRY_MKDIR,        // path
    ENTRY_RMDIR,        // path
    ENTRY_LINK,         // path2 is a new name of node (path)
    ENTRY_SYMLINK,      // path holds the text path2
    ENTRY_ACK,          // data: one or more acknowledgement lines
};

enum { ENTRY_UNNAMED = 1 };  // flag: the file had no name (any more) when this was done

struct entry {
    uint32_t magic;
    uint16_t kind;
    uint16_t flags;
    uint32_t path_length;
    uint32_t path2_length;
    uint64_t node;  // inode number; an ENTRY_CREATE gives it to a new file
    uint64_t offset;
    uint64_t length;
    uint64_t data_length;
};

#endif
