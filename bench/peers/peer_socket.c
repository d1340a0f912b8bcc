// SPDX-License-Identifier: GPL-2.0-only
/*
 * An allocation server: for each event, clients send a message of 128 bytes through a Unix socket
 * to a process that keeps a map of live allocations. Sends block, so that no message is lost. With
 * `answer` the client waits for a reply to each.
 *
 * The server receives all available messages at once, and its map is a hash table without
 * allocations, so it is not the bottleneck.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "peers.h"

enum { ALLOC = 1, FREE = 2, QUERY = 3, RESPONSE = 4 };

struct message {
	uint8_t type;
	uint8_t answer;
	uint8_t pad[2];
	int32_t device_id;
	uint64_t size;
	uint8_t buffer_type;
	uint8_t pad2[3];
	int32_t process_id;
	uint64_t buffer_id;
	uint64_t timestamp;
	uint64_t allocated[6];
	uint8_t rest[40];
};

_Static_assert(sizeof(struct message) == 128, "as the real one");

#define NAME		"\0ttmem-peers-server"
#define TABLE		4096	/* a power of two, far above the number of live allocations */
#define CLIENTS		16
#define AT_ONCE		64

struct live {
	uint64_t key;		/* 0: free */
	uint64_t size;
};

struct server {
	struct live table[TABLE];
	uint64_t allocated[PEERS_CHIPS];
	struct pollfd fd[CLIENTS];
	struct message buffer[CLIENTS][AT_ONCE];
	size_t filled[CLIENTS];
	nfds_t count;
};

static uint64_t key_of(const struct message *m)
{
	return m->buffer_id * PEERS_CHIPS + (uint64_t)m->device_id + 1;
}

static size_t place_of(const struct server *s, uint64_t key)
{
	size_t at = key * 0x9e3779b97f4a7c15u >> 52;

	while (s->table[at].key && s->table[at].key != key)
		at = (at + 1) % TABLE;
	return at;
}

/* Move up the entries after a freed place. */
static void forget(struct server *s, size_t at)
{
	size_t next = (at + 1) % TABLE;

	s->table[at].key = 0;
	for (; s->table[next].key; next = (next + 1) % TABLE) {
		struct live moved = s->table[next];

		s->table[next].key = 0;
		s->table[place_of(s, moved.key)] = moved;
	}
}

static void take(struct server *s, int fd, struct message *m)
{
	size_t at = place_of(s, key_of(m));

	if (m->type == ALLOC) {
		s->table[at] = (struct live) { .key = key_of(m), .size = m->size };
		s->allocated[m->device_id] += m->size;
	} else if (m->type == FREE && s->table[at].key) {
		s->allocated[m->device_id] -= s->table[at].size;
		forget(s, at);
	}
	if (m->type != QUERY && !m->answer)
		return;
	m->type = RESPONSE;
	m->allocated[0] = s->allocated[m->device_id];
	must(send(fd, m, sizeof(*m), MSG_NOSIGNAL) == sizeof(*m), "an answer");
}

/* False: the client is gone. */
static bool serve(struct server *s, nfds_t i)
{
	char *buffer = (char *)s->buffer[i];
	ssize_t got = recv(s->fd[i].fd, buffer + s->filled[i],
			   sizeof(s->buffer[i]) - s->filled[i], 0);
	size_t n;

	if (got <= 0)
		return false;
	s->filled[i] += (size_t)got;
	for (n = 0; (n + 1) * sizeof(struct message) <= s->filled[i]; n++)
		take(s, s->fd[i].fd, &s->buffer[i][n]);
	s->filled[i] -= n * sizeof(struct message);
	memmove(buffer, buffer + n * sizeof(struct message), s->filled[i]);
	return true;
}

static socklen_t address(struct sockaddr_un *a)
{
	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	memcpy(a->sun_path, NAME, sizeof(NAME) - 1);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + sizeof(NAME) - 1);
}

static void server(int ready)
{
	struct server *s = calloc(1, sizeof(*s));
	struct sockaddr_un a;
	socklen_t len = address(&a);
	nfds_t i;

	must(s, "memory");
	s->fd[0].fd = socket(AF_UNIX, SOCK_STREAM, 0);
	s->fd[0].events = POLLIN;
	s->count = 1;
	must(!bind(s->fd[0].fd, (void *)&a, len) && !listen(s->fd[0].fd, 8), "the server's socket");
	must(write(ready, "", 1) == 1, "the server's readiness");
	for (;;) {
		must(poll(s->fd, s->count, -1) > 0, "poll");
		if (s->fd[0].revents && s->count < CLIENTS) {
			s->fd[s->count].fd = accept(s->fd[0].fd, NULL, NULL);
			s->fd[s->count].events = POLLIN;
			s->fd[s->count].revents = 0;
			s->filled[s->count++] = 0;
		}
		for (i = 1; i < s->count; i++) {
			if (!s->fd[i].revents || serve(s, i))
				continue;
			close(s->fd[i].fd);
			s->fd[i].fd = -1;
		}
	}
}

struct connection {
	int fd;
	unsigned int chip;
	bool answer;
};

static void *connect_to_server(unsigned int chip, bool answer)
{
	struct connection *c = calloc(1, sizeof(*c));
	int room = 4 << 20;
	struct sockaddr_un a;
	socklen_t len = address(&a);

	must(c, "memory");
	c->fd = socket(AF_UNIX, SOCK_STREAM, 0);
	c->chip = chip;
	c->answer = answer;
	setsockopt(c->fd, SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof(room));
	must(!connect(c->fd, (void *)&a, len), "connect");
	return c;
}

static void *open_socket(unsigned int chip)
{
	return connect_to_server(chip, false);
}

static void *open_answer(unsigned int chip)
{
	return connect_to_server(chip, true);
}

static void tell(struct connection *c, uint8_t type, uint64_t n)
{
	struct message m = {
		.type = type, .answer = c->answer, .device_id = (int32_t)c->chip,
		.size = PAIR_SIZE, .buffer_type = 0, .process_id = 1, .buffer_id = pair_addr(n),
	};

	must(send(c->fd, &m, sizeof(m), MSG_NOSIGNAL) == sizeof(m), "a message");
	if (c->answer || type == QUERY)
		must(recv(c->fd, &m, sizeof(m), MSG_WAITALL) == sizeof(m), "an answer");
	if (type == QUERY)
		must(!m.allocated[0], "the sum is 0");
}

static void run_socket(void *self, uint64_t first, uint64_t count)
{
	uint64_t n;

	for (n = first; n < first + count; n++) {
		tell(self, ALLOC, n);
		tell(self, FREE, n);
	}
}

static void sync_socket(void *self)
{
	tell(self, QUERY, 0);
}

static void close_socket(void *self)
{
	struct connection *c = self;

	close(c->fd);
	free(c);
}

const struct peer peer_socket = {
	.name = "socket", .open = open_socket, .run = run_socket, .sync = sync_socket,
	.close = close_socket, .server = server,
};

const struct peer peer_socket_answer = {
	.name = "socket_answer", .open = open_answer, .run = run_socket, .sync = sync_socket,
	.close = close_socket, .server = server,
};
