#include "CBusError.h"

// The handler finds the file by the address in /proc/self/maps, writes one line to standard error, puts back what was
// there before, and returns: the same instruction fails again, and the process ends by the signal as it would have. In C,
// because a handler may neither allocate nor take a lock: it calls open, read, write, close, memchr and sigaction alone.
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

static struct sigaction previous;

static void say(const char *text, size_t length) {
    ssize_t ignored = write(STDERR_FILENO, text, length);
    (void)ignored;
}

// Reads a hexadecimal number and steps over what ended it.
static uintptr_t hex(const char **at, const char *end) {
    uintptr_t number = 0;
    for (; *at < end; ++*at) {
        char digit = **at;
        if (digit >= '0' && digit <= '9') number = number << 4 | (uintptr_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f') number = number << 4 | (uintptr_t)(digit - 'a' + 10);
        else break;
    }
    if (*at < end) ++*at;
    return number;
}

// Tells of the file when a line of the maps holds the address: "7f21c0000000-7f21c0400000 r--s … /store/log/data.mdb".
static int tell_map(const char *line, size_t length, uintptr_t address) {
    static const char before[] = "syncd: cannot read ";
    static const char after[] = ": the disk failed, or the file was cut short. Check the disk. State is made again at the "
                                "next start; a log must be restored from a backup\n";
    const char *at = line, *end = line + length;
    uintptr_t from = hex(&at, end), to = hex(&at, end);
    if (address < from || address >= to) return 0;
    const char *path = (const char *)memchr(at, '/', (size_t)(end - at));
    if (path) {
        say(before, sizeof before - 1);
        say(path, (size_t)(end - path));
        say(after, sizeof after - 1);
    }
    return 1;
}

static void on_bus_error(int signal, siginfo_t *info, void *context) {
    (void)context;
    uintptr_t address = (uintptr_t)info->si_addr;
    char line[1024], window[1024];
    size_t length = 0;
    ssize_t got = 0;
    int is_told = 0;
    int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    while (maps >= 0 && !is_told && (got = read(maps, window, sizeof window)) > 0) {
        for (ssize_t index = 0; index < got && !is_told; index++) {
            if (window[index] == '\n') {
                is_told = tell_map(line, length, address);
                length = 0;
            } else if (length < sizeof line) {
                line[length++] = window[index];
            }
        }
    }
    if (maps >= 0) close(maps);
    sigaction(signal, &previous, 0);
}

int CBusErrorReport(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    return sigaction(SIGBUS, &action, &previous);
}
