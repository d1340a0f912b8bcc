/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Chips: the registry, and what is known of each.
 */
#ifndef TTMEM_CHIP_H
#define TTMEM_CHIP_H

#include <linux/completion.h>
#include <linux/device.h>
#include <linux/list.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include "alert.h"
#include "exited.h"
#include "ledger/ledger.h"
#include "publish.h"

struct ttmem_attachment;
struct ttmem_client;
struct ttmem_slot;
struct ttmem_user;

enum ttmem_chip_kind { TTMEM_CHIP_LOCAL, TTMEM_CHIP_REMOTE, TTMEM_CHIP_VIRTUAL };
enum ttmem_source {
	TTMEM_SOURCE_NONE,
	TTMEM_SOURCE_RUNTIME,
	TTMEM_SOURCE_ADMIN,
	TTMEM_SOURCE_CREATE
};

/**
 * struct ttmem_identity - what tells a chip from others
 * @unique_id: 0 = unknown
 * @board_id: 0 = unknown
 * @board: type of the board, empty = unknown
 * @located: @asic_location is known
 * @asic_location: which chip of the board, or behind the gateway
 */
struct ttmem_identity {
	u64 unique_id;
	u64 board_id;
	char board[TT_MEMSTAT_NAME_LEN];
	bool located;
	u32 asic_location;
};

/* The identity and geometry that readers see; a side of the geometry may be unknown. */
struct ttmem_chip_info {
	struct ttmem_identity identity;
	struct tt_memstat_geometry geometry;
	enum ttmem_source source;
	u64 conflicts;
};

/**
 * struct ttmem_chip - a chip
 * @dev: in class tt_memstat; its reference count is the chip's
 * @number: N of tt<N>
 * @kind: what it stands for
 * @slot: local, remote: what is remembered of where it is
 * @uid: virtual: who created it
 * @owner: virtual: and the thread group that did
 * @open: virtual: every user may attach
 * @unprivileged: virtual: @uid had no privilege
 * @user: virtual, remote: who made it and pays for it; NULL: nobody; holds a reference
 * @creator: virtual: goes when this client's file closes; compared, never followed
 * @clients: the directory of the clients
 * @accounts: clients that have exited
 * @added: it is all there: from now on it may be destroyed
 * @notify: tells pollers
 * @info_seq: guards @info for readers
 * @info: what readers see of @identity and so on
 * @published: the books as readers see them; @published_core: what is used on each core
 * @drain: applies what the rings hold, for readers and periodically
 * @drain_asked: the last ticket for a drain; @drain_served: the last that a drain has seen before
 *	it started; set when it has ended
 * @drained: who waits for @drain_served
 * @drain_period: when the budget was last renewed, @drain_budget: what is left; the drain's own
 * @list_lock: a leaf; guards @attachments and @dead for those who do not hold @lock
 * @lock: the chip lock; guards what follows, the books of every attachment, and their lists
 * @dead: removed: no attachment joins, nothing is reported
 * @function: local, remote: the PCI function it is behind; NULL once dead
 * @joining: remote: attaches under way
 * @identity: as told
 * @linger: remote: stays until then without clients
 * @source: who told the geometry that binds every client, NONE = nobody
 * @conflicts: attaches refused for another geometry
 * @attachments: from attach until it has left sysfs; the drain takes turns in its order
 * @client_slots: attachments that still have anything in the ledger's maps
 * @rings: attachments that have a ring; read without the lock as a hint
 * @notified: generation that pollers were last told of
 * @alert: levels that root has set
 * @ledger: the books
 *
 * Nothing above @lock changes while the chip is registered.
 *
 * Locks, outermost to innermost: gateways (gateway.h), kernfs active reference, attachment, chip.
 * With any but the first held: no user access, no change of sysfs, no notification; no allocation,
 * but for what the owner's calls need, under the attachment's.
 */
struct ttmem_chip {
	struct device dev;
	u32 number;
	enum ttmem_chip_kind kind;
	struct ttmem_slot *slot;
	kuid_t uid;
	struct pid *owner;
	bool open;
	bool unprivileged;
	struct ttmem_user *user;
	const struct ttmem_client *creator;
	struct kobject *clients;
	struct ttmem_accounts accounts;
	struct completion added;
	struct delayed_work notify;
	seqcount_t info_seq;
	struct ttmem_chip_info info;
	struct ttmem_published published;
	u32 published_core[TTMEM_MAX_CORES];
	struct work_struct drain;
	atomic_t drain_asked;
	int drain_served;
	wait_queue_head_t drained;
	unsigned long drain_period;
	s64 drain_budget;
	spinlock_t list_lock;

	spinlock_t lock;		/* the chip lock */
	bool dead;
	struct device *function;
	unsigned int joining;
	u64 linger;
	struct ttmem_identity identity;
	enum ttmem_source source;
	u64 conflicts;
	struct list_head attachments;
	unsigned int client_slots;
	unsigned int rings;
	u64 notified;
	struct ttmem_alert alert[TTMEM_ALERTS];
	struct ttmem_ledger ledger;
};

static inline struct ttmem_chip *ttmem_chip_of(struct device *dev)
{
	return container_of(dev, struct ttmem_chip, dev);
}

bool ttmem_chip_is_own(const struct ttmem_chip *chip, const struct ttmem_client *client);

struct ttmem_chip *ttmem_chip_alloc(enum ttmem_chip_kind kind);
int ttmem_chip_add(struct ttmem_chip *chip);
int ttmem_chip_destroy(struct ttmem_chip *chip);
void ttmem_chips_destroy_of(const struct ttmem_client *creator);

struct ttmem_chip *ttmem_chip_get(u32 number);
struct ttmem_chip *ttmem_chip_next(unsigned long *index);
void ttmem_chip_put(struct ttmem_chip *chip);
struct device *ttmem_chip_function(struct ttmem_chip *chip);

void ttmem_chip_publish_info(struct ttmem_chip *chip);
void ttmem_chip_read_info(struct ttmem_chip *chip, struct ttmem_chip_info *info);
void ttmem_chip_figures(struct ttmem_chip *chip, struct tt_memstat_figures *figures);

int ttmem_chips_init(void);
void ttmem_chips_exit(void);

/* Objects whose release is the module's code: unloading waits for them. */
void ttmem_module_ref_get(void);
void ttmem_module_ref_put(void);

extern struct workqueue_struct *ttmem_wq;
extern struct workqueue_struct *ttmem_free_wq;	/* memory; destroyed last */

#endif /* TTMEM_CHIP_H */
