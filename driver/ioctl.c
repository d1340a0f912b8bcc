// SPDX-License-Identifier: GPL-2.0-only
/* The shape of the calls: number, size, flags, and who may call; and GET_INFO. */
#include <linux/nospec.h>
#include <linux/sizes.h>
#include "private.h"

#define TTMEM_ANYBODY	BIT(0)	/* not only the owner's thread group */
#define TTMEM_OUT	BIT(1)	/* returns something when it succeeds */
#define TTMEM_OUT_FAIL	BIT(2)	/* and also when it fails */

/**
 * struct ttmem_call - a call
 * @size: of its structure as this module knows it
 * @min_size: of the structure's first version, in whole words
 * @valid_flags: that its flags field may have
 * @flags: TTMEM_ANYBODY, TTMEM_OUT, TTMEM_OUT_FAIL
 * @answer: offset of the u32 that is all it writes back; 0 = the whole structure
 * @fn: does it
 * @undo: takes it back when the answer cannot be delivered; NULL = nothing to take back
 */
struct ttmem_call {
	size_t size;
	size_t min_size;
	u32 valid_flags;
	unsigned int flags;
	u32 answer;
	ttmem_ioctl_fn *fn;
	ttmem_ioctl_undo_fn *undo;
};

/* The start of every structure. */
struct ttmem_arg_head {
	u32 argsz;
	u32 flags;
};

/* Smaller structures stay on the stack, so that calls that release memory need none. */
#define TTMEM_ARG_ON_STACK 64

#define TTMEM_CALL(_nr, _type, _last, _flags, _fn, ...)					\
	[_IOC_NR(TT_MEMSTAT_##_nr)] = { .size = sizeof(struct tt_memstat_##_type),	\
		.min_size = offsetofend(struct tt_memstat_##_type, _last),		\
		.flags = _flags, .fn = ttmem_ioctl_##_fn, ##__VA_ARGS__ }
#define TTMEM_ANSWER(_type, _member)	.answer = offsetof(struct tt_memstat_##_type, _member)

static const struct ttmem_call ttmem_calls[] = {
	TTMEM_CALL(GET_INFO, get_info, version, TTMEM_OUT, get_info),
	TTMEM_CALL(CHIP_CREATE, chip_create, reserved, TTMEM_OUT, chip_create,
		   .valid_flags = TT_MEMSTAT_CREATE_OPEN | TT_MEMSTAT_CREATE_EPHEMERAL,
		   TTMEM_ANSWER(chip_create, chip), .undo = ttmem_ioctl_chip_create_undo),
	TTMEM_CALL(CHIP_DESTROY, chip_destroy, reserved, 0, chip_destroy),
	TTMEM_CALL(GEOMETRY_SET, geometry_set, reserved, TTMEM_OUT, geometry_set,
		   .valid_flags = TT_MEMSTAT_GEOMETRY_FORCE | TT_MEMSTAT_GEOMETRY_REMOTE |
				  TT_MEMSTAT_GEOMETRY_LOCATION,
		   TTMEM_ANSWER(geometry_set, chip_out)),
	TTMEM_CALL(GEOMETRY_UNSET, geometry_set, reserved, TTMEM_OUT, geometry_unset,
		   .valid_flags = TT_MEMSTAT_GEOMETRY_FORCE | TT_MEMSTAT_GEOMETRY_REMOTE,
		   TTMEM_ANSWER(geometry_set, chip_out)),
	TTMEM_CALL(CHIP_FIND, chip_find, geometry, TTMEM_OUT, chip_find,
		   .valid_flags = TT_MEMSTAT_FIND_NAME | TT_MEMSTAT_FIND_PCI |
				  TT_MEMSTAT_FIND_UNIQUE_ID),
	TTMEM_CALL(ATTACH, attach, chip_out, TTMEM_OUT | TTMEM_OUT_FAIL, attach,
		   .valid_flags = TT_MEMSTAT_ATTACH_GEOMETRY | TT_MEMSTAT_ATTACH_REMOTE,
		   .undo = ttmem_ioctl_attach_undo),
	TTMEM_CALL(DETACH, detach, reserved, 0, detach),
	TTMEM_CALL(BANK_SET, bank_set, mask, TTMEM_OUT, bank_set, TTMEM_ANSWER(bank_set, set)),
	TTMEM_CALL(SUBMIT, submit, reserved, TTMEM_OUT | TTMEM_OUT_FAIL, submit,
		   TTMEM_ANSWER(submit, taken)),
	TTMEM_CALL(DROP, drop, pools, 0, drop),
	TTMEM_CALL(RING_SETUP, ring_setup, entries_offset, TTMEM_OUT, ring_setup,
		   .undo = ttmem_ioctl_ring_setup_undo),
	TTMEM_CALL(RING_DOORBELL, ring_doorbell, credit, TTMEM_OUT, ring_doorbell,
		   TTMEM_ANSWER(ring_doorbell, credit)),
	TTMEM_CALL(RING_STATUS, ring_status, refused, TTMEM_OUT, ring_status),
	TTMEM_CALL(QUERY_CHIP, query, figures, TTMEM_OUT | TTMEM_ANYBODY, query_chip),
	TTMEM_CALL(QUERY_CLIENT, query, figures, TTMEM_OUT | TTMEM_ANYBODY, query_client),
	TTMEM_CALL(LIST_RECORDS, list, items, TTMEM_OUT | TTMEM_ANYBODY, list_records),
	TTMEM_CALL(LIST_PROGRAMS, list, items, TTMEM_OUT | TTMEM_ANYBODY, list_programs),
	TTMEM_CALL(PARTIAL, partial, partial, 0, partial),
	TTMEM_CALL(LIST_SETS, list, items, TTMEM_OUT | TTMEM_ANYBODY, list_sets),
};

int ttmem_ioctl_get_info(struct ttmem_client *client, void *data)
{
	struct tt_memstat_get_info *info = data;
	struct ttmem_charges charges;

	ttmem_user_charges(client->user, &charges);
	*info = (struct tt_memstat_get_info) {
		.argsz = info->argsz,
		.api_version = TT_MEMSTAT_API_VERSION,
		.granule = TT_MEMSTAT_GRANULE,
		.calls = GENMASK_ULL(ARRAY_SIZE(ttmem_calls) - 1, 0),
		.features = ttmem_limit(TTMEM_LIMIT_ALLOW_VIRTUAL) ?
			    TT_MEMSTAT_FEATURE_ALLOW_VIRTUAL : 0,
		.client = client->id,
		.max_chips = ttmem_limit(TTMEM_LIMIT_CHIPS),
		.max_clients = ttmem_limit(TTMEM_LIMIT_CLIENTS),
		.max_sets = TTMEM_MAX_SETS,
		.max_submit = ttmem_limit(TTMEM_LIMIT_SUBMIT),
		.max_ring_entries = TTMEM_RING_MAX,
		.max_virtual = ttmem_limit(TTMEM_LIMIT_VIRTUAL),
		.max_rects = TTMEM_MAX_RECTS,
		.max_remote = TTMEM_MAX_REMOTE,
		.version = TTMEM_VERSION,
		.user_bytes = charges.user,
		.max_user_bytes = charges.max_user,
		.host_bytes = charges.host,
		.max_host_bytes = charges.max_host,
	};
	return 0;
}

/*
 * @data: zeroed. The first version of the structure takes one copy; a longer structure is copied
 * again as a whole. The size that was checked counts, even if the memory changes meanwhile.
 */
static int ttmem_arg_in(const struct ttmem_call *call, void *data, const void __user *uarg)
{
	struct ttmem_arg_head *head = data;
	u32 argsz;
	int err;

	/* A structure that is too short may well end where the memory does. */
	if (ttmem_words_from_user(data, uarg, call->min_size / sizeof(u64)))
		return get_user(argsz, &((struct ttmem_arg_head __user *)uarg)->argsz) ||
		       argsz >= call->min_size ? -EFAULT : -EINVAL;
	argsz = head->argsz;
	if (argsz < call->min_size || argsz > SZ_4K)
		return -EINVAL;
	if (argsz > call->min_size) {
		err = copy_struct_from_user(data, call->size, uarg, argsz);
		if (err)
			return err;
		head->argsz = argsz;
	}
	return head->flags & ~call->valid_flags ? -EINVAL : 0;
}

static int ttmem_arg_out(const struct ttmem_call *call, const void *data, void __user *uarg,
			 u32 argsz)
{
	const u32 *answer = data + call->answer;

	if (call->answer) {
		if (put_user(*answer, (u32 __user *)(uarg + call->answer)))
			return -EFAULT;
	} else if (copy_to_user(uarg, data, min_t(size_t, argsz, call->size))) {
		return -EFAULT;
	}
	if (argsz > call->size && clear_user(uarg + call->size, argsz - call->size))
		return -EFAULT;
	return 0;
}

static int ttmem_call_run(const struct ttmem_call *call, struct ttmem_client *client, void *data,
			  void __user *uarg)
{
	int err, fault = 0;
	u32 argsz;

	err = ttmem_arg_in(call, data, uarg);
	if (err)
		return err;
	argsz = ((const struct ttmem_arg_head *)data)->argsz;
	err = call->fn(client, data);
	if (call->flags & (err ? TTMEM_OUT_FAIL : TTMEM_OUT))
		fault = ttmem_arg_out(call, data, uarg, argsz);
	if (fault && !err && call->undo)
		call->undo(client, data);
	return err ?: fault;
}

long ttmem_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 small[TTMEM_ARG_ON_STACK / sizeof(u64)] = {};
	struct ttmem_client *client = file->private_data;
	void __user *uarg = (void __user *)arg;
	unsigned int nr = _IOC_NR(cmd);
	const struct ttmem_call *call;
	void *data = small;
	long ret;

	if (nr >= ARRAY_SIZE(ttmem_calls) || cmd != _IO(TT_MEMSTAT_MAGIC, nr))
		return -ENOTTY;
	call = &ttmem_calls[array_index_nospec(nr, ARRAY_SIZE(ttmem_calls))];
	ret = ttmem_client_check_caller(client);
	if (ret && !(ret == -EPERM && (call->flags & TTMEM_ANYBODY)))
		return ret;
	if (call->size > sizeof(small)) {
		data = kzalloc(call->size, GFP_KERNEL_ACCOUNT);
		if (!data)
			return -ENOMEM;
	}
	ret = ttmem_call_run(call, client, data, uarg);
	if (data != small)
		kfree(data);
	return ret;
}
