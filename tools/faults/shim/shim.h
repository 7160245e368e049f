// faultshim: what the parts of the shim share.
#ifndef FAULTS_SHIM_H
#define FAULTS_SHIM_H

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "../record.h"

// The next definition of a libc function: the one that the program would have had without us.
#define REAL(name)                                                        \
    ({                                                                    \
        static __typeof__(&name) found;                                   \
        __typeof__(&name) real = __atomic_load_n(&found, __ATOMIC_RELAXED); \
        if (!real) {                                                      \
            real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);            \
            __atomic_store_n(&found, real, __ATOMIC_RELAXED);             \
        }                                                                 \
        real;                                                             \
    })

// Classes of operations, in the order in which the counts file holds them.
enum op_class {
    OP_WRITE,     // write, pwrite, writev, … except commits
    OP_COMMIT,    // LMDB writes a meta page: the instant of a commit
    OP_SYNC,      // fdatasync, fsync, sync_file_range, msync of a file
    OP_DIRSYNC,   // fsync of a folder
    OP_TRUNCATE,  // ftruncate, truncate, O_TRUNC of a file that was there
    OP_ALLOCATE,  // fallocate
    OP_CREATE,    // a new file
    OP_RENAME,
    OP_UNLINK,
    OP_MKDIR,
    OP_RMDIR,
    OP_LINK,  // hard and symbolic
    OP_COPY,  // copy_file_range, sendfile
    OP_CLASSES
};

// What is to happen to an operation.
enum fate { PASS, FAIL, SHORT, TORN, DIE_AFTER };
struct verdict {
    enum fate fate;
    int error;  // for FAIL
};

// An operand: a file or folder below the root.
struct operand {
    char path[PATH_MAX];
    uint64_t node;
    bool is_folder;
    bool unnamed;
    bool write_through;  // O_DSYNC or O_SYNC
};

// state.c
bool shim_active(void);
bool shim_records(void);
const char *shim_root(void);
bool shim_is_ack(const char *path);
struct verdict meet(enum op_class op, const char *path);  // counts; dies here for a kill "before"
void after(struct verdict verdict);                       // dies here for a kill "after"
_Noreturn void die(void);

// paths.c
bool operand_of_descriptor(int fd, struct operand *out);  // false: not below the root
bool path_below_root(int folder, const char *path, char out[PATH_MAX]);
bool path_of_descriptor(int fd, char out[PATH_MAX], bool *unnamed);

// recorder.c: each does nothing unless recording
uint64_t record_position(void);
void record(enum entry_kind kind, const struct operand *file, uint64_t offset, uint64_t length);
void record_data(const struct operand *file, uint64_t offset, const struct iovec *parts, int count, size_t length);
void record_copy(int fd, const struct operand *file, uint64_t offset, size_t length);
void record_names(enum entry_kind kind, const char *path, const char *path2, uint64_t node);
void record_ack(const struct iovec *parts, int count);

#endif
