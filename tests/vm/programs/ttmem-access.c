// SPDX-License-Identifier: GPL-2.0-only
/*
 * ttmem-access: try each call and each file as each subject.
 *
 *	ttmem-access CHIP LOCAL NODE
 *
 * An ordinary user's process, the owner, reports on virtual chip CHIP. Others then try every call
 * on the owner's descriptor and on one of their own, and read every file; LOCAL is the number of a
 * chip behind a PCI function, NODE its driver's node. Prints a line `OBJECT SUBJECT ANSWER` for
 * each. Runs as root, with allow_virtual. tests/vm/access.table has the expected results.
 *
 * To add a call, a file or a subject, add a line to its table below.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <tt_memstat.h>

#include "ttmem-ring.h"

#define USER	1000
#define OTHER	65534
#define CLASS	"/sys/class/tt_memstat"
#define PARAMETERS	"/sys/module/tt_memstat/parameters/"

/* State of the owner, for all subjects. */
static struct ring held;
static uint32_t local;
static const char *node;
static uint32_t victim;		/* a chip of the owner's, for the subject to destroy */
static uint32_t admins_victim;	/* one of the administrator's */
static struct ring roots;	/* a client of root's */
static pid_t owner;
static const char *subject;

/* ---- Subjects ---- */

/* Become an ordinary user; other processes of the user may inspect this one. */
static void be(uid_t uid)
{
	if (setgroups(0, NULL) || setresgid(uid, uid, uid) || setresuid(uid, uid, uid) ||
	    prctl(PR_SET_DUMPABLE, 1))
		fail("cannot become %u: %s", uid, strerror(errno));
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		fail("%s: %s", path, strerror(errno));
	close(fd);
}

static void be_user(void)
{
	be(USER);
}

static void be_other(void)
{
	be(OTHER);
}

static void be_admin(void)
{
}

/* Become root in a user namespace of an ordinary user. */
static void be_namespace_root(void)
{
	be(OTHER);
	if (unshare(CLONE_NEWUSER))
		fail("no user namespace: %s", strerror(errno));
	write_file("/proc/self/uid_map", "0 65534 1");
	if (setresuid(0, 0, 0))
		fail("not root in the user namespace: %s", strerror(errno));
}

static void mount_proc(const char *options)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("proc", "/proc", "proc", 0, options))
		fail("cannot mount /proc: %s", strerror(errno));
}

static void enter_pid_namespace(void)
{
	int wstatus;
	pid_t pid;

	if (unshare(CLONE_NEWPID))
		fail("no pid namespace: %s", strerror(errno));
	pid = fork();
	if (pid > 0) {
		waitpid(pid, &wstatus, 0);
		_exit(WIFEXITED(wstatus) ? WEXITSTATUS(wstatus) : 1);
	}
	mount_proc(NULL);
}

/* Become the owner's user in another pid namespace. */
static void be_in_pid_namespace(void)
{
	enter_pid_namespace();
	be(USER);
}

static void be_where_pids_are_hidden(void)
{
	mount_proc("hidepid=2");
	be(OTHER);
}

static void keep_capabilities(uint64_t keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = (uint32_t)keep, .permitted = (uint32_t)keep },
		{ .effective = (uint32_t)(keep >> 32), .permitted = (uint32_t)(keep >> 32) },
	};

	if (syscall(SYS_capset, &head, data))
		fail("capset: %s", strerror(errno));
}

/* Become uid 0 without capabilities. */
static void be_without_capabilities(void)
{
	keep_capabilities(0);
}

/* Become root of a container with default settings, in the host's user namespace. */
static void be_container_root(void)
{
	enter_pid_namespace();
	keep_capabilities(1ull << CAP_CHOWN | 1ull << CAP_DAC_OVERRIDE | 1ull << CAP_FSETID |
			  1ull << CAP_FOWNER | 1ull << CAP_MKNOD | 1ull << CAP_NET_RAW |
			  1ull << CAP_SETGID | 1ull << CAP_SETUID | 1ull << CAP_SETFCAP |
			  1ull << CAP_SETPCAP | 1ull << CAP_NET_BIND_SERVICE |
			  1ull << CAP_SYS_CHROOT | 1ull << CAP_KILL | 1ull << CAP_AUDIT_WRITE);
}

static const struct {
	const char *name;
	void (*become)(void);
} subjects[] = {
	{ "child", be_user },		/* started by the owner, see below */
	{ "other", be_other },
	{ "nsroot", be_namespace_root },
	{ "admin", be_admin },
	{ "pidns", be_in_pid_namespace },
	{ "hidepid", be_where_pids_are_hidden },
	{ "nocaps", be_without_capabilities },
	{ "container", be_container_root },
};

#define SUBJECTS	(sizeof(subjects) / sizeof(subjects[0]))

/* ---- Calls ---- */

static void say(const char *prefix, const char *name, const char *answer)
{
	printf("%s%s %s %s\n", prefix, name, subject, answer);
}

static const char *name_of(int err)
{
	return err ? strerrorname_np(-err) : "OK";
}

#define HEAD(type)	.argsz = sizeof(struct type)

static int get_info(struct ring *r)
{
	struct tt_memstat_get_info arg = { HEAD(tt_memstat_get_info) };

	return call(r->fd, TT_MEMSTAT_GET_INFO, &arg);
}

static int destroy(int fd, uint32_t number)
{
	struct tt_memstat_chip_destroy arg = { HEAD(tt_memstat_chip_destroy), .chip = number };

	return call(fd, TT_MEMSTAT_CHIP_DESTROY, &arg);
}

static int create(int fd, uint32_t flags, uint32_t *number)
{
	struct tt_memstat_chip_create arg = {
		HEAD(tt_memstat_chip_create), .flags = flags,
		.geometry = { .arch = TT_MEMSTAT_ARCH_WORMHOLE, .valid = 3 },
	};
	int err = call(fd, TT_MEMSTAT_CHIP_CREATE, &arg);

	*number = arg.chip;
	return err;
}

static int chip_create(struct ring *r)
{
	uint32_t number;
	int err = create(r->fd, TT_MEMSTAT_CREATE_EPHEMERAL, &number);

	if (!err)
		want_error("destroying what one has made", 0, destroy(r->fd, number));
	return err;
}

static int chip_destroy(struct ring *r)
{
	return destroy(r->fd, victim);
}

static int chip_destroy_admins(struct ring *r)
{
	return destroy(r->fd, admins_victim);
}

static int geometry(struct ring *r, unsigned long request, uint32_t arch)
{
	struct tt_memstat_geometry_set arg = {
		HEAD(tt_memstat_geometry_set), .chip = local,
		.geometry = { .arch = arch, .valid = arch ? 3 : 0 },
	};

	return call(r->fd, request, &arg);
}

static int geometry_set(struct ring *r)
{
	return geometry(r, TT_MEMSTAT_GEOMETRY_SET, TT_MEMSTAT_ARCH_WORMHOLE);
}

static int geometry_unset(struct ring *r)
{
	return geometry(r, TT_MEMSTAT_GEOMETRY_UNSET, 0);
}

static int chip_find(struct ring *r)
{
	struct tt_memstat_chip_find arg = {
		HEAD(tt_memstat_chip_find), .flags = TT_MEMSTAT_FIND_NAME,
	};

	snprintf(arg.name, sizeof(arg.name), "tt%u", r->chip);
	return call(r->fd, TT_MEMSTAT_CHIP_FIND, &arg);
}

static int attach_to(struct ring *r, uint32_t number, int proof)
{
	struct tt_memstat_attach arg = {
		HEAD(tt_memstat_attach), .chip = number, .proof = proof, .runtime_id = -1,
		.covers = 1,
	};
	struct tt_memstat_detach undo = { HEAD(tt_memstat_detach) };
	int err = call(r->fd, TT_MEMSTAT_ATTACH, &arg);

	undo.attachment = arg.attachment;
	if (!err)
		want_error("detaching again", 0, call(r->fd, TT_MEMSTAT_DETACH, &undo));
	return err;
}

/* Attach to the owner's virtual chip, which is not open to all. */
static int attach_virtual(struct ring *r)
{
	return attach_to(r, victim, -1);
}

static int attach_admins(struct ring *r)
{
	return attach_to(r, admins_victim, -1);
}

static int attach_local(struct ring *r)
{
	return attach_to(r, local, -1);
}

static int attach_proof(struct ring *r)
{
	int fd = open(node, O_RDWR | O_CLOEXEC), err;

	if (fd < 0)
		return -errno;
	err = attach_to(r, local, fd);
	close(fd);
	return err;
}

/* Detach a handle that does not exist, to try only the permission. */
static int detach_none(struct ring *r)
{
	struct tt_memstat_detach arg = { HEAD(tt_memstat_detach), .attachment = 99 };

	return call(r->fd, TT_MEMSTAT_DETACH, &arg);
}

static int bank_set(struct ring *r)
{
	struct tt_memstat_bank_set arg = {
		HEAD(tt_memstat_bank_set), .attachment = r->handle,
		.space = TT_MEMSTAT_SPACE_DRAM, .mask = 1,
	};

	return call(r->fd, TT_MEMSTAT_BANK_SET, &arg);
}

static int submit_pair(struct ring *r)
{
	struct tt_memstat_entry e[2] = { record(77, 0, 16), release(77) };

	return submit(r, e, 2);
}

static int drop_trace(struct ring *r)
{
	struct tt_memstat_drop arg = {
		HEAD(tt_memstat_drop), .attachment = r->handle,
		.pools = 1u << TT_MEMSTAT_POOL_TRACE,
	};

	return call(r->fd, TT_MEMSTAT_DROP, &arg);
}

static int partial(struct ring *r)
{
	struct tt_memstat_partial arg = { HEAD(tt_memstat_partial), .attachment = r->handle };

	return call(r->fd, TT_MEMSTAT_PARTIAL, &arg);
}

static int ring_setup(struct ring *r)
{
	struct tt_memstat_ring_setup arg = {
		HEAD(tt_memstat_ring_setup), .attachment = r->handle, .entries = 64,
	};

	return call(r->fd, TT_MEMSTAT_RING_SETUP, &arg);
}

static int ring_doorbell(struct ring *r)
{
	return doorbell(r, NULL);
}

static int ring_status(struct ring *r)
{
	struct tt_memstat_ring_status arg = {
		HEAD(tt_memstat_ring_status), .attachment = r->handle,
	};

	return call(r->fd, TT_MEMSTAT_RING_STATUS, &arg);
}

static int map_it(struct ring *r)
{
	void *map;
	int err = try_map(r, r->size, r->offset, PROT_READ | PROT_WRITE, MAP_SHARED, &map);

	if (!err)
		munmap(map, r->size);
	return err;
}

static int query(struct ring *r, unsigned long request, uint64_t client)
{
	struct tt_memstat_query arg = {
		HEAD(tt_memstat_query), .chip = r->chip, .client = client,
	};

	return call(r->fd, request, &arg);
}

static int query_chip(struct ring *r)
{
	return query(r, TT_MEMSTAT_QUERY_CHIP, 0);
}

static int query_client(struct ring *r)
{
	return query(r, TT_MEMSTAT_QUERY_CLIENT, held.client);
}

static int list(struct ring *r, unsigned long request, uint64_t client)
{
	static struct tt_memstat_set_info items[16];	/* the largest of all lists */
	struct tt_memstat_list arg = {
		HEAD(tt_memstat_list), .chip = r->chip, .count = 16, .client = client,
		.items = (uintptr_t)items,
	};

	return call(r->fd, request, &arg);
}

static int list_records(struct ring *r)
{
	return list(r, TT_MEMSTAT_LIST_RECORDS, held.client);
}

static int list_records_roots(struct ring *r)
{
	return list(r, TT_MEMSTAT_LIST_RECORDS, roots.client);
}

static int list_programs(struct ring *r)
{
	return list(r, TT_MEMSTAT_LIST_PROGRAMS, held.client);
}

static int list_programs_roots(struct ring *r)
{
	return list(r, TT_MEMSTAT_LIST_PROGRAMS, roots.client);
}

static int list_sets(struct ring *r)
{
	return list(r, TT_MEMSTAT_LIST_SETS, held.client);
}

static int list_sets_roots(struct ring *r)
{
	return list(r, TT_MEMSTAT_LIST_SETS, roots.client);
}

/* In this order: destroying chips comes last. */
static const struct {
	const char *name;
	int (*try)(struct ring *r);
} calls[] = {
	{ "get_info", get_info }, { "chip_create", chip_create }, { "chip_find", chip_find },
	{ "geometry_set", geometry_set }, { "geometry_unset", geometry_unset },
	{ "attach_virtual", attach_virtual }, { "attach_admins", attach_admins },
	{ "attach_local", attach_local },
	{ "attach_proof", attach_proof }, { "detach", detach_none }, { "bank_set", bank_set },
	{ "submit", submit_pair }, { "drop", drop_trace }, { "partial", partial },
	{ "ring_setup", ring_setup },
	{ "ring_doorbell", ring_doorbell }, { "ring_status", ring_status }, { "mmap", map_it },
	{ "query_chip", query_chip }, { "query_client", query_client },
	{ "list_records", list_records }, { "list_programs", list_programs },
	{ "list_records_roots", list_records_roots },
	{ "list_programs_roots", list_programs_roots },
	{ "list_sets", list_sets }, { "list_sets_roots", list_sets_roots },
	{ "chip_destroy", chip_destroy }, { "chip_destroy_admins", chip_destroy_admins },
};

static void try_calls(const char *prefix, struct ring *r)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		say(prefix, calls[i].name, name_of(calls[i].try(r)));
}

/* ---- Files ---- */

/* Read a file, or get the name of the error. */
static void read_file(const char *path, char *text, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, room - 1);

	if (n < 0)
		snprintf(text, room, "%s", strerrorname_np(errno));
	else
		text[n] = '\0';
	if (fd >= 0)
		close(fd);
}

/* Return the first line of @text that is not in @expected, as one word. */
static const char *difference(char *text, const char *expected)
{
	char *line, *rest = text;

	while ((line = strsep(&rest, "\n"))) {
		if (strncmp(line, expected, strlen(line)))
			break;
		expected += strcspn(expected, "\n");
		expected += *expected == '\n';
	}
	if (!line || !*line)
		return "empty";
	for (char *c = line; *c; c++)
		if (*c == ' ')
			*c = '=';
	return line;
}

/* @expected: content as root reads it on the host */
static void try_file(const char *prefix, const char *directory, const char *name,
		     const char *expected)
{
	char path[512], text[4096];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	read_file(path, text, sizeof(text));
	say(prefix, name, strcmp(text, expected) ? difference(text, expected) : "same");
}

/* Write the present value, so that nothing changes. */
static void try_write(const char *prefix, const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	say(prefix, strrchr(path, '/') + 1,
	    fd < 0 || write(fd, text, strlen(text)) < 0 ? strerrorname_np(errno) : "OK");
	if (fd >= 0)
		close(fd);
}

static void try_write_chip(const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), CLASS "/tt%u/%s", held.chip, name);
	try_write("write:", path, text);
}

/* What it is already. */
static void try_parameter(const char *name)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	read_file(path, text, sizeof(text));
	try_write("parameter:", path, text);
}

struct file {
	const char *prefix;
	char directory[128];
	char name[256];
	char text[4096];
};

/* Contents as root reads them on the host, shared by all processes. */
static struct {
	size_t count;
	struct file file[512];
} *files;

static void add_files(const char *prefix, const char *directory)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	char path[512];

	if (!dir)
		fail("%s: %s", directory, strerror(errno));
	while ((entry = readdir(dir))) {
		struct file *file = &files->file[files->count];

		if (entry->d_type != DT_REG || !strcmp(entry->d_name, "peak_reset"))
			continue;
		file->prefix = prefix;
		snprintf(file->directory, sizeof(file->directory), "%s", directory);
		snprintf(file->name, sizeof(file->name), "%s", entry->d_name);
		snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
		read_file(path, file->text, sizeof(file->text));
		files->count++;
	}
	closedir(dir);
}

static void find_files(void)
{
	char path[128];

	files->count = 0;
	add_files("host:", CLASS);
	snprintf(path, sizeof(path), CLASS "/tt%u", held.chip);
	add_files("chip:", path);
	snprintf(path, sizeof(path), CLASS "/tt%u/clients/%llu", held.chip,
		 (unsigned long long)held.client);
	add_files("client:", path);
	snprintf(path, sizeof(path), CLASS "/tt%u/exited/1", held.chip);
	add_files("exited:", path);
}

static void try_files(void)
{
	char path[128], text[4096];

	for (size_t i = 0; i < files->count; i++) {
		const struct file *file = &files->file[i];

		try_file(file->prefix, file->directory, file->name, file->text);
	}
	try_write_chip("peak_reset", "1");
	try_write_chip("l1_alert_percent", "0");
	try_write_chip("dram_alert_percent", "0");
	try_parameter("max_clients");
	try_parameter("max_exited");
	try_parameter("allow_virtual");
	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", owner, held.fd);
	read_file(path, text, sizeof(text));
	say("proc:", "fdinfo", strncmp(text, "pos:", 4) ? text : "OK");
}

/* ---- The play ---- */

/* Try all calls on a descriptor of the subject, with any handle. */
static void try_own(void)
{
	struct ring own = held;

	own.fd = open_device();
	try_calls("own:", &own);
	close(own.fd);
}

/* @fd: where the subject has the owner's descriptor */
static void try_all(int fd)
{
	struct ring r = held;

	r.fd = fd;
	try_files();
	try_calls("held:", &r);
	try_own();
	fflush(stdout);
}

static void wait_for(pid_t pid, const char *what)
{
	int wstatus;

	if (waitpid(pid, &wstatus, 0) != pid || wstatus)
		fail("%s ended with %#x", what, (unsigned int)wstatus);
}

static void run_subject(size_t i)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork: %s", strerror(errno));
	if (!pid) {
		subject = subjects[i].name;
		subjects[i].become();
		try_all(held.fd);
		_exit(0);
	}
	wait_for(pid, subjects[i].name);
}

/* The owner's data for the other processes. */
struct stage {
	struct ring ring;
	uint32_t victims[SUBJECTS + 1];
};

static uint32_t admins_victims[SUBJECTS + 1];

static void want_result(const char *what, ssize_t wanted, ssize_t saw)
{
	want(what, (long long)wanted, (long long)saw);
}

/* After the others, try the owner's child and then the owner; root reads before each. */
static void play(const struct stage *stage, int to_main, int from_main)
{
	pid_t pid;
	char byte = 0;

	fflush(stdout);
	want_result("write", sizeof(*stage), write(to_main, stage, sizeof(*stage)));
	want_result("read", 1, read(from_main, &byte, 1));
	pid = fork();
	if (!pid) {
		subject = "child";
		victim = stage->victims[0];
		admins_victim = admins_victims[0];
		try_all(held.fd);
		_exit(0);
	}
	wait_for(pid, "child");
	want_result("write", 1, write(to_main, &byte, 1));
	want_result("read", 1, read(from_main, &byte, 1));
	subject = "owner";
	victim = stage->victims[SUBJECTS];
	admins_victim = admins_victims[SUBJECTS];
	try_all(held.fd);
	_exit(0);
}

/* The owner opens the device and sends the descriptor to the others with SCM_RIGHTS. */
static void be_owner(uint32_t number, int to_main, int from_main, int socket)
{
	struct stage stage;

	be(USER);
	make_ring(&held, number, 64);
	push_record(&held, 1, 64);
	want("records", 1, mine(&held, TT_MEMSTAT_FIG_RECORDS));
	for (size_t i = 0; i <= SUBJECTS; i++)
		want_error("CHIP_CREATE", 0,
			   create(held.fd, TT_MEMSTAT_CREATE_EPHEMERAL, &stage.victims[i]));
	owner = getpid();
	stage.ring = held;
	send_descriptor(socket, held.fd);
	play(&stage, to_main, from_main);
}

/* The administrator's preparations. */
static void prepare(uint32_t number)
{
	attach(&roots, number);
	for (size_t i = 0; i <= SUBJECTS; i++)
		want_error("CHIP_CREATE", 0, create(roots.fd, 0, &admins_victims[i]));
}

int main(int argc, char **argv)
{
	int up[2], down[2], sockets[2];
	struct stage stage;
	uint32_t number;
	char byte = 0;

	if (argc != 4) {
		fprintf(stderr, "Usage: ttmem-access CHIP LOCAL NODE\n");
		return 2;
	}
	number = (uint32_t)strtoul(argv[1], NULL, 10);
	local = (uint32_t)strtoul(argv[2], NULL, 10);
	node = argv[3];
	files = mmap(NULL, sizeof(*files), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (files == MAP_FAILED || pipe(up) || pipe(down) ||
	    socketpair(AF_UNIX, SOCK_STREAM, 0, sockets))
		fail("pipe: %s", strerror(errno));
	prepare(number);
	owner = fork();
	if (owner < 0)
		fail("fork: %s", strerror(errno));
	if (!owner)
		be_owner(number, up[1], down[0], sockets[1]);
	want_result("the owner's message", sizeof(stage), read(up[0], &stage, sizeof(stage)));
	held = stage.ring;
	/* At the owner's descriptor number, which fdinfo uses. */
	want("the owner's descriptor", held.fd, dup2(receive_descriptor(sockets[0]), held.fd));
	write_file(PARAMETERS "allow_virtual", "0");
	for (size_t i = 1; i < SUBJECTS; i++) {
		victim = stage.victims[i];
		admins_victim = admins_victims[i];
		find_files();
		run_subject(i);
	}
	find_files();
	want_result("write", 1, write(down[1], &byte, 1));
	want_result("the owner's message", 1, read(up[0], &byte, 1));
	find_files();
	want_result("write", 1, write(down[1], &byte, 1));
	wait_for(owner, "the owner");
	return 0;
}
