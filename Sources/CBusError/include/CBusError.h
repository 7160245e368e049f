#pragma once

/// Says from now on which file it was when reading a map fails: the disk did, or the file was cut short under the map.
///
/// The kernel sends SIGBUS for that, and the process would end without a word. To be called once in a process; answers 0,
/// or -1 when the system refuses.
int CBusErrorReport(void);
