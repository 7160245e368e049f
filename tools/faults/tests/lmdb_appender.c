// Appends numbered records to LMDB, one transaction each, acknowledged after the commit.
// Use: lmdb_appender run FLAGS | lmdb_appender check 0.   FLAGS: 0, or MDB_NOSYNC, or MDB_NOMETASYNC, as numbers.
#include <fcntl.h>
#include <lmdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LAST = 20, BYTES = 1500 };

#define DO(call)                                                              \
    do {                                                                      \
        int code = (call);                                                    \
        if (code) {                                                           \
            fprintf(stderr, "%s: %s\n", #call, mdb_strerror(code));           \
            exit(3);                                                          \
        }                                                                     \
    } while (0)

static void acknowledge(unsigned number) {
    char line[32];
    int fd = open(getenv("ACK"), O_WRONLY | O_CREAT | O_APPEND, 0600);
    if (write(fd, line, snprintf(line, sizeof line, "%u\n", number)) < 0) exit(4);
    close(fd);
}

int main(int count, char **words) {
    if (count != 3) return 64;
    int is_check = strcmp(words[1], "check") == 0;
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi table;
    DO(mdb_env_create(&env));
    DO(mdb_env_set_mapsize(env, 16 << 20));
    DO(mdb_env_open(env, getenv("DIR"), atoi(words[2]), 0600));
    unsigned char body[BYTES], key[4];
    unsigned whole = 0;
    for (unsigned number = 1; number <= LAST && whole == number - 1; number++) {
        for (int i = 0; i < 4; i++) key[i] = number >> (24 - 8 * i);
        for (int i = 0; i < BYTES; i++) body[i] = number * 31 + i;
        MDB_val name = {sizeof key, key}, value = {sizeof body, body}, found;
        DO(mdb_txn_begin(env, NULL, is_check ? MDB_RDONLY : 0, &txn));
        DO(mdb_dbi_open(txn, NULL, 0, &table));
        int code = mdb_get(txn, table, &name, &found);
        if (is_check) {
            if (code && code != MDB_NOTFOUND) DO(code);
            if (!code && found.mv_size == BYTES && memcmp(found.mv_data, body, BYTES) == 0) whole = number;
            mdb_txn_abort(txn);
        } else {
            if (code == MDB_NOTFOUND) DO(mdb_put(txn, table, &name, &value, 0));
            DO(mdb_txn_commit(txn));
            acknowledge(whole = number);
        }
    }
    unsigned acked = is_check && getenv("ACKED") ? atoi(getenv("ACKED")) : 0;
    return whole < acked ? 1 : 0;
}
