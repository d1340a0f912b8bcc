// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-quota: identification of users, and their memory limits.
 *
 *   ttmem-quota people CHIP           as root: which processes count as the same user
 *   ttmem-quota rings CHIP            makes rings up to the limit
 *   ttmem-quota boundaries CHIP       the same with records that share no address
 *   ttmem-quota bounded COMMAND...    runs the command without CAP_SYS_RESOURCE
 *
 * CHIP is a virtual chip that every user may attach to. `rings` and `boundaries` print the number
 * of objects and their charge, and stay until their standard input ends.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/capability.h>
#include <tt_memstat.h>

#include "ttmem-ring.h"

static uint32_t chip;

static uint64_t charged(void)
{
	struct tt_memstat_get_info info = { .argsz = sizeof(info) };
	int fd = open_device();

	want_error("GET_INFO", 0, call(fd, TT_MEMSTAT_GET_INFO, &info));
	close(fd);
	return info.user_bytes;
}

/* ---- Who is one user ---- */

struct person {
	uid_t uid;
	bool user_ns;
	bool pid_ns;
	bool bounded;
};

static void drop_resource(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &header, data))
		fail("capget: %s", strerror(errno));
	data[0].permitted &= ~(1u << CAP_SYS_RESOURCE);
	data[0].effective &= ~(1u << CAP_SYS_RESOURCE);
	if (syscall(SYS_capset, &header, data))
		fail("capset: %s", strerror(errno));
}

static void become(const struct person *person)
{
	if (person->bounded)
		drop_resource();
	if (person->uid && (setresgid(person->uid, person->uid, person->uid) ||
			    setresuid(person->uid, person->uid, person->uid)))
		fail("not user %u: %s", person->uid, strerror(errno));
	if (person->user_ns && unshare(CLONE_NEWUSER))
		fail("no user namespace: %s", strerror(errno));
	if (!person->pid_ns)
		return;
	if (unshare(CLONE_NEWPID))
		fail("no pid namespace: %s", strerror(errno));
	switch (fork()) {
	case -1:
		fail("fork: %s", strerror(errno));
	case 0:
		return;
	}
	wait(NULL);
	_exit(0);
}

/* Charge of a user before and after an attach. */
struct charge {
	uint64_t before;
	uint64_t after;
};

/*
 * Earlier clients are uncharged shortly after their end; with DEBUG_KOBJECT_RELEASE, as on the
 * debug kernel, up to 4 seconds later.
 */
static uint64_t settled_charge(void)
{
	const char *slow = getenv("TT_MEMSTAT_SLOW");
	const unsigned int enough = slow && atoi(slow) > 1 ? 150 : 4;
	uint64_t last = charged(), now;
	unsigned int same;

	for (same = 0; same < enough; last = now) {
		usleep(30000);
		now = charged();
		same = now == last ? same + 1 : 0;
	}
	return last;
}

/* Attached until the socket is closed. */
static struct charge come(const struct person *person, int *socket)
{
	struct charge charge;
	int pair[2];
	char c;
	struct ring r;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		fail("socketpair: %s", strerror(errno));
	fflush(stdout);
	if (!fork()) {
		close(pair[0]);
		become(person);
		charge.before = settled_charge();
		attach(&r, chip);
		charge.after = settled_charge();
		if (write(pair[1], &charge, sizeof(charge)) == sizeof(charge))
			(void)!read(pair[1], &c, 1);
		_exit(0);
	}
	close(pair[1]);
	if (read(pair[0], &charge, sizeof(charge)) != sizeof(charge))
		fail("nobody came");
	*socket = pair[0];
	return charge;
}

static void go(int socket)
{
	close(socket);
	wait(NULL);
}

static void people(void)
{
	static const struct {
		const char *what;
		struct person first, second;
		bool same;
	} pair[] = {
		{ "two uids", { .uid = 1000 }, { .uid = 1001 }, false },
		{ "one uid", { .uid = 1000 }, { .uid = 1000 }, true },
		{ "a uid and its user namespace", { .uid = 1000 }, { .uid = 1000, .user_ns = true },
		  true },
		{ "two user namespaces of a uid", { .uid = 1000, .user_ns = true },
		  { .uid = 1000, .user_ns = true }, true },
		{ "user namespaces of two uids", { .uid = 1000, .user_ns = true },
		  { .uid = 1001, .user_ns = true }, false },
		{ "a uid and its pid namespace", { .uid = 1000 },
		  { .uid = 1000, .user_ns = true, .pid_ns = true }, true },
		{ "root and root without privilege", { .uid = 0 }, { .bounded = true }, false },
		{ "root without privilege twice", { .bounded = true }, { .bounded = true }, true },
		{ "two containers", { .bounded = true, .pid_ns = true },
		  { .bounded = true, .pid_ns = true }, false },
		{ "two containers with user namespaces",
		  { .bounded = true, .user_ns = true, .pid_ns = true },
		  { .bounded = true, .user_ns = true, .pid_ns = true }, false },
		{ "two containers with privilege", { .pid_ns = true }, { .pid_ns = true }, true },
	};
	struct charge first, second;
	int sockets[2];

	for (size_t i = 0; i < sizeof(pair) / sizeof(pair[0]); i++) {
		first = come(&pair[i].first, &sockets[0]);
		second = come(&pair[i].second, &sockets[1]);
		if (first.after <= first.before)
			fail("%s: an attachment costs nothing", pair[i].what);
		want(pair[i].what, pair[i].same ? (long long)first.after : 0,
		     (long long)second.before);
		go(sockets[1]);
		go(sockets[0]);
	}
}

/* ---- What one may pin ---- */

static void stay(unsigned int n)
{
	char c;

	printf("%u %llu\n", n, (unsigned long long)charged());
	fflush(stdout);
	while (read(0, &c, 1) > 0)
		;
}

/* The limit of open files must not interfere. */
static void rings(void)
{
	struct rlimit files;
	unsigned int n;
	int err = 0;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	for (n = 0; !err; n += !err) {
		struct tt_memstat_attach arg = {
			.argsz = sizeof(arg), .chip = chip, .proof = -1, .runtime_id = -1,
			.covers = TT_MEMSTAT_POOL_MASK_ALL,
		};
		struct ring r = { .fd = open_device() };

		err = call(r.fd, TT_MEMSTAT_ATTACH, &arg);
		r.handle = arg.attachment;
		if (!err)
			err = try_setup(&r, 64);
	}
	want_error("the end", -ENOSPC, err);
	stay(n);
}

static void boundaries(void)
{
	struct tt_memstat_entry e;
	struct ring r;
	uint32_t n;
	int err = 0;

	attach(&r, chip);
	for (n = 0; !err; n += !err) {
		e = record(n, n * 64ull, 32);
		err = submit(&r, &e, 1);
	}
	want_error("the end", -ENOSPC, err);
	stay(n);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fprintf(stderr, "Usage: ttmem-quota people|rings|boundaries CHIP, or\n"
				"       ttmem-quota bounded COMMAND...\n");
		return 2;
	}
	if (!strcmp(argv[1], "bounded")) {
		if (prctl(PR_CAPBSET_DROP, CAP_SYS_RESOURCE))
			fail("CAP_SYS_RESOURCE: %s", strerror(errno));
		execvp(argv[2], argv + 2);
		fail("%s: %s", argv[2], strerror(errno));
	}
	chip = (uint32_t)strtoul(argv[2], NULL, 10);
	if (!strcmp(argv[1], "people"))
		people();
	else if (!strcmp(argv[1], "rings"))
		rings();
	else
		boundaries();
	return 0;
}
