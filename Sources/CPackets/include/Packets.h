#ifndef SYNCD_PACKETS_H
#define SYNCD_PACKETS_H

#include <stddef.h>
#include <sys/types.h>

// Packets with descriptors over a Unix socket: what the system's headers give as macros and GNU extensions alone.

/// Takes the next connection, closed on exec. Returns -1 and sets errno when there is none.
int syncd_packets_accept(int listener);

/// The user at the other end, as the kernel tells it. Returns -1 and sets errno when it cannot be told.
int syncd_packets_peer(int socket, uid_t *user);

/// Sends one packet with `count` descriptors, at most 253. Returns the bytes sent, or -1 and sets errno.
ssize_t syncd_packets_send(int socket, const void *bytes, size_t size, const int *descriptors, size_t count);

/// Waits for one packet, and writes up to `max` descriptors, closed on exec, and their number.
/// Returns its bytes; 0 when the other end has gone; -1 and sets errno, with nothing to be closed, when it failed or the
/// packet was larger than what was asked for.
ssize_t syncd_packets_receive(int socket, void *bytes, size_t size, int *descriptors, size_t max, size_t *count);

#endif
