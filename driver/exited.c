// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accounting of clients that have exited: exited/<n> of the chip, for the administrator.
 *
 * Each chip keeps the last max_exited of them. The object is allocated at attach, since the end of
 * a client must not allocate, and filled under the chip lock while the figures are still there. A
 * work adds it to sysfs.
 */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/pid_namespace.h>
#include "private.h"

/**
 * struct ttmem_exited - an exited client of a chip
 * @kobj: exited/<n>; set up when it is shown
 * @of_chip: on one of the chip's lists
 * @client: its id
 * @uid: its user
 * @pid: in the initial pid namespace
 * @start_time: of the owner, as the next two nanoseconds since boot
 * @attached: when it attached
 * @ended: when it ended
 * @runtime_id: the runtime's own device number, -1 = none
 * @covers: mask of pools
 * @comm: the owner's name
 * @label: the client's choice
 * @figures: the last ones
 *
 * Nothing changes once it is kept.
 */
struct ttmem_exited {
	struct kobject kobj;
	struct list_head of_chip;
	u64 client;
	kuid_t uid;
	pid_t pid;
	u64 start_time;
	u64 attached;
	u64 ended;
	s32 runtime_id;
	u32 covers;
	char comm[TASK_COMM_LEN];
	char label[TT_MEMSTAT_LABEL_LEN];
	struct tt_memstat_figures figures;
};

static struct ttmem_param ttmem_exited_max = { .max = 1024 };

/* Of a client that comes now. Free it with kfree() if it is not kept. */
struct ttmem_exited *ttmem_exited_alloc(void)
{
	struct ttmem_exited *exited = kzalloc(sizeof(*exited), GFP_KERNEL_ACCOUNT);

	if (exited)
		exited->attached = ktime_get_boottime_ns();
	return exited;
}

/*
 * Keep the last figures of a client that ends. Call it once, under the chip lock, before they are
 * gone. Nothing is queued once the chip is dead.
 */
void ttmem_exited_keep(struct ttmem_attachment *a)
{
	struct ttmem_exited_list *list = &a->chip->exited;
	unsigned int max = READ_ONCE(ttmem_exited_max.value);
	struct ttmem_exited *exited = a->exited;

	if (!max || a->chip->dead)
		return;
	a->exited = NULL;
	exited->client = a->client->id;
	exited->uid = a->client->uid;
	exited->pid = pid_nr(a->client->owner);
	exited->start_time = a->client->start_time;
	exited->ended = ktime_get_boottime_ns();
	exited->runtime_id = a->runtime_id;
	exited->covers = a->books.covers;
	memcpy(exited->comm, a->comm, sizeof(exited->comm));
	memcpy(exited->label, a->label, sizeof(exited->label));
	ttmem_figures_client(&a->published.state, ttmem_clock_ns(), &exited->figures);
	if (list->nr_waiting >= max) {
		struct ttmem_exited *oldest =
			list_first_entry(&list->waiting, struct ttmem_exited, of_chip);

		list_del(&oldest->of_chip);
		list->nr_waiting--;
		kfree(oldest);
	}
	list_add_tail(&exited->of_chip, &list->waiting);
	list->nr_waiting++;
	queue_work(ttmem_wq, &list->work);
}

/* ---- exited/<n> ---- */

static struct ttmem_exited *ttmem_exited_of(struct kobject *kobj)
{
	return container_of(kobj, struct ttmem_exited, kobj);
}

/* A dead process is in no pid namespace: only readers in the initial one see who it was. */
static bool ttmem_exited_is_seen(void)
{
	return task_active_pid_ns(current) == &init_pid_ns;
}

static ssize_t comm_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", ttmem_exited_is_seen() ? ttmem_exited_of(kobj)->comm : "");
}

static struct kobj_attribute ttmem_exited_comm = __ATTR(comm, 0400, comm_show, NULL);

static ssize_t label_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	char text[TT_MEMSTAT_LABEL_LEN];

	ttmem_sysfs_text(text, ttmem_exited_of(kobj)->label, sizeof(text));
	return sysfs_emit(buf, "%s\n", text);
}

static struct kobj_attribute ttmem_exited_label = __ATTR(label, 0400, label_show, NULL);

static ssize_t stat_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	const struct ttmem_exited *exited = ttmem_exited_of(kobj);
	bool seen = ttmem_exited_is_seen();
	int len;

	len = sysfs_emit(buf, "client %llu\npid %d\nuid %u\n", exited->client,
			 seen ? exited->pid : 0,
			 from_kuid_munged(current_user_ns(), seen ? exited->uid : INVALID_UID));
	if (seen)
		len += sysfs_emit_at(buf, len, "start_time %llu\n", exited->start_time);
	if (exited->runtime_id >= 0)
		len += sysfs_emit_at(buf, len, "runtime_id %d\n", exited->runtime_id);
	len += sysfs_emit_at(buf, len, "covers %u\nattached %llu\nexited %llu\n", exited->covers,
			     exited->attached, exited->ended);
	return len + ttmem_figure_show_stat(&exited->figures, TTMEM_FIGURE_CLIENT, buf, len);
}

static struct kobj_attribute ttmem_exited_stat = __ATTR(stat, 0400, stat_show, NULL);

static struct attribute *ttmem_exited_attrs[] = {
	&ttmem_exited_comm.attr,
	&ttmem_exited_label.attr,
	&ttmem_exited_stat.attr,
	NULL
};
ATTRIBUTE_GROUPS(ttmem_exited);

/* The files' mode admits uid 0 of any container; capable() does not. */
static ssize_t ttmem_exited_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	return capable(CAP_SYS_ADMIN) ? kobj_sysfs_ops.show(kobj, attr, buf) : -EPERM;
}

static const struct sysfs_ops ttmem_exited_sysfs_ops = { .show = ttmem_exited_show };

static void ttmem_exited_release(struct kobject *kobj)
{
	kfree(ttmem_exited_of(kobj));
	ttmem_module_ref_put();
}

static struct kobj_type ttmem_exited_ktype = {
	.release = ttmem_exited_release,
	.sysfs_ops = &ttmem_exited_sysfs_ops,
	.default_groups = ttmem_exited_groups,
};

/* ---- The list of a chip ---- */

/* The next that waits; NULL: none. */
static struct ttmem_exited *ttmem_exited_next(struct ttmem_chip *chip)
{
	struct ttmem_exited_list *list = &chip->exited;
	struct ttmem_exited *exited;

	spin_lock(&chip->lock);
	exited = list_first_entry_or_null(&list->waiting, struct ttmem_exited, of_chip);
	if (exited) {
		list_del(&exited->of_chip);
		list->nr_waiting--;
	}
	spin_unlock(&chip->lock);
	return exited;
}

/* Keep the youngest @max. */
static void ttmem_exited_trim(struct ttmem_exited_list *list, unsigned int max)
{
	while (list->nr_shown > max) {
		struct ttmem_exited *oldest =
			list_first_entry(&list->shown, struct ttmem_exited, of_chip);

		list_del(&oldest->of_chip);
		list->nr_shown--;
		kobject_del(&oldest->kobj);
		kobject_put(&oldest->kobj);
	}
}

/* If sysfs has no memory, drop it silently: users must not be able to fill the log. */
static void ttmem_exited_add(struct ttmem_exited_list *list, struct ttmem_exited *exited)
{
	ttmem_module_ref_get();
	if (kobject_init_and_add(&exited->kobj, &ttmem_exited_ktype, list->dir, "%llu",
				 ++list->last)) {
		kobject_put(&exited->kobj);
		return;
	}
	list_add_tail(&exited->of_chip, &list->shown);
	list->nr_shown++;
}

static void ttmem_exited_work(struct work_struct *work)
{
	struct ttmem_chip *chip = container_of(work, struct ttmem_chip, exited.work);
	struct ttmem_exited *exited;
	unsigned int max;

	do {
		exited = ttmem_exited_next(chip);
		max = READ_ONCE(ttmem_exited_max.value);
		if (exited && max)
			ttmem_exited_add(&chip->exited, exited);
		else
			kfree(exited);
		ttmem_exited_trim(&chip->exited, max);
	} while (exited);
}

void ttmem_exited_init(struct ttmem_chip *chip)
{
	INIT_WORK(&chip->exited.work, ttmem_exited_work);
	INIT_LIST_HEAD(&chip->exited.waiting);
	INIT_LIST_HEAD(&chip->exited.shown);
}

/* Of a dead chip without attachments, before it leaves sysfs. */
void ttmem_exited_end(struct ttmem_chip *chip)
{
	struct ttmem_exited *exited;

	cancel_work_sync(&chip->exited.work);
	while ((exited = ttmem_exited_next(chip)))
		kfree(exited);
	ttmem_exited_trim(&chip->exited, 0);
	kobject_del(chip->exited.dir);
	kobject_put(chip->exited.dir);
}

/* ---- The setting ---- */

/* Those beyond the new setting are gone on return. */
static int ttmem_exited_max_set(const char *val, const struct kernel_param *kp)
{
	struct ttmem_chip *chip = NULL;
	int err = ttmem_param_set(val, kp);

	while (!err && (chip = ttmem_chip_next(chip))) {
		spin_lock(&chip->lock);
		if (!chip->dead)
			queue_work(ttmem_wq, &chip->exited.work);
		spin_unlock(&chip->lock);
		flush_work(&chip->exited.work);
	}
	return err;
}

static const struct kernel_param_ops ttmem_exited_max_ops = {
	.set = ttmem_exited_max_set, .get = param_get_uint,
};

module_param_cb(max_exited, &ttmem_exited_max_ops, &ttmem_exited_max, 0644);
MODULE_PARM_DESC(max_exited,
		 "exited clients that root can read about, on each chip (0 to 1024, default 0)");
