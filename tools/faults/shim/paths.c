// Which operations concern files below the root, and what they are called.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shim.h"

static bool below_root(const char *path) {
    size_t length = strlen(shim_root());
    return strncmp(path, shim_root(), length) == 0 && (path[length] == '/' || path[length] == 0);
}

bool path_of_descriptor(int fd, char out[PATH_MAX], bool *unnamed) {
    static const char gone[] = " (deleted)";
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, out, PATH_MAX - 1);
    if (length <= 0) return false;
    out[length] = 0;
    size_t tail = sizeof gone - 1;
    *unnamed = (size_t)length > tail && strcmp(out + length - tail, gone) == 0;
    if (*unnamed) out[length - tail] = 0;
    return true;
}

bool operand_of_descriptor(int fd, struct operand *out) {
    int saved = errno;
    struct stat status;
    bool found = path_of_descriptor(fd, out->path, &out->unnamed) && below_root(out->path) && fstat(fd, &status) == 0;
    if (found) {
        out->node = status.st_ino;
        out->is_folder = S_ISDIR(status.st_mode);
        int flags = fcntl(fd, F_GETFL);
        out->write_through = flags >= 0 && (flags & O_DSYNC) != 0;  // O_SYNC contains O_DSYNC
    }
    errno = saved;
    return found;
}

// The absolute path, its folders resolved and its last part left as it is (it may be a new name or a link).
bool path_below_root(int folder, const char *path, char out[PATH_MAX]) {
    int saved = errno;
    char whole[PATH_MAX], parent[PATH_MAX];
    bool unnamed, fits = false;
    if (path[0] == '/') {
        fits = snprintf(whole, sizeof whole, "%s", path) < PATH_MAX;
    } else if (folder == AT_FDCWD ? getcwd(parent, sizeof parent) != NULL
                                  : path_of_descriptor(folder, parent, &unnamed)) {
        fits = snprintf(whole, sizeof whole, "%s/%s", parent, path) < PATH_MAX;
    }
    bool found = false;
    if (fits) {
        size_t length = strlen(whole);
        while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
        char *slash = strrchr(whole, '/');
        const char *name = slash + 1;
        if (!*name || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            found = realpath(whole, out) != NULL;
        } else {
            *slash = 0;
            found = realpath(*whole ? whole : "/", parent)
                && snprintf(out, PATH_MAX, "%s/%s", strcmp(parent, "/") == 0 ? "" : parent, name) < PATH_MAX;
        }
    }
    errno = saved;
    return found && below_root(out);
}
