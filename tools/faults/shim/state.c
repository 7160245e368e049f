// What the environment asks for, the counts that all processes of a run share, and the fate of each operation.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "shim.h"

static const char *const class_names[OP_CLASSES] = {
    "write", "commit", "sync", "dirsync", "truncate", "allocate", "create",
    "rename", "unlink", "mkdir", "rmdir", "link", "copy",
};

// The counts file: mapped, so that it is whole after a SIGKILL and shared across fork and exec.
struct counts {
    uint64_t total;
    uint64_t matched;  // of the selected classes
    uint64_t hits;     // how often a fault was injected
    uint64_t by_class[OP_CLASSES];
    char first_hit[512];  // "class path"
};

static struct {
    bool on, records, kills, fails, sticky, kill_after;
    char root[PATH_MAX];
    size_t root_length;
    const char *ack;
    bool selected[OP_CLASSES];
    uint64_t nth;
    enum fate fate;
    int error;
    struct counts *counts;
} shim;

static pthread_once_t once = PTHREAD_ONCE_INIT;

// A wrong setting would make a sweep pass without testing anything: stop instead.
_Noreturn static void refuse(const char *variable, const char *value) {
    dprintf(2, "faultshim: %s=%s is not understood\n", variable, value);
    _exit(64);
}

static void select_classes(const char *list) {
    char copy[256];
    snprintf(copy, sizeof copy, "%s", list);
    for (char *rest, *word = strtok_r(copy, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        bool known = false;
        for (int i = 0; i < OP_CLASSES; i++) {
            if (strcmp(word, "any") == 0 || strcmp(word, class_names[i]) == 0) known = shim.selected[i] = true;
        }
        if (!known) refuse("FAULT_CLASS", list);
    }
}

static void select_error(const char *name) {
    static const struct { const char *name; int error; } errors[] = {
        {"EIO", EIO}, {"ENOSPC", ENOSPC}, {"EDQUOT", EDQUOT}, {"EINTR", EINTR},
    };
    shim.fate = FAIL;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        if (strcmp(name, errors[i].name) == 0) { shim.error = errors[i].error; return; }
    }
    if (strcmp(name, "short") == 0) shim.fate = SHORT;
    else if (strcmp(name, "torn") == 0) shim.fate = TORN;
    else refuse("FAULT_ERROR", name);
}

static void map_counts(const char *path) {
    int flags = MAP_SHARED | (path ? 0 : MAP_ANONYMOUS), fd = -1;
    if (path) {
        fd = REAL(open)(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0 || REAL(ftruncate)(fd, sizeof *shim.counts) != 0) refuse("FAULT_COUNT", path);
    }
    shim.counts = mmap(NULL, sizeof *shim.counts, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (shim.counts == MAP_FAILED) refuse("FAULT_COUNT", path ? path : "(memory)");
    if (fd >= 0) close(fd);
}

static void configure(void) {
    const char *root = getenv("FAULT_ROOT"), *mode = getenv("FAULT_MODE"), *value;
    if (!root || !mode) return;
    if (!realpath(root, shim.root)) refuse("FAULT_ROOT", root);
    shim.root_length = strlen(shim.root);
    shim.ack = getenv("FAULT_ACK");
    char modes[128];
    snprintf(modes, sizeof modes, "%s", mode);
    for (char *rest, *word = strtok_r(modes, ",", &rest); word; word = strtok_r(NULL, ",", &rest)) {
        if (strcmp(word, "record") == 0) shim.records = true;
        else if (strcmp(word, "kill") == 0) shim.kills = true;
        else if (strcmp(word, "error") == 0) shim.fails = true;
        else if (strcmp(word, "count") != 0) refuse("FAULT_MODE", mode);
    }
    select_classes((value = getenv("FAULT_CLASS")) ? value : "any");
    shim.nth = (value = getenv("FAULT_NTH")) ? strtoull(value, NULL, 10) : 1;
    shim.sticky = (value = getenv("FAULT_STICKY")) && strcmp(value, "1") == 0;
    if ((value = getenv("FAULT_WHEN"))) {
        shim.kill_after = strcmp(value, "after") == 0;
        if (!shim.kill_after && strcmp(value, "before") != 0) refuse("FAULT_WHEN", value);
    }
    if (shim.fails) select_error((value = getenv("FAULT_ERROR")) ? value : "EIO");
    map_counts(getenv("FAULT_COUNT"));
    __atomic_store_n(&shim.on, true, __ATOMIC_RELEASE);
    if (shim.records) record_names(ENTRY_ROOT, shim.root, NULL, 0);
}

// Libraries may write before our constructor has run, so every entry point comes through here.
bool shim_active(void) {
    pthread_once(&once, configure);
    return __atomic_load_n(&shim.on, __ATOMIC_ACQUIRE);
}

__attribute__((constructor)) static void start(void) { shim_active(); }

bool shim_records(void) { return shim.records; }
const char *shim_root(void) { return shim.root; }
bool shim_is_ack(const char *path) { return shim.ack && *shim.ack && strstr(path, shim.ack); }

_Noreturn void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

struct verdict meet(enum op_class op, const char *path) {
    struct counts *counts = shim.counts;
    __atomic_add_fetch(&counts->total, 1, __ATOMIC_SEQ_CST);
    __atomic_add_fetch(&counts->by_class[op], 1, __ATOMIC_SEQ_CST);
    if (!shim.selected[op]) return (struct verdict){PASS, 0};
    uint64_t number = __atomic_add_fetch(&counts->matched, 1, __ATOMIC_SEQ_CST);
    bool hit = number == shim.nth || (shim.sticky && number > shim.nth);
    if (!hit || !(shim.kills || shim.fails)) return (struct verdict){PASS, 0};
    if (__atomic_fetch_add(&counts->hits, 1, __ATOMIC_SEQ_CST) == 0) {
        snprintf(counts->first_hit, sizeof counts->first_hit, "%s %.480s", class_names[op], path + shim.root_length);
    }
    if (shim.kills && !shim.kill_after) die();
    if (shim.kills) return (struct verdict){DIE_AFTER, 0};
    bool has_length = op == OP_WRITE || op == OP_COMMIT || op == OP_COPY;
    if (shim.fate != FAIL && !has_length) return (struct verdict){FAIL, EIO};
    return (struct verdict){shim.fate, shim.error};
}

void after(struct verdict verdict) {
    if (verdict.fate == DIE_AFTER) die();
}
