// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a client on a chip: clients/<id>.
 *
 * Knows names, formats, and what a reader may see of an owner: a process that is not in the
 * reader's pid namespace has no pid, no name and nobody's uid there, while its bytes count.
 *
 * A reader here holds the directory in place, so it must not wait for its removal.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include "attachment.h"
#include "chip.h"
#include "client.h"
#include "figures.h"
#include "ring.h"
#include "sysfs.h"

struct ttm_client_attribute {
	struct attribute attr;
	ssize_t (*show)(struct ttm_attachment *a, const struct ttm_client_attribute *attr,
			char *buf);
	unsigned int figure;
};

static struct tt_memstat_figures *ttm_client_read_figures(struct ttm_attachment *a)
{
	struct tt_memstat_figures *figures = kmalloc(sizeof(*figures), GFP_KERNEL);

	if (!figures)
		return ERR_PTR(-ENOMEM);
	if (ttm_attachment_figures(a, figures)) {
		kfree(figures);
		return ERR_PTR(-ENODEV);
	}
	return figures;
}

static ssize_t ttm_client_figure_show(struct ttm_attachment *a,
				      const struct ttm_client_attribute *attr, char *buf)
{
	struct tt_memstat_figures *figures = ttm_client_read_figures(a);
	ssize_t len;

	if (IS_ERR(figures))
		return PTR_ERR(figures);
	len = ttm_figure_show(figures, attr->figure, buf);
	kfree(figures);
	return len;
}

static ssize_t ttm_client_fullest_core_show(struct ttm_attachment *a,
					    const struct ttm_client_attribute *attr, char *buf)
{
	struct tt_memstat_figures *figures = ttm_client_read_figures(a);
	ssize_t len;

	if (IS_ERR(figures))
		return PTR_ERR(figures);
	len = ttm_figure_show_fullest_core(figures, buf);
	kfree(figures);
	return len;
}

/* The owner's pid as the reader knows it; 0: invisible, or dead. */
static pid_t ttm_client_pid(const struct ttm_client *client)
{
	return pid_nr_ns(client->owner, task_active_pid_ns(current));
}

static ssize_t ttm_client_pid_show(struct ttm_attachment *a,
				   const struct ttm_client_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", ttm_client_pid(a->client));
}

static ssize_t ttm_client_comm_show(struct ttm_attachment *a,
				    const struct ttm_client_attribute *attr, char *buf)
{
	char comm[TASK_COMM_LEN] = "";

	if (ttm_client_pid(a->client))
		ttm_client_comm(a->client, comm);
	return sysfs_emit(buf, "%s\n", comm);
}

/* Nobody's where the reader does not see the owner. */
static uid_t ttm_client_uid(const struct ttm_client *client)
{
	kuid_t uid = ttm_client_pid(client) ? client->uid : INVALID_UID;

	return from_kuid_munged(current_user_ns(), uid);
}

static ssize_t ttm_client_uid_show(struct ttm_attachment *a,
				   const struct ttm_client_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ttm_client_uid(a->client));
}

static ssize_t ttm_client_start_time_show(struct ttm_attachment *a,
					  const struct ttm_client_attribute *attr, char *buf)
{
	if (!ttm_client_pid(a->client))
		return -ENODATA;
	return sysfs_emit(buf, "%llu\n", a->client->start_time);
}

static ssize_t ttm_client_label_show(struct ttm_attachment *a,
				     const struct ttm_client_attribute *attr, char *buf)
{
	char text[TT_MEMSTAT_LABEL_LEN];

	ttm_sysfs_text(text, a->label, sizeof(text));
	return sysfs_emit(buf, "%s\n", text);
}

static ssize_t ttm_client_runtime_id_show(struct ttm_attachment *a,
					  const struct ttm_client_attribute *attr, char *buf)
{
	return a->runtime_id < 0 ? -ENODATA : sysfs_emit(buf, "%d\n", a->runtime_id);
}

static ssize_t ttm_client_covers_show(struct ttm_attachment *a,
				      const struct ttm_client_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", a->books.covers);
}

/* Whose the figures are stands before them, so that a monitor needs one file for each process. */
static ssize_t ttm_client_stat_show(struct ttm_attachment *a,
				    const struct ttm_client_attribute *attr, char *buf)
{
	struct tt_memstat_figures *figures = ttm_client_read_figures(a);
	pid_t pid = ttm_client_pid(a->client);
	int len;

	if (IS_ERR(figures))
		return PTR_ERR(figures);
	len = sysfs_emit(buf, "pid %d\nuid %u\n", pid, ttm_client_uid(a->client));
	if (pid)
		len += sysfs_emit_at(buf, len, "start_time %llu\n", a->client->start_time);
	if (a->runtime_id >= 0)
		len += sysfs_emit_at(buf, len, "runtime_id %d\n", a->runtime_id);
	len += sysfs_emit_at(buf, len, "covers %u\n", a->books.covers);
	len += ttm_figure_show_stat(figures, TTM_FIGURE_CLIENT, buf, len);
	kfree(figures);
	return len;
}

#define TTM_CLIENT_ATTR(_name, _show)					\
static struct ttm_client_attribute ttm_client_attr_##_name = {		\
	.attr = { .name = #_name, .mode = 0444 },			\
	.show = _show,							\
}

TTM_CLIENT_ATTR(pid, ttm_client_pid_show);
TTM_CLIENT_ATTR(comm, ttm_client_comm_show);
TTM_CLIENT_ATTR(uid, ttm_client_uid_show);
TTM_CLIENT_ATTR(start_time, ttm_client_start_time_show);
TTM_CLIENT_ATTR(label, ttm_client_label_show);
TTM_CLIENT_ATTR(runtime_id, ttm_client_runtime_id_show);
TTM_CLIENT_ATTR(covers, ttm_client_covers_show);
TTM_CLIENT_ATTR(l1_fullest_core, ttm_client_fullest_core_show);
TTM_CLIENT_ATTR(stat, ttm_client_stat_show);

static struct attribute *ttm_client_attrs[] = {
	&ttm_client_attr_pid.attr,
	&ttm_client_attr_comm.attr,
	&ttm_client_attr_uid.attr,
	&ttm_client_attr_start_time.attr,
	&ttm_client_attr_label.attr,
	&ttm_client_attr_runtime_id.attr,
	&ttm_client_attr_covers.attr,
	&ttm_client_attr_l1_fullest_core.attr,
	&ttm_client_attr_stat.attr,
	NULL
};

static const struct attribute_group ttm_client_group = {
	.attrs = ttm_client_attrs,
};

/* Filled from the table of figures. */
static struct ttm_client_attribute ttm_client_figure[TT_MEMSTAT_FIGURES];
static struct attribute *ttm_client_figure_attrs[TT_MEMSTAT_FIGURES + 1];

static const struct attribute_group ttm_client_figure_group = {
	.attrs = ttm_client_figure_attrs,
};

static const struct attribute_group *ttm_client_groups[] = {
	&ttm_client_group,
	&ttm_client_figure_group,
	NULL
};

static ssize_t ttm_client_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct ttm_client_attribute *ca =
		container_of(attr, struct ttm_client_attribute, attr);
	struct ttm_attachment *a = ttm_attachment_of(kobj);
	int err;

	ttm_attachments_sweep_from_client(a->chip);
	mutex_lock(&a->chip->lock);
	err = ttm_attachment_error(a);
	mutex_unlock(&a->chip->lock);
	if (err)
		return -ENODEV;
	err = ttm_ring_drain(a);
	return err ?: ca->show(a, ca, buf);
}

static const struct sysfs_ops ttm_client_sysfs_ops = {
	.show = ttm_client_show,
};

struct kobj_type ttm_client_ktype = {
	.release = ttm_attachment_release,
	.sysfs_ops = &ttm_client_sysfs_ops,
	.default_groups = ttm_client_groups,
};

void ttm_sysfs_client_init(void)
{
	const unsigned int wanted = TTM_FIGURE_CLIENT | TTM_FIGURE_FILE;
	unsigned int nr, n = 0;

	for (nr = 0; nr < TT_MEMSTAT_FIGURES; nr++) {
		struct ttm_client_attribute *ca = &ttm_client_figure[nr];

		if ((ttm_figure_table[nr].flags & wanted) != wanted)
			continue;
		ca->figure = nr;
		ca->attr.name = ttm_figure_table[nr].name;
		ca->attr.mode = 0444;
		ca->show = ttm_client_figure_show;
		ttm_client_figure_attrs[n++] = &ca->attr;
	}
}
