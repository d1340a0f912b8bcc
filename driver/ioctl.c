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

#define TTMEM_OP_ANYBODY	BIT(0)	/* not only the owner's thread group */
#define TTMEM_OP_OUT	BIT(1)	/* returns something when it succeeds */
#define TTMEM_OP_OUT_FAIL	BIT(2)	/* and also when it fails */

/**
 * struct ttmem_op - a call
 * @size: of its structure as this module knows it; 0 = not implemented
 * @min_size: of the structure's first version, in whole words
 * @flags: that its flags field may have
 * @kind: TTMEM_OP_*
 * @answer: offset of the u32 that is all it writes back; 0 = the whole structure
 * @fn: does it; NULL = not implemented
 * @undo: takes it back when the answer cannot be delivered; NULL = nothing to take back
 */
struct ttmem_op {
	size_t size;
	size_t min_size;
	u32 flags;
	unsigned int kind;
	u32 answer;
	int (*fn)(struct ttmem_client *client, void *data);
	void (*undo)(struct ttmem_client *client, void *data);
};

/* What every structure starts with. */
struct ttmem_arg_head {
	u32 argsz;
	u32 flags;
};

/* Smaller structures stay on the stack, so that calls that give back need no memory. */
#define TTMEM_ARG_ON_STACK 64

#define TTMEM_OP_SIZES(type, last) .size = sizeof(struct type), \
				 .min_size = offsetofend(struct type, last)

static const struct ttmem_op ttmem_ops[] = {
	[_IOC_NR(TT_MEMSTAT_GET_INFO)] = {
		TTMEM_OP_SIZES(tt_memstat_get_info, version),
		.kind = TTMEM_OP_OUT,
		.fn = ttmem_ioctl_get_info,
	},
	[_IOC_NR(TT_MEMSTAT_CHIP_CREATE)] = {
		TTMEM_OP_SIZES(tt_memstat_chip_create, reserved),
		.flags = TT_MEMSTAT_CREATE_OPEN | TT_MEMSTAT_CREATE_EPHEMERAL,
		.kind = TTMEM_OP_OUT,
		.answer = offsetof(struct tt_memstat_chip_create, chip),
		.fn = ttmem_ioctl_chip_create,
		.undo = ttmem_ioctl_chip_create_undo,
	},
	[_IOC_NR(TT_MEMSTAT_CHIP_DESTROY)] = {
		TTMEM_OP_SIZES(tt_memstat_chip_destroy, reserved),
		.fn = ttmem_ioctl_chip_destroy,
	},
	[_IOC_NR(TT_MEMSTAT_GEOMETRY_SET)] = {
		TTMEM_OP_SIZES(tt_memstat_geometry_set, reserved),
		.flags = TT_MEMSTAT_GEOMETRY_FORCE | TT_MEMSTAT_GEOMETRY_REMOTE |
			 TT_MEMSTAT_GEOMETRY_LOCATION,
		.kind = TTMEM_OP_OUT,
		.answer = offsetof(struct tt_memstat_geometry_set, chip_out),
		.fn = ttmem_ioctl_geometry_set,
	},
	[_IOC_NR(TT_MEMSTAT_GEOMETRY_UNSET)] = {
		TTMEM_OP_SIZES(tt_memstat_geometry_set, reserved),
		.flags = TT_MEMSTAT_GEOMETRY_FORCE | TT_MEMSTAT_GEOMETRY_REMOTE,
		.kind = TTMEM_OP_OUT,
		.answer = offsetof(struct tt_memstat_geometry_set, chip_out),
		.fn = ttmem_ioctl_geometry_unset,
	},
	[_IOC_NR(TT_MEMSTAT_CHIP_FIND)] = {
		TTMEM_OP_SIZES(tt_memstat_chip_find, geometry),
		.flags = TT_MEMSTAT_FIND_NAME | TT_MEMSTAT_FIND_PCI | TT_MEMSTAT_FIND_UNIQUE_ID,
		.kind = TTMEM_OP_OUT,
		.fn = ttmem_ioctl_chip_find,
	},
	[_IOC_NR(TT_MEMSTAT_ATTACH)] = {
		TTMEM_OP_SIZES(tt_memstat_attach, chip_out),
		.flags = TT_MEMSTAT_ATTACH_GEOMETRY | TT_MEMSTAT_ATTACH_REMOTE,
		.kind = TTMEM_OP_OUT | TTMEM_OP_OUT_FAIL,
		.fn = ttmem_ioctl_attach,
		.undo = ttmem_ioctl_attach_undo,
	},
	[_IOC_NR(TT_MEMSTAT_DETACH)] = {
		TTMEM_OP_SIZES(tt_memstat_detach, reserved),
		.fn = ttmem_ioctl_detach,
	},
	[_IOC_NR(TT_MEMSTAT_BANK_SET)] = {
		TTMEM_OP_SIZES(tt_memstat_bank_set, mask),
		.kind = TTMEM_OP_OUT,
		.answer = offsetof(struct tt_memstat_bank_set, set),
		.fn = ttmem_ioctl_bank_set,
	},
	[_IOC_NR(TT_MEMSTAT_SUBMIT)] = {
		TTMEM_OP_SIZES(tt_memstat_submit, reserved),
		.kind = TTMEM_OP_OUT | TTMEM_OP_OUT_FAIL,
		.answer = offsetof(struct tt_memstat_submit, taken),
		.fn = ttmem_ioctl_submit,
	},
	[_IOC_NR(TT_MEMSTAT_DROP)] = {
		TTMEM_OP_SIZES(tt_memstat_drop, pools),
		.fn = ttmem_ioctl_drop,
	},
	[_IOC_NR(TT_MEMSTAT_RING_SETUP)] = {
		TTMEM_OP_SIZES(tt_memstat_ring_setup, entries_offset),
		.kind = TTMEM_OP_OUT,
		.fn = ttmem_ioctl_ring_setup,
		.undo = ttmem_ioctl_ring_setup_undo,
	},
	[_IOC_NR(TT_MEMSTAT_RING_DOORBELL)] = {
		TTMEM_OP_SIZES(tt_memstat_ring_doorbell, credit),
		.kind = TTMEM_OP_OUT,
		.answer = offsetof(struct tt_memstat_ring_doorbell, credit),
		.fn = ttmem_ioctl_ring_doorbell,
	},
	[_IOC_NR(TT_MEMSTAT_RING_STATUS)] = {
		TTMEM_OP_SIZES(tt_memstat_ring_status, refused),
		.kind = TTMEM_OP_OUT,
		.fn = ttmem_ioctl_ring_status,
	},
	[_IOC_NR(TT_MEMSTAT_QUERY_CHIP)] = {
		TTMEM_OP_SIZES(tt_memstat_query, figures),
		.kind = TTMEM_OP_OUT | TTMEM_OP_ANYBODY,
		.fn = ttmem_ioctl_query_chip,
	},
	[_IOC_NR(TT_MEMSTAT_QUERY_CLIENT)] = {
		TTMEM_OP_SIZES(tt_memstat_query, figures),
		.kind = TTMEM_OP_OUT | TTMEM_OP_ANYBODY,
		.fn = ttmem_ioctl_query_client,
	},
	[_IOC_NR(TT_MEMSTAT_LIST_RECORDS)] = {
		TTMEM_OP_SIZES(tt_memstat_list, items),
		.kind = TTMEM_OP_OUT | TTMEM_OP_ANYBODY,
		.fn = ttmem_ioctl_list_records,
	},
	[_IOC_NR(TT_MEMSTAT_LIST_PROGRAMS)] = {
		TTMEM_OP_SIZES(tt_memstat_list, items),
		.kind = TTMEM_OP_OUT | TTMEM_OP_ANYBODY,
		.fn = ttmem_ioctl_list_programs,
	},
	[_IOC_NR(TT_MEMSTAT_PARTIAL)] = {
		TTMEM_OP_SIZES(tt_memstat_partial, partial),
		.fn = ttmem_ioctl_partial,
	},
};

/* A mask of the numbers that are implemented. */
u64 ttmem_ioctl_calls(void)
{
	unsigned int nr;
	u64 calls = 0;

	for (nr = 0; nr < ARRAY_SIZE(ttmem_ops); nr++)
		if (ttmem_ops[nr].fn)
			calls |= 1ull << nr;
	return calls;
}

/*
 * @data: zeroed. Of the structure's first version one copy is all; what comes after is copied with
 * it. The size that was checked is what counts, whatever the memory says by now.
 */
static int ttmem_arg_in(const struct ttmem_op *op, void *data, const void __user *uarg)
{
	struct ttmem_arg_head *head = data;
	u32 argsz;
	int err;

	/* A structure that is too short may well end where the memory does. */
	if (ttmem_words_from_user(data, uarg, op->min_size / sizeof(u64)))
		return get_user(argsz, &((struct ttmem_arg_head __user *)uarg)->argsz) ||
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

static int ttmem_arg_out(const struct ttmem_op *op, const void *data, void __user *uarg, u32 argsz)
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

static int ttmem_op_run(const struct ttmem_op *op, struct ttmem_client *client, void *data,
			void __user *uarg)
{
	int err, fault = 0;
	u32 argsz;

	err = ttmem_arg_in(op, data, uarg);
	if (err)
		return err;
	argsz = ((const struct ttmem_arg_head *)data)->argsz;
	err = op->fn(client, data);
	if (op->kind & (err ? TTMEM_OP_OUT_FAIL : TTMEM_OP_OUT))
		fault = ttmem_arg_out(op, data, uarg, argsz);
	if (fault && !err && op->undo)
		op->undo(client, data);
	return err ?: fault;
}

long ttmem_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u64 small[TTMEM_ARG_ON_STACK / sizeof(u64)] = {};
	struct ttmem_client *client = file->private_data;
	void __user *uarg = (void __user *)arg;
	unsigned int nr = _IOC_NR(cmd);
	const struct ttmem_op *op;
	void *data = small;
	long ret;

	if (nr >= ARRAY_SIZE(ttmem_ops) || cmd != _IO(TT_MEMSTAT_MAGIC, nr))
		return -ENOTTY;
	op = &ttmem_ops[array_index_nospec(nr, ARRAY_SIZE(ttmem_ops))];
	if (!op->fn)
		return -EOPNOTSUPP;
	ret = ttmem_client_check_caller(client);
	if (ret && !(ret == -EPERM && (op->kind & TTMEM_OP_ANYBODY)))
		return ret;
	if (op->size > sizeof(small)) {
		data = kzalloc(op->size, GFP_KERNEL_ACCOUNT);
		if (!data)
			return -ENOMEM;
	}
	ret = ttmem_op_run(op, client, data, uarg);
	if (data != small)
		kfree(data);
	return ret;
}
