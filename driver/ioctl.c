// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way in and out of every call: number, size, flags, who may call.
 *
 * Knows the shape of the calls. Does not know what they do.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <linux/uaccess.h>
#include "client.h"
#include "ioctl.h"
#include "../uapi/tt_memstat.h"

#define TTM_OP_ANYBODY	BIT(0)	/* not only the owner's thread group */
#define TTM_OP_OUT	BIT(1)	/* returns something when it succeeds */
#define TTM_OP_OUT_FAIL	BIT(2)	/* and also when it fails */

/**
 * struct ttm_op - a call
 * @size: of its structure as this module knows it; 0 = not implemented
 * @min_size: of the structure's first version, in whole words
 * @flags: that its flags field may have
 * @kind: TTM_OP_*
 * @answer: offset of the u32 that is all it writes back; 0 = the whole structure
 * @fn: does it; NULL = not implemented
 * @undo: takes it back when the answer cannot be delivered; NULL = nothing to take back
 */
struct ttm_op {
	size_t size;
	size_t min_size;
	u32 flags;
	unsigned int kind;
	u32 answer;
	int (*fn)(struct ttm_client *client, void *data);
	void (*undo)(struct ttm_client *client, void *data);
};

/* What every structure starts with. */
struct ttm_arg_head {
	u32 argsz;
	u32 flags;
};

/* Smaller structures stay on the stack, so that calls that give back need no memory. */
#define TTM_ARG_ON_STACK 64

#define TTM_OP_SIZES(type, last) .size = sizeof(struct type), \
				 .min_size = offsetofend(struct type, last)

static const struct ttm_op ttm_ops[] = {
	[_IOC_NR(TT_MEMSTAT_GET_INFO)] = {
		TTM_OP_SIZES(tt_memstat_get_info, version),
		.kind = TTM_OP_OUT,
		.fn = ttm_ioctl_get_info,
	},
	[_IOC_NR(TT_MEMSTAT_CHIP_CREATE)] = {
		TTM_OP_SIZES(tt_memstat_chip_create, reserved),
		.flags = TT_MEMSTAT_CREATE_OPEN | TT_MEMSTAT_CREATE_EPHEMERAL,
		.kind = TTM_OP_OUT,
		.answer = offsetof(struct tt_memstat_chip_create, chip),
		.fn = ttm_ioctl_chip_create,
		.undo = ttm_ioctl_chip_create_undo,
	},
	[_IOC_NR(TT_MEMSTAT_CHIP_DESTROY)] = {
		TTM_OP_SIZES(tt_memstat_chip_destroy, reserved),
		.fn = ttm_ioctl_chip_destroy,
	},
	[_IOC_NR(TT_MEMSTAT_GEOMETRY_SET)] = {
		TTM_OP_SIZES(tt_memstat_geometry_set, reserved),
		.flags = TT_MEMSTAT_GEOMETRY_FORCE | TT_MEMSTAT_GEOMETRY_REMOTE |
			 TT_MEMSTAT_GEOMETRY_LOCATION,
		.kind = TTM_OP_OUT,
		.answer = offsetof(struct tt_memstat_geometry_set, chip_out),
		.fn = ttm_ioctl_geometry_set,
	},
	[_IOC_NR(TT_MEMSTAT_GEOMETRY_UNSET)] = {
		TTM_OP_SIZES(tt_memstat_geometry_set, reserved),
		.flags = TT_MEMSTAT_GEOMETRY_FORCE | TT_MEMSTAT_GEOMETRY_REMOTE,
		.kind = TTM_OP_OUT,
		.answer = offsetof(struct tt_memstat_geometry_set, chip_out),
		.fn = ttm_ioctl_geometry_unset,
	},
	[_IOC_NR(TT_MEMSTAT_CHIP_FIND)] = {
		TTM_OP_SIZES(tt_memstat_chip_find, geometry),
		.flags = TT_MEMSTAT_FIND_NAME | TT_MEMSTAT_FIND_PCI | TT_MEMSTAT_FIND_UNIQUE_ID,
		.kind = TTM_OP_OUT,
		.fn = ttm_ioctl_chip_find,
	},
	[_IOC_NR(TT_MEMSTAT_ATTACH)] = {
		TTM_OP_SIZES(tt_memstat_attach, chip_out),
		.flags = TT_MEMSTAT_ATTACH_GEOMETRY | TT_MEMSTAT_ATTACH_REMOTE,
		.kind = TTM_OP_OUT | TTM_OP_OUT_FAIL,
		.fn = ttm_ioctl_attach,
		.undo = ttm_ioctl_attach_undo,
	},
	[_IOC_NR(TT_MEMSTAT_DETACH)] = {
		TTM_OP_SIZES(tt_memstat_detach, reserved),
		.fn = ttm_ioctl_detach,
	},
	[_IOC_NR(TT_MEMSTAT_BANK_SET)] = {
		TTM_OP_SIZES(tt_memstat_bank_set, mask),
		.kind = TTM_OP_OUT,
		.answer = offsetof(struct tt_memstat_bank_set, set),
		.fn = ttm_ioctl_bank_set,
	},
	[_IOC_NR(TT_MEMSTAT_SUBMIT)] = {
		TTM_OP_SIZES(tt_memstat_submit, reserved),
		.kind = TTM_OP_OUT | TTM_OP_OUT_FAIL,
		.answer = offsetof(struct tt_memstat_submit, taken),
		.fn = ttm_ioctl_submit,
	},
	[_IOC_NR(TT_MEMSTAT_DROP)] = {
		TTM_OP_SIZES(tt_memstat_drop, pools),
		.fn = ttm_ioctl_drop,
	},
	[_IOC_NR(TT_MEMSTAT_RING_SETUP)] = {
		TTM_OP_SIZES(tt_memstat_ring_setup, entries_offset),
		.kind = TTM_OP_OUT,
		.fn = ttm_ioctl_ring_setup,
		.undo = ttm_ioctl_ring_setup_undo,
	},
	[_IOC_NR(TT_MEMSTAT_RING_DOORBELL)] = {
		TTM_OP_SIZES(tt_memstat_ring_doorbell, credit),
		.kind = TTM_OP_OUT,
		.answer = offsetof(struct tt_memstat_ring_doorbell, credit),
		.fn = ttm_ioctl_ring_doorbell,
	},
	[_IOC_NR(TT_MEMSTAT_RING_STATUS)] = {
		TTM_OP_SIZES(tt_memstat_ring_status, refused),
		.kind = TTM_OP_OUT,
		.fn = ttm_ioctl_ring_status,
	},
	[_IOC_NR(TT_MEMSTAT_QUERY_CHIP)] = {
		TTM_OP_SIZES(tt_memstat_query, figures),
		.kind = TTM_OP_OUT | TTM_OP_ANYBODY,
		.fn = ttm_ioctl_query_chip,
	},
	[_IOC_NR(TT_MEMSTAT_QUERY_CLIENT)] = {
		TTM_OP_SIZES(tt_memstat_query, figures),
		.kind = TTM_OP_OUT | TTM_OP_ANYBODY,
		.fn = ttm_ioctl_query_client,
	},
	[_IOC_NR(TT_MEMSTAT_LIST_RECORDS)] = {
		TTM_OP_SIZES(tt_memstat_list, items),
		.kind = TTM_OP_OUT | TTM_OP_ANYBODY,
		.fn = ttm_ioctl_list_records,
	},
	[_IOC_NR(TT_MEMSTAT_LIST_PROGRAMS)] = {
		TTM_OP_SIZES(tt_memstat_list, items),
		.kind = TTM_OP_OUT | TTM_OP_ANYBODY,
		.fn = ttm_ioctl_list_programs,
	},
	[_IOC_NR(TT_MEMSTAT_PARTIAL)] = {
		TTM_OP_SIZES(tt_memstat_partial, partial),
		.fn = ttm_ioctl_partial,
	},
};

/* A mask of the numbers that are implemented. */
u64 ttm_ioctl_calls(void)
{
	unsigned int nr;
	u64 calls = 0;

	for (nr = 0; nr < ARRAY_SIZE(ttm_ops); nr++)
		if (ttm_ops[nr].fn)
			calls |= 1ull << nr;
	return calls;
}

/*
 * @data: zeroed. Of the structure's first version one copy is all; what comes after is copied with
 * it. The size that was checked is what counts, whatever the memory says by now.
 */
static int ttm_arg_in(const struct ttm_op *op, void *data, const void __user *uarg)
{
	struct ttm_arg_head *head = data;
	u32 argsz;
	int err;

	/* A structure that is too short may well end where the memory does. */
	if (ttm_words_from_user(data, uarg, op->min_size / sizeof(u64)))
		return get_user(argsz, &((struct ttm_arg_head __user *)uarg)->argsz) ||
		       argsz >= op->min_size ? -EFAULT : -EINVAL;
	argsz = head->argsz;
	if (argsz < op->min_size || argsz > PAGE_SIZE)
		return -EINVAL;
	if (argsz > op->min_size) {
		err = copy_struct_from_user(data, op->size, uarg, argsz);
		if (err)
			return err;
		head->argsz = argsz;
	}
	return head->flags & ~op->flags ? -EINVAL : 0;
}

static int ttm_arg_out(const struct ttm_op *op, const void *data, void __user *uarg, u32 argsz)
{
	if (op->answer) {
		if (put_user(*(const u32 *)(data + op->answer), (u32 __user *)(uarg + op->answer)))
			return -EFAULT;
	} else if (copy_to_user(uarg, data, min_t(size_t, argsz, op->size))) {
		return -EFAULT;
	}
	if (argsz > op->size && clear_user(uarg + op->size, argsz - op->size))
		return -EFAULT;
	return 0;
}

static int ttm_op_run(const struct ttm_op *op, struct ttm_client *client, void *data,
		      void __user *uarg)
{
	int err, fault = 0;
	u32 argsz;

	err = ttm_arg_in(op, data, uarg);
	if (err)
		return err;
	argsz = ((const struct ttm_arg_head *)data)->argsz;
	err = op->fn(client, data);
	if (op->kind & (err ? TTM_OP_OUT_FAIL : TTM_OP_OUT))
		fault = ttm_arg_out(op, data, uarg, argsz);
	if (fault && !err && op->undo)
		op->undo(client, data);
	return err ?: fault;
}

long ttm_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 small[TTM_ARG_ON_STACK / sizeof(u64)] = {};
	struct ttm_client *client = file->private_data;
	void __user *uarg = (void __user *)arg;
	unsigned int nr = _IOC_NR(cmd);
	const struct ttm_op *op;
	void *data = small;
	long ret;

	if (nr >= ARRAY_SIZE(ttm_ops) || cmd != _IO(TT_MEMSTAT_MAGIC, nr))
		return -ENOTTY;
	op = &ttm_ops[array_index_nospec(nr, ARRAY_SIZE(ttm_ops))];
	if (!op->fn)
		return -EOPNOTSUPP;
	ret = ttm_client_check_caller(client);
	if (ret && !(ret == -EPERM && (op->kind & TTM_OP_ANYBODY)))
		return ret;
	if (op->size > sizeof(small)) {
		data = kzalloc(op->size, GFP_KERNEL_ACCOUNT);
		if (!data)
			return -ENOMEM;
	}
	ret = ttm_op_run(op, client, data, uarg);
	if (data != small)
		kfree(data);
	return ret;
}
