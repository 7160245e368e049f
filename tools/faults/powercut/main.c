// powercut: checks a program's files in the states that a power cut may leave. See README.md.
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "model.h"
#include "powercut.h"

static struct options options = {.states = 1000, .seed = 1, .jobs = 1, .seconds = 0, .timeout = 60, .only_point = -1};

static const struct option long_options[] = {
    {"base", required_argument, NULL, 'b'},    {"work", required_argument, NULL, 'w'},
    {"place", required_argument, NULL, 'p'},   {"check", required_argument, NULL, 'c'},
    {"states", required_argument, NULL, 'n'},  {"seed", required_argument, NULL, 's'},
    {"jobs", required_argument, NULL, 'j'},    {"seconds", required_argument, NULL, 't'},
    {"timeout", required_argument, NULL, 'T'}, {"only", required_argument, NULL, 'o'},
    {"keep", no_argument, NULL, 'k'},          {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: powercut [options] --check COMMAND RECORD\n"
    "  --base DIR       the folder as it was before recording began (default: empty)\n"
    "  --work DIR       build the states in DIR/0, DIR/1, … (default: a new folder in /dev/shm)\n"
    "  --place DIR      build every state in this very folder, one at a time\n"
    "  --check COMMAND  run in a shell with DIR and ACKED set; 0 = the state is good.\n"
    "                   '-' = print \"POINT:ROUND<tab>DIR<tab>ACKED\" and read one line, \"ok\" or what is wrong\n"
    "  --states N       at least so many states, spread over all points (default 1000)\n"
    "  --seed N --jobs N --seconds N (stop early) --timeout N (of one check, default 60)\n"
    "  --only P:R       one state, as a failure named it; --keep leaves its folder\n"
    "exit: 0 every state was good, 1 some were not, 2 could not be done, 64 bad usage\n";

static int remove_item(const char *path, const struct stat *status, int type, struct FTW *at) {
    (void)status, (void)type, (void)at;
    return remove(path);
}

void make_empty(const char *folder) {
    if (nftw(folder, remove_item, 32, FTW_DEPTH | FTW_PHYS) != 0 && errno != ENOENT) err(2, "%s", folder);
    if (mkdir(folder, 0700) != 0) err(2, "%s", folder);
}

static void read_options(int count, char **words) {
    for (int letter; (letter = getopt_long(count, words, "", long_options, NULL)) != -1;) {
        switch (letter) {
        case 'b': options.base = optarg; break;
        case 'w': options.work = optarg; break;
        case 'p': options.place = optarg; break;
        case 'c': options.check = optarg; break;
        case 'n': options.states = strtoul(optarg, NULL, 10); break;
        case 's': options.seed = strtoull(optarg, NULL, 0); break;
        case 'j': options.jobs = atoi(optarg); break;
        case 't': options.seconds = atoi(optarg); break;
        case 'T': options.timeout = atoi(optarg); break;
        case 'k': options.keep = true; break;
        case 'o':
            if (sscanf(optarg, "%ld:%lu", &options.only_point, &options.only_round) != 2) errx(64, "--only POINT:ROUND");
            break;
        case 'h': fputs(usage, stdout); exit(0);
        default: fputs(usage, stderr); exit(64);
        }
    }
    bool one_at_a_time = options.place || (options.check && strcmp(options.check, "-") == 0);
    if (one_at_a_time || options.only_point >= 0) options.jobs = 1;
    if (optind != count - 1 || !options.check || options.jobs < 1 || options.jobs > 64) {
        fputs(usage, stderr);
        exit(64);
    }
}

static struct cut_record open_record(const char *path) {
    int fd = open(path, O_RDONLY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) err(2, "%s", path);
    if (status.st_size == 0) errx(2, "%s: the record is empty", path);
    struct cut_record record = {mmap(NULL, status.st_size, PROT_READ, MAP_PRIVATE, fd, 0), status.st_size, 0};
    if (record.bytes == MAP_FAILED) err(2, "%s", path);
    for (uint64_t at = 0; at < record.length; record.entries++) at += entry_size(&record, at);
    return record;
}

// Entries need not be aligned: a copy of the header is enough to tell the size.
uint64_t entry_size(const struct cut_record *record, uint64_t at) {
    struct entry entry;
    if (record->length - at < sizeof entry) errx(2, "the record ends within an entry, at byte %lu", at);
    memcpy(&entry, record->bytes + at, sizeof entry);
    uint64_t size = sizeof entry + entry.path_length + entry.path2_length + entry.data_length;
    if (entry.magic != ENTRY_MAGIC || size > record->length - at) errx(2, "the record is broken at byte %lu", at);
    return size;
}

int main(int count, char **words) {
    read_options(count, words);
    struct cut_record record = open_record(words[optind]);
    char own_work[] = "/dev/shm/powercut.XXXXXX";
    if (!options.work && !options.place) {
        if (!(options.work = mkdtemp(own_work))) err(2, "%s", own_work);
    } else if (options.work && mkdir(options.work, 0700) != 0 && errno != EEXIST) {
        err(2, "%s", options.work);
    }
    struct tally *tally = mmap(NULL, sizeof *tally, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (tally == MAP_FAILED) err(2, "memory");
    size_t *rounds = plan_rounds(&record, &options);
    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    bool broken = false;
    fflush(stdout);
    for (int job = 0; job < options.jobs; job++) {
        pid_t child = fork();
        if (child < 0) err(2, "fork");
        if (child == 0) exit(run_job(&record, &options, rounds, job, tally));
    }
    for (int status; wait(&status) > 0;) broken |= !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    if (options.work == own_work && !options.keep)
        nftw(own_work, remove_item, 32, FTW_DEPTH | FTW_PHYS);
    double seconds = ended.tv_sec - began.tv_sec + (ended.tv_nsec - began.tv_nsec) / 1e9;
    fprintf(stderr, "points=%zu states=%lu failed=%lu seed=%lu seconds=%.1f building=%.1f\n", record.entries + 1,
            tally->states, tally->failed, options.seed, seconds, tally->building_ns / 1e9);
    if (tally->failed) {
        fprintf(stderr, "one state again: powercut --only POINT:ROUND --keep --seed %lu …, all else as before\n",
                options.seed);
    }
    return broken ? 2 : tally->failed ? 1 : 0;
}
