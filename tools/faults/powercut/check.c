// Asks whether a state is good: a command, or whoever is at the other end of the pipe.
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "powercut.h"

static char answer[4096];

static const char *ask(const char *name, const char *folder, const char *acked) {
    printf("%s\t%s\t%s\n", name, folder, acked);
    fflush(stdout);
    if (!fgets(answer, sizeof answer, stdin)) errx(2, "no answer to state %s", name);
    answer[strcspn(answer, "\n")] = 0;
    return strcmp(answer, "ok") == 0 ? NULL : answer;
}

static const char *run(const char *command, const char *folder, const char *acked, int timeout) {
    pid_t child = fork();
    if (child < 0) err(2, "fork");
    if (child == 0) {
        setpgid(0, 0);
        if (setenv("DIR", folder, 1) != 0 || setenv("ACKED", acked, 1) != 0) _exit(127);
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    setpgid(child, child);
    int status = 0;
    struct timespec pause = {0, 200000}, began, now;
    clock_gettime(CLOCK_MONOTONIC, &began);
    for (pid_t done = 0; (done = waitpid(child, &status, WNOHANG)) != child;) {
        if (done < 0) err(2, "wait");
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec - began.tv_sec > timeout) {
            kill(-child, SIGKILL);
            waitpid(child, &status, 0);
            return "the check took too long";
        }
        nanosleep(&pause, NULL);
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return NULL;
    if (WIFSIGNALED(status)) snprintf(answer, sizeof answer, "the check died of signal %d", WTERMSIG(status));
    else snprintf(answer, sizeof answer, "the check ended with %d", WEXITSTATUS(status));
    return answer;
}

const char *check_state(const struct options *options, const char *name, const char *folder, const char *acked) {
    if (strcmp(options->check, "-") == 0) return ask(name, folder, acked);
    return run(options->check, folder, acked, options->timeout);
}
