// powercut: options, plan and jobs.
#ifndef FAULTS_POWERCUT_H
#define FAULTS_POWERCUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    const char *base, *work, *place, *check;
    size_t states;
    uint64_t seed;
    int jobs, seconds, timeout;
    long only_point;
    unsigned long only_round;
    bool keep;
};

struct cut_record {
    const unsigned char *bytes;
    uint64_t length;
    size_t entries;
};

struct tally {  // shared by the jobs
    uint64_t states, failed, building_ns;
};

uint64_t entry_size(const struct cut_record *record, uint64_t at);
void make_empty(const char *folder);

// jobs.c
size_t *plan_rounds(const struct cut_record *record, const struct options *options);
int run_job(
    const struct cut_record *record, const struct options *options, const size_t *rounds, int job, struct tally *tally
);

// check.c
// NULL when the state is good, else what is wrong.
const char *check_state(const struct options *options, const char *name, const char *folder, const char *acked);

#endif
