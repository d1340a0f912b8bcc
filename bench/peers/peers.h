/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Shared by the measured ways of reporting: the stream of events, and the interface of each way.
 */
#ifndef PEERS_H
#define PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PEERS_CHIPS	4
#define BURST_PAIRS	128	/* fits into a ring of 256 and into a socket's buffer */

/*
 * Pair n of the stream: allocate and free an interleaved buffer of DRAM. This is the cheapest event
 * for the ledger, so that differences between the ways are visible.
 */
static inline uint64_t pair_addr(uint64_t n)
{
	return n % 512 * 2048;
}

#define PAIR_SIZE	2048u

/**
 * struct peer - a way of reporting
 * @name: of its figures
 * @open: set up a client for a chip
 * @run: report pairs @first to @first + @count - 1
 * @sync: wait until all reported events are applied
 * @close: undo @open
 * @server: runs in a separate process for all clients, until it is killed; NULL: none
 */
struct peer {
	const char *name;
	void *(*open)(unsigned int chip);
	void (*run)(void *self, uint64_t first, uint64_t count);
	void (*sync)(void *self);
	void (*close)(void *self);
	void (*server)(int ready);
};

extern const struct peer peer_ring, peer_submit1, peer_submit16, peer_submit256;
extern const struct peer peer_socket, peer_socket_answer, peer_shm;
extern const struct peer peer_null_ioctl, peer_atomic_add;

/* Read the chip @hz times a second until killed; exit when a reading is wrong. */
void read_chip(unsigned int chip, unsigned int hz) __attribute__((noreturn));

void must(bool ok, const char *what);

#endif /* PEERS_H */
