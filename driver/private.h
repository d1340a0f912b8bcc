/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The driver's objects and the functions that its files share. The ledger has a header of its own,
 * ledger/ledger.h, and knows nothing of this one.
 */
#ifndef TTMEM_PRIVATE_H
#define TTMEM_PRIVATE_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/kobject.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/pid.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/sysfs.h>
#include <linux/types.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include "geometry.h"
#include "ledger/ledger.h"
#include "limits.h"

struct seq_file;

/**
 * DOC: Locks
 *
 * From outermost to innermost:
 *
 * 1. the gateways' mutex (gateway.c): chips of PCI functions coming and going, and the slots;
 * 2. the kernfs active reference of a file that is being read or removed;
 * 3. an attachment's mutexes, &ttmem_attachment.ring_setup, then &ttmem_attachment.lock;
 * 4. the ring mutex, &ttmem_ring.lock;
 * 5. the chip lock, &ttmem_chip.lock: a spinlock, held for a bounded step of work;
 * 6. leaves: &ttmem_chip.list_lock, &ttmem_attachment.ring_lock, the registry's lock, the clients'
 *    xarray locks, the lock of users (limits.c), and task_lock() for the name of a process.
 *
 * From 3 on sysfs is not changed and nobody is notified. Memory is allocated, and SUBMIT accesses
 * user memory, under 3, but not under 4; under 5 and 6 nothing sleeps. Of the leaves, the list lock
 * is outside the ring lock.
 *
 * Readers of figures take none of 1, 3, 4 and 5: they copy published figures (reader.c).
 */

/* ---- Time ---- */

/* Nanoseconds since some time before boot, in ticks: cheap enough to read on every submit. */
static inline u64 ttmem_clock_ns(void)
{
	return jiffies64_to_nsecs(get_jiffies_64());
}

/* ---- Text: figures.c ---- */

#define TTMEM_FIGURE_CHIP	BIT(0)	/* in a chip's stat */
#define TTMEM_FIGURE_CLIENT	BIT(1)	/* in a client's stat */
#define TTMEM_FIGURE_FILE	BIT(2)	/* has a file of its own beside stat */

/**
 * struct ttmem_figure - how a figure is shown
 * @name: its key in stat, and of its file
 * @flags: TTMEM_FIGURE_*
 * @file: of its file, if that has another name
 */
struct ttmem_figure {
	const char *name;
	unsigned int flags;
	const char *file;
};

extern const struct ttmem_figure ttmem_figure_table[TT_MEMSTAT_FIGURES];

void ttmem_sysfs_text(char *out, const char *in, size_t size);
bool ttmem_figure_known(const struct tt_memstat_figures *f, unsigned int nr);
const char *ttmem_figure_file(unsigned int nr, unsigned int where);
int ttmem_figure_show(const struct tt_memstat_figures *f, unsigned int nr, char *buf);
int ttmem_figure_show_stat(const struct tt_memstat_figures *f, unsigned int where, char *buf,
			   int at);

/* ---- What a chip is made of ---- */

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

/* The identity and geometry that readers see; either side of the geometry may be unknown. */
struct ttmem_chip_info {
	struct ttmem_identity identity;
	struct tt_memstat_geometry geometry;
	enum ttmem_source source;
	u64 conflicts;
};

/**
 * struct ttmem_slot - a PCI address, or an ASIC location behind it, kept while no chip is there
 * @of_slots: on the list of all slots, until the module goes
 * @pci: name of the PCI function
 * @remote: a chip behind the one of the function
 * @location: of a remote chip
 * @numbered: @number is assigned
 * @number: N of tt<N>, for every chip that is ever here
 * @imported: the administrator has described the chip
 * @geometry: as imported, derived
 * @identity: as imported
 *
 * The gateways' mutex guards everything.
 */
struct ttmem_slot {
	struct list_head of_slots;
	char pci[TT_MEMSTAT_PCI_LEN];
	bool remote;
	u32 location;
	bool numbered;
	u32 number;
	bool imported;
	struct tt_memstat_geometry geometry;
	struct ttmem_identity identity;
};

/**
 * struct ttmem_published - the books at the end of the last hold of the chip lock
 * @seq: written with preemption disabled, so that no reader spins on a preempted writer
 * @state: the source of figures
 */
struct ttmem_published {
	seqcount_t seq;
	struct ttmem_state state;
};

#define TTMEM_ALERTS	2	/* one a space, by enum tt_memstat_space */

/**
 * struct ttmem_alert - the alert level of a space of a chip
 * @percent: of the allocatable bytes, else of the capacity; 0 = off
 * @above: the level was crossed upwards, and not yet back
 * @next: earliest time of the next event; ktime_get_ns()
 *
 * The chip lock guards all of it.
 */
struct ttmem_alert {
	u32 percent;
	bool above;
	u64 next;
};

/**
 * struct ttmem_exited_list - a chip's exited clients
 * @dir: the directory `exited`
 * @work: shows those that wait and removes the oldest
 * @waiting: exited, not yet shown; chip lock
 * @nr_waiting: length of @waiting; chip lock
 * @shown: oldest first; @work alone
 * @nr_shown: length of @shown; @work alone
 * @last: number of the newest that is shown; @work alone
 */
struct ttmem_exited_list {
	struct kobject *dir;
	struct work_struct work;
	struct list_head waiting;
	unsigned int nr_waiting;
	struct list_head shown;
	unsigned int nr_shown;
	u64 last;
};

/**
 * struct ttmem_chip - a chip
 * @dev: in class tt_memstat; its reference count is the chip's
 * @number: N of tt<N>
 * @kind: local, remote or virtual
 * @slot: local, remote: its address
 * @uid: virtual: the creator's user
 * @owner: virtual: the creator's thread group
 * @open: virtual: every user may attach
 * @unprivileged: virtual: @uid had no privilege
 * @user: virtual, remote: whom it is charged to; holds a reference; NULL: nobody
 * @remove_idle: remote: the work that removes it when it is of no more use
 * @creator: virtual: it ends with this client; compared, never followed
 * @clients: the directory of the clients
 * @exited: clients that have exited
 * @added: completed once the chip is registered; destruction waits for it
 * @notify: tells pollers
 * @info_seq: guards @info for readers
 * @info: what readers see of @identity and so on
 * @published: the books as readers see them; @published_core: granules used on each core
 * @drain: applies what the rings hold, for readers and periodically
 * @drain_asked: the last ticket for a drain; @drain_served: tickets up to this one are served
 * @drained: waiters for @drain_served
 * @drain_period: when the budget was last renewed; @drain_budget: what is left; @drain alone
 * @list_lock: a leaf; guards @attachments and @dead for readers without @lock
 * @lock: the chip lock; guards what follows, the books of every attachment, and their lists
 * @dead: removed: no attachment joins, nothing is reported
 * @function: local, remote: the PCI function; NULL once dead
 * @joining: remote: attaches under way
 * @linger_until: remote: stays until then without clients
 * @identity: as its creator or driver gave it
 * @source: origin of the geometry that binds every client; NONE = nobody
 * @conflicts: attaches refused for another geometry
 * @attachments: from attach until it has left sysfs; the drain serves them in this order
 * @client_slots: attachments that still have anything in the ledger's maps
 * @rings: attachments that have a ring; read without the lock as a hint
 * @notified: generation of the last notification
 * @alert: alert levels
 * @ledger: the books
 *
 * Above @lock, what has no guard of its own does not change while the chip is registered.
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
	struct delayed_work *remove_idle;
	const struct ttmem_client *creator;
	struct kobject *clients;
	struct ttmem_exited_list exited;
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
	u64 linger_until;
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

/* ---- Clients and attachments ---- */

/**
 * struct ttmem_client - an open file of the device, and the thread group that owns it
 * @ref: of the file, and of each attachment, which may outlive the file
 * @owner: the thread group that opened it
 * @uid: effective user at open
 * @user: pays for what the client pins; holds a reference
 * @id: never reused
 * @start_time: of the owner, nanoseconds since boot
 * @dead: the owner is known to be gone; set once
 * @made_chips: there may be chips that end with it; set once
 * @exit: on the owner's pid: woken when the owner has exited
 * @end: ends the client where its owner's exit and close cannot
 * @attached: attachments that still count; the host counts clients that have any
 * @attachments: by handle, a reference each; its lock makes look-up and reference one step
 * @next_handle: where the search for a free handle starts
 *
 * Everything else is constant.
 */
struct ttmem_client {
	struct kref ref;
	struct pid *owner;
	kuid_t uid;
	struct ttmem_user *user;
	u64 id;
	u64 start_time;
	bool dead;
	bool made_chips;
	wait_queue_entry_t exit;
	struct work_struct end;
	atomic_t attached;
	struct xarray attachments;
	u32 next_handle;
};

/**
 * struct ttmem_attachment - a client's standing to report on one chip
 * @kobj: clients/<id> of the chip; its reference count is the attachment's
 * @chip: holds a reference
 * @client: holds a reference
 * @handle: the client's name for it
 * @runtime_id: the runtime's own device number, -1 = none
 * @label: the client's choice
 * @comm: the owner's name at attach, and at the end if it could be read; chip lock
 * @lock: serialises the owner's calls, whose threads alone wait for it
 * @prealloc: nodes for the entries that the owner submits; @lock
 * @ring_setup: serialises RING_SETUP
 * @ring_lock: a leaf; guards @ring, which also changes under the chip lock and may be tested for
 *	NULL without either
 * @ring: holds a reference, NULL = none
 * @of_chip: on the chip's list, with a reference; chip lock and list lock
 * @gone: 0, or the error of every further call; chip lock
 * @counted: takes one of the chip's slots; chip lock
 * @listed: completed once it is set up in sysfs, or never will be
 * @in_sysfs: whether it was; stable once @listed is complete
 * @removing: 1: a task is removing it from sysfs
 * @unlisted: completed once it has left sysfs
 * @books: chip lock
 * @published: what readers see of @books
 * @exited: what will be kept of it; NULL once kept; chip lock
 * @free: frees it
 */
struct ttmem_attachment {
	struct kobject kobj;
	struct ttmem_chip *chip;
	struct ttmem_client *client;
	u32 handle;
	s32 runtime_id;
	char label[TT_MEMSTAT_LABEL_LEN];
	char comm[TASK_COMM_LEN];
	struct mutex lock;		/* the owner's calls */
	struct ttmem_prealloc prealloc;
	struct mutex ring_setup;
	spinlock_t ring_lock;		/* the pointer */
	struct ttmem_ring *ring;
	struct list_head of_chip;
	int gone;
	bool counted;
	struct completion listed;
	bool in_sysfs;
	atomic_t removing;
	struct completion unlisted;
	struct ttmem_ledger_client books;
	struct ttmem_published published;
	struct ttmem_exited *exited;
	struct work_struct free;
};

static inline struct ttmem_attachment *ttmem_attachment_of(struct kobject *kobj)
{
	return container_of(kobj, struct ttmem_attachment, kobj);
}

/* Under the chip lock: 0, or why nothing can be reported. */
static inline int ttmem_attachment_error(const struct ttmem_attachment *a)
{
	if (a->gone)
		return a->gone;
	return a->chip->dead ? -ENODEV : 0;
}

static inline void ttmem_attachment_put(struct ttmem_attachment *a)
{
	kobject_put(&a->kobj);
}

static inline void ttmem_chip_put(struct ttmem_chip *chip)
{
	put_device(&chip->dev);
}

/* ---- module.c ---- */

extern struct workqueue_struct *ttmem_wq;	/* short works */
extern struct workqueue_struct *ttmem_end_wq;	/* ends: as long as the users' records make them */

/* References of objects whose release is the module's code: unloading waits for them. */
void ttmem_module_ref_get(void);
void ttmem_module_ref_put(void);
int ttmem_module_init(void);
void ttmem_module_exit(void);

/* ---- chip.c, registry.c, virtual.c ---- */

struct ttmem_chip *ttmem_chip_alloc(enum ttmem_chip_kind kind);
int ttmem_chip_add(struct ttmem_chip *chip);
int ttmem_chip_destroy(struct ttmem_chip *chip);
void ttmem_chips_destroy_of(const struct ttmem_client *creator);
int ttmem_chips_init(void);
void ttmem_chips_exit(void);

int ttmem_registry_reserve(struct ttmem_chip *chip);
void ttmem_registry_add(struct ttmem_chip *chip);
void ttmem_registry_remove(struct ttmem_chip *chip);
struct ttmem_chip *ttmem_chip_get(u32 number);
struct ttmem_chip *ttmem_chip_next(struct ttmem_chip *from);
void ttmem_chip_linger(struct ttmem_chip *chip);
struct device *ttmem_chip_function(struct ttmem_chip *chip);

bool ttmem_chip_is_own(const struct ttmem_chip *chip, const struct ttmem_client *client);

/* ---- publish.c, reader.c ---- */

void ttmem_publish(struct ttmem_chip *chip, struct ttmem_attachment *a);
void ttmem_publish_info(struct ttmem_chip *chip);
void ttmem_notify_arm(struct ttmem_chip *chip);

void ttmem_chip_read_cores(struct ttmem_chip *chip, struct ttmem_state *state, u32 *core);
void ttmem_chip_read_info(struct ttmem_chip *chip, struct ttmem_chip_info *info);
void ttmem_chip_figures(struct ttmem_chip *chip, struct tt_memstat_figures *figures);
int ttmem_attachment_figures(struct ttmem_attachment *a, struct tt_memstat_figures *figures);

/* ---- gateway.c, pci.c, kmd_node.c ---- */

/* Keeps functions, and the chips behind them, from coming and going; guards the slots. */
extern struct mutex ttmem_gateways_mutex;

int ttmem_gateway_add(struct device *function, u32 arch);
void ttmem_gateway_remove(struct device *function);
void ttmem_gateways_close(void);
struct ttmem_chip *ttmem_remote_get(struct ttmem_chip *gateway, u32 location,
				    struct ttmem_user *user, int missing);
int ttmem_remote_hold(struct ttmem_chip *chip);
struct ttmem_chip *ttmem_remote_join(struct ttmem_chip *gateway, u32 location,
				     struct ttmem_user *user, int missing);
void ttmem_remote_release(struct ttmem_chip *chip);
void ttmem_remotes_check(void);

#ifdef CONFIG_PCI
int ttmem_pci_init(void);
void ttmem_pci_walk(struct work_struct *work);
void ttmem_pci_exit(void);
#else
static inline int ttmem_pci_init(void) { return 0; }
static inline void ttmem_pci_walk(struct work_struct *work) {}
static inline void ttmem_pci_exit(void) {}
#endif

int ttmem_kmd_node_check(struct device *function, unsigned int fd);
struct device *ttmem_kmd_node_get(struct device *function);

/* ---- client.c, file.c, attachment.c ---- */

void ttmem_client_put(struct ttmem_client *client);
bool ttmem_client_owner_is_dead(struct ttmem_client *client);
void ttmem_client_comm(const struct ttmem_client *client, char comm[TASK_COMM_LEN]);
int ttmem_client_check_caller(struct ttmem_client *client);
unsigned int ttmem_clients_attached(void);
void ttmem_client_count_attach(struct ttmem_client *client);
void ttmem_client_count_detach(struct ttmem_client *client);
struct ttmem_attachment *ttmem_attachment_get(struct ttmem_client *client, u32 handle);
struct ttmem_attachment *ttmem_attachment_next(struct ttmem_client *client,
					       struct ttmem_attachment *from);
struct ttmem_attachment *ttmem_attachment_find(struct ttmem_chip *chip, u64 client);

int ttmem_client_open(struct inode *inode, struct file *file);
int ttmem_client_flush(struct file *file, fl_owner_t id);
int ttmem_client_release(struct inode *inode, struct file *file);

struct ttmem_attachment *ttmem_attachment_alloc(struct ttmem_chip *chip,
						struct ttmem_client *client,
						const struct tt_memstat_attach *arg);
void ttmem_attachment_update_comm(struct ttmem_attachment *a);
void ttmem_attachment_count(struct ttmem_attachment *a, bool counts);
void ttmem_attachment_end(struct ttmem_attachment *a, int why);
void ttmem_attachment_close(struct ttmem_attachment *a, int why);
int ttmem_attachment_remove(struct ttmem_client *client, u32 handle, int why);
void ttmem_attachments_remove(struct ttmem_chip *chip, int why, const struct ttmem_client *client);

/* ---- Rings: ring.c, ring_calls.c, ring_credit.c, ring_drain.c ---- */

#define TTMEM_RING_MIN	64		/* entries */
#define TTMEM_RING_MAX	1024

/**
 * struct ttmem_ring - a ring
 * @ref: of the attachment, of each mapping, which may outlive it, and of each user
 * @a: the attachment; the ring holds a reference to it
 * @entries: slots, a power of two
 * @bytes: of the pages that are shared with the owner, charged to the client's user
 * @shared: the first of the pages
 * @slot: in the others
 * @lock: the ring mutex; guards what follows, outside the chip lock
 * @head: entries taken; also changes under the chip lock
 * @error: why the ring was stopped, 0 = it runs
 * @prealloc_error: of the last attempt to preallocate
 * @entry_error: of the last entry that was refused
 * @entry_position: its position
 * @refused: entries refused
 * @prealloc: nodes for the entries to come
 * @credit: position that producers may not pass; never decreases
 */
struct ttmem_ring {
	struct kref ref;
	struct ttmem_attachment *a;
	u32 entries;
	size_t bytes;
	struct tt_memstat_ring *shared;
	struct tt_memstat_entry *slot;

	struct mutex lock;		/* the ring mutex */
	u32 head;
	int error;
	int prealloc_error;
	int entry_error;
	u32 entry_position;
	u64 refused;
	struct ttmem_prealloc prealloc;
	u32 credit;
};

struct ttmem_ring *ttmem_ring_alloc(struct ttmem_attachment *a, u32 entries);
struct ttmem_ring *ttmem_ring_get(struct ttmem_attachment *a);
void ttmem_ring_put(struct ttmem_ring *ring);
void ttmem_ring_stop(struct ttmem_ring *ring, int error);
void ttmem_ring_publish(struct ttmem_ring *ring);
void ttmem_ring_trim(struct ttmem_ring *ring);
int ttmem_ring_fill(struct ttmem_ring *ring);
int ttmem_ring_drain(struct ttmem_ring *ring);

int ttmem_ring_mmap(struct file *file, struct vm_area_struct *vma);
void ttmem_ring_replace(struct ttmem_attachment *a, struct ttmem_ring *ring);
u64 ttmem_ring_pending(struct ttmem_attachment *a);
int ttmem_attachment_drain(struct ttmem_attachment *a);
void ttmem_ring_finish(struct ttmem_attachment *a);
void ttmem_rings_sync(struct ttmem_chip *chip);
void ttmem_rings_kick(struct ttmem_chip *chip);
void ttmem_rings_drain_work(struct work_struct *work);

/* ---- exited.c, alert.c, notify.c ---- */

void ttmem_exited_init(struct ttmem_chip *chip);
void ttmem_exited_end(struct ttmem_chip *chip);
struct ttmem_exited *ttmem_exited_alloc(void);
void ttmem_exited_keep(struct ttmem_attachment *a);

u32 ttmem_alert_percent(const struct ttmem_chip *chip, unsigned int space);
int ttmem_alert_set(struct ttmem_chip *chip, unsigned int space, u32 percent);
void ttmem_alert_figures(const struct ttmem_chip *chip, struct tt_memstat_figures *figures);
void ttmem_alerts_look(struct ttmem_chip *chip);

void ttmem_notify_work(struct work_struct *work);

/* ---- sysfs_*.c, fdinfo.c ---- */

extern const struct attribute_group *ttmem_host_groups[];
extern const struct attribute_group *ttmem_chip_groups[];
extern const struct attribute_group *ttmem_client_groups[];
extern const struct sysfs_ops ttmem_client_sysfs_ops;

void ttmem_sysfs_chip_init(void);
void ttmem_sysfs_client_init(void);
void ttmem_show_fdinfo(struct seq_file *m, struct file *file);

/* ---- The calls: ioctl.c, each in the file of its subject ---- */

/* Copy a few words from the caller: cheaper than copy_from_user(). Returns 0 or -EFAULT. */
static inline int ttmem_words_from_user(u64 *to, const u64 __user *from, unsigned int words)
{
	unsigned int i;

	if (!user_access_begin(from, words * sizeof(*from)))
		return -EFAULT;
	/* As many as an entry has: the copy is a part of each submit of one. */
#pragma GCC unroll 8
	for (i = 0; i < words; i++)
		unsafe_get_user(to[i], from + i, fault);
	user_access_end();
	return 0;
fault:
	user_access_end();
	return -EFAULT;
}

long ttmem_ioctl(struct file *file, unsigned int cmd, unsigned long arg);

/*
 * @data: the call's structure at full size, with its flags checked. ioctl.c copies it back as its
 * table of calls says.
 */
typedef int ttmem_ioctl_fn(struct ttmem_client *client, void *data);
typedef void ttmem_ioctl_undo_fn(struct ttmem_client *client, void *data);
ttmem_ioctl_fn ttmem_ioctl_get_info, ttmem_ioctl_chip_create, ttmem_ioctl_chip_destroy,
	ttmem_ioctl_geometry_set, ttmem_ioctl_geometry_unset, ttmem_ioctl_chip_find,
	ttmem_ioctl_attach, ttmem_ioctl_detach, ttmem_ioctl_bank_set, ttmem_ioctl_submit,
	ttmem_ioctl_drop, ttmem_ioctl_ring_setup, ttmem_ioctl_ring_doorbell,
	ttmem_ioctl_ring_status, ttmem_ioctl_query_chip, ttmem_ioctl_query_client,
	ttmem_ioctl_list_records, ttmem_ioctl_list_programs, ttmem_ioctl_list_sets,
	ttmem_ioctl_partial;
ttmem_ioctl_undo_fn ttmem_ioctl_chip_create_undo, ttmem_ioctl_attach_undo,
	ttmem_ioctl_ring_setup_undo;

#endif /* TTMEM_PRIVATE_H */
