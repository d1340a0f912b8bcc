// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Shared by the texts of all failures: the meaning of an error, and names of pools.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "error.h"
#include "public.h"

#define say(v, ...)	ttmemstat_say((v)->text, __VA_ARGS__)

/* Meaning of an error when nothing more is known of the call. */
static const struct {
	int error;
	const char *name;
	const char *meaning;
} errors[] = {
	{ EPERM, "EPERM", "this process may not" },
	{ ENOENT, "ENOENT", "there is no such thing" },
	{ EINTR, "EINTR", "a fatal signal arrived" },
	{ EIO, "EIO", "it could not be read" },
	{ ENXIO, "ENXIO", "there is no module behind the node" },
	{ E2BIG, "E2BIG", "the module does not know all that the structure says" },
	{ EBADF, "EBADF", "the context is closed" },
	{ ENOMEM, "ENOMEM", "no memory" },
	{ EACCES, "EACCES", "no permission" },
	{ EFAULT, "EFAULT", "a pointer is bad" },
	{ EAGAIN, "EAGAIN", "the user has made too many devices of late" },
	{ EBUSY, "EBUSY", "busy" },
	{ EEXIST, "EEXIST", "it exists" },
	{ ENODEV, "ENODEV", "the chip is gone" },
	{ ENOTDIR, "ENOTDIR", "a part of the path is no directory" },
	{ EINVAL, "EINVAL", "the module does not take these arguments" },
	{ EMFILE, "EMFILE", "the process has too many open files" },
	{ ENFILE, "ENFILE", "the host has too many open files" },
	{ ENOTTY, "ENOTTY", "the module does not know this call" },
	{ EFBIG, "EFBIG", "a file is longer than any of the module's" },
	{ ENOSPC, "ENOSPC", "a limit is reached" },
	{ ERANGE, "ERANGE", "it does not fit" },
	{ ENAMETOOLONG, "ENAMETOOLONG", "a name is too long" },
	{ ELOOP, "ELOOP", "the path has too many links" },
	{ ENODATA, "ENODATA", "what the chip has is unknown" },
	{ EPROTO, "EPROTO", "the ring's shared pages were overwritten, and it is stopped" },
	{ ENOTUNIQ, "ENOTUNIQ", "several chips match" },
	{ EBADMSG, "EBADMSG", "a file does not say what it should" },
	{ EOPNOTSUPP, "EOPNOTSUPP", "the module does not implement this call" },
	{ EALREADY, "EALREADY", "the context is attached to the chip already" },
	{ ESTALE, "ESTALE", "the chip was described anew, and attaching again failed" },
	{ ECANCELED, "ECANCELED", "TT_MEMSTAT_DISABLED is set" },
	{ EOWNERDEAD, "EOWNERDEAD", "the process that opened the context is gone" },
};

const char *ttmemstat_meaning(int error)
{
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == -error)
			return errors[i].meaning;
	return "the system refused it";
}

void ttmemstat_say_error(const struct ttmemstat_view *v, int error)
{
	size_t i;

	for (i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (errors[i].error == -error) {
			say(v, " (%s)", errors[i].name);
			return;
		}
	say(v, " (errno %d)", -error);
}

void ttmemstat_say_pools(const struct ttmemstat_view *v, uint64_t mask)
{
	const char *before = "";
	unsigned int pool;

	for (pool = 0; pool < TT_MEMSTAT_POOLS; pool++)
		if (mask >> pool & 1) {
			say(v, "%s%s", before, ttmemstat_pool_name(pool));
			before = ", ";
		}
}
