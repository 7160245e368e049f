// SQLite, a peer that the log is measured beside.
#pragma once
#include <sqlite3.h>
