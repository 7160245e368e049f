// Which states are built, and the loop that builds and checks them.
#define _GNU_SOURCE
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "model.h"
#include "powercut.h"

static void step(struct tree *tree, const struct cut_record *record, uint64_t *at) {
    uint64_t size = entry_size(record, *at);
    // The data stays where it is mapped; the header and names are copied, for alignment.
    struct entry header;
    memcpy(&header, record->bytes + *at, sizeof header);
    apply_entry(tree, &header, record->bytes + *at + sizeof header, *at);
    *at += size;
}

// The number of different states at a point, roughly, and not more than are wanted of any.
static size_t variety(size_t pending, size_t wanted) {
    if (pending == 0) return 1;
    size_t count = pending > 20 ? wanted : ((size_t)2 << pending) + 2;
    return count < wanted ? count : wanted;
}

static size_t total_at(const size_t *most, size_t points, size_t level) {
    size_t total = 0;
    for (size_t i = 0; i < points; i++) total += most[i] < level ? most[i] : level;
    return total;
}

// How many states of each point: as equal as the points allow, at least `states` in all where there are so many.
// Fewer states than points: points spread evenly over the record.
size_t *plan_rounds(const struct cut_record *record, const struct options *options) {
    size_t points = record->entries + 1;
    size_t *rounds = calloc(points, sizeof *rounds);
    if (!rounds) err(2, "memory");
    struct tree *tree = load_tree(options->base);
    uint64_t at = 0;
    for (size_t i = 0; i < points; i++) {
        rounds[i] = variety(pending_parts(tree), options->states);
        if (i < record->entries) step(tree, record, &at);
    }
    size_t low = 1, high = options->states;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (total_at(rounds, points, middle) >= options->states) high = middle;
        else low = middle + 1;
    }
    for (size_t i = 0; i < points; i++) {
        if (rounds[i] > low) rounds[i] = low;
        bool sampled = (i + 1) * options->states / points != i * options->states / points;
        if (points > options->states && !sampled) rounds[i] = 0;
    }
    return rounds;
}

static uint64_t seed_of(const struct options *options, size_t point, size_t round) {
    return (options->seed * 0x9E3779B97F4A7C15u ^ point) * 0xD6E8FEB86659FD93u + round * 0xA24BAED4963EE407u;
}

static uint64_t nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000u + now.tv_nsec;
}

static enum style style_of(size_t round) {
    return round < RANDOM_KEPT ? (enum style)round : RANDOM_KEPT;
}

static void try_state(
    struct tree *tree, const struct options *options, size_t point, size_t round, const char *folder,
    struct tally *tally
) {
    char name[64];
    snprintf(name, sizeof name, "%zu:%zu", point, round);
    uint64_t began = nanoseconds();
    make_empty(folder);
    choose_state(tree, style_of(round), seed_of(options, point, round), folder);
    __atomic_add_fetch(&tally->building_ns, nanoseconds() - began, __ATOMIC_RELAXED);
    const char *wrong = check_state(options, name, folder, tree->acked);
    __atomic_add_fetch(&tally->states, 1, __ATOMIC_RELAXED);
    if (!wrong) return;
    uint64_t failed = __atomic_add_fetch(&tally->failed, 1, __ATOMIC_RELAXED);
    if (failed <= 20) {
        fprintf(stderr, "FAIL %s acked=%s pending=%zu seed=%lu: %s\n", name, tree->acked, pending_parts(tree),
                options->seed, wrong);
    }
}

// The rounds of a point that give different states, up to `wanted` of them, in `found`. Every job finds the same.
static size_t different_rounds(struct tree *tree, const struct options *options, size_t point, size_t wanted,
                               size_t *found) {
    size_t count = 0, tries = pending_parts(tree) == 0 ? 1 : 4 * wanted + 4;
    uint64_t *digests = calloc(wanted + 1, sizeof *digests);
    if (!digests) err(2, "memory");
    for (size_t round = 0; round < tries && count < wanted; round++) {
        uint64_t digest = choose_state(tree, style_of(round), seed_of(options, point, round), NULL);
        bool is_new = true;
        for (size_t i = 0; i < count && is_new; i++) is_new = digests[i] != digest;
        if (!is_new) continue;
        digests[count] = digest;
        found[count++] = round;
    }
    free(digests);
    return count;
}

int run_job(
    const struct cut_record *record, const struct options *options, const size_t *rounds, int job, struct tally *tally
) {
    char folder[PATH_MAX];
    if (options->place) snprintf(folder, sizeof folder, "%s", options->place);
    else snprintf(folder, sizeof folder, "%s/%d", options->work, job);
    struct tree *tree = load_tree(options->base);
    size_t *found = calloc(options->states + 1, sizeof *found);
    if (!found) err(2, "memory");
    uint64_t at = 0, stop = nanoseconds() + options->seconds * 1000000000ul;
    size_t number = 0, owed = 0;  // owed: states that earlier points could not give
    for (size_t point = 0; point <= record->entries; point++) {
        if (options->only_point == (long)point) try_state(tree, options, point, options->only_round, folder, tally);
        size_t wanted = options->only_point >= 0 ? 0 : rounds[point] + owed;
        if (wanted > options->states) wanted = options->states;
        size_t count = different_rounds(tree, options, point, wanted, found);
        for (size_t i = 0; i < count; i++, number++) {
            if (options->seconds && nanoseconds() > stop) return 0;
            if (number % options->jobs == (size_t)job) try_state(tree, options, point, found[i], folder, tally);
        }
        owed = wanted - count;
        if (point < record->entries) step(tree, record, &at);
    }
    if (!options->keep && !options->place) make_empty(folder);
    return 0;
}
