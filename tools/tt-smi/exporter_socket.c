// SPDX-License-Identifier: GPL-2.0-only
/* The sockets of tt-memstat-exporter: see exporter.h. */
#include "exporter.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define FIRST_PASSED	3	/* sd_listen_fds(3): descriptors start here */

/* Split in place. An empty host means all addresses. */
static int split(char *text, char **host, char **port)
{
	char *colon = strrchr(text, ':'), *end = colon;

	if (!colon || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
	    strlen(colon + 1) > 5 || atoi(colon + 1) > 65535)
		return -EINVAL;
	*colon = '\0';
	*port = colon + 1;
	*host = text;
	if (text[0] == '[') {
		if (end[-1] != ']')
			return -EINVAL;
		end[-1] = '\0';
		*host = text + 1;
	} else if (strchr(text, ':')) {
		return -EINVAL;
	}
	return 0;
}

static int listen_at(const struct addrinfo *at)
{
	int one = 1, zero = 0, rc;
	int fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	/* [::] includes the addresses of IPv4. */
	if (at->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	if (!bind(fd, at->ai_addr, at->ai_addrlen) && !listen(fd, 16))
		return fd;
	rc = -errno;
	close(fd);
	return rc;
}

/* A socket of IPv6 serves both; hosts without IPv6 use IPv4. */
static int listen_everywhere(const char *port, struct addrinfo *hints)
{
	static const int families[] = { AF_INET6, AF_INET };
	int rc = -EAFNOSUPPORT;

	hints->ai_flags |= AI_PASSIVE;
	for (size_t i = 0; rc == -EAFNOSUPPORT && i < sizeof(families) / sizeof(*families); i++) {
		struct addrinfo *found = NULL;

		hints->ai_family = families[i];
		if (getaddrinfo(NULL, port, hints, &found))
			continue;
		rc = listen_at(found);
		freeaddrinfo(found);
	}
	return rc;
}

int smi_exporter_listen(const char *address)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	char *copy = strdup(address), *host, *port;
	int rc;

	if (!copy)
		return -ENOMEM;
	rc = split(copy, &host, &port);
	if (!rc && !host[0])
		rc = listen_everywhere(port, &hints);
	else if (!rc && getaddrinfo(host, port, &hints, &found))
		rc = -ENOENT;
	else if (!rc)
		rc = listen_at(found);
	if (found)
		freeaddrinfo(found);
	free(copy);
	return rc;
}

int smi_exporter_passed_socket(void)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	int listening = 0, type = 0;
	socklen_t len = sizeof(int);

	if (!pid || !count || strtol(pid, NULL, 10) != getpid())
		return -ENOENT;
	if (strcmp(count, "1") ||
	    getsockopt(FIRST_PASSED, SOL_SOCKET, SO_TYPE, &type, &len) || type != SOCK_STREAM ||
	    getsockopt(FIRST_PASSED, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) || !listening)
		return -EINVAL;
	return FIRST_PASSED;
}
