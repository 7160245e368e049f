#pragma once
#include <lmdb.h>
// statfs(2): the Glibc module does not have it, and an environment must know its file system.
#include <sys/vfs.h>
