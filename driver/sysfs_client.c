// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of a client on a chip: clients/<id>.
 *
 * A process outside the reader's pid namespace has no pid, no name and no uid there; its bytes
 * count.
 */
#include <linux/pid_namespace.h>
#include "private.h"

struct ttmem_client_attribute {
	struct attribute attr;
	ssize_t (*show)(struct ttmem_attachment *a, const struct ttmem_client_attribute *attr,
			char *buf);
};

/* One for each figure that has a file; made from the table of figures. */
static struct ttmem_client_attribute ttmem_client_figure[TT_MEMSTAT_FIGURES];

static ssize_t ttmem_client_figure_show(struct ttmem_attachment *a,
					const struct ttmem_client_attribute *attr, char *buf)
{
	struct tt_memstat_figures figures;

	if (ttmem_attachment_figures(a, &figures))
		return -ENODEV;
	return ttmem_figure_show(&figures, (unsigned int)(attr - ttmem_client_figure), buf);
}

/* The owner's pid as the reader knows it; 0: invisible, or dead. */
static pid_t ttmem_client_pid(const struct ttmem_client *client)
{
	return pid_nr_ns(client->owner, task_active_pid_ns(current));
}

static ssize_t ttmem_client_pid_show(struct ttmem_attachment *a,
				     const struct ttmem_client_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", ttmem_client_pid(a->client));
}

static ssize_t ttmem_client_comm_show(struct ttmem_attachment *a,
				      const struct ttmem_client_attribute *attr, char *buf)
{
	char comm[TASK_COMM_LEN] = "";

	if (ttmem_client_pid(a->client))
		ttmem_client_comm(a->client, comm);
	return sysfs_emit(buf, "%s\n", comm);
}

/* The overflow uid where the reader cannot see the owner. */
static uid_t ttmem_client_uid(const struct ttmem_client *client)
{
	kuid_t uid = ttmem_client_pid(client) ? client->uid : INVALID_UID;

	return from_kuid_munged(current_user_ns(), uid);
}

static ssize_t ttmem_client_uid_show(struct ttmem_attachment *a,
				     const struct ttmem_client_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", ttmem_client_uid(a->client));
}

static ssize_t ttmem_client_start_time_show(struct ttmem_attachment *a,
					    const struct ttmem_client_attribute *attr, char *buf)
{
	if (!ttmem_client_pid(a->client))
		return -ENODATA;
	return sysfs_emit(buf, "%llu\n", a->client->start_time);
}

static ssize_t ttmem_client_label_show(struct ttmem_attachment *a,
				       const struct ttmem_client_attribute *attr, char *buf)
{
	char text[TT_MEMSTAT_LABEL_LEN];

	ttmem_sysfs_text(text, a->label, sizeof(text));
	return sysfs_emit(buf, "%s\n", text);
}

static ssize_t ttmem_client_runtime_id_show(struct ttmem_attachment *a,
					    const struct ttmem_client_attribute *attr, char *buf)
{
	return a->runtime_id < 0 ? -ENODATA : sysfs_emit(buf, "%d\n", a->runtime_id);
}

static ssize_t ttmem_client_covers_show(struct ttmem_attachment *a,
					const struct ttmem_client_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", a->books.covers);
}

/* The owner comes first, so that a monitor reads one file for each client. */
static ssize_t ttmem_client_stat_show(struct ttmem_attachment *a,
				      const struct ttmem_client_attribute *attr, char *buf)
{
	struct tt_memstat_figures figures;
	pid_t pid = ttmem_client_pid(a->client);
	int len;

	if (ttmem_attachment_figures(a, &figures))
		return -ENODEV;
	len = sysfs_emit(buf, "pid %d\nuid %u\n", pid, ttmem_client_uid(a->client));
	if (pid)
		len += sysfs_emit_at(buf, len, "start_time %llu\n", a->client->start_time);
	if (a->runtime_id >= 0)
		len += sysfs_emit_at(buf, len, "runtime_id %d\n", a->runtime_id);
	len += sysfs_emit_at(buf, len, "covers %u\n", a->books.covers);
	return len + ttmem_figure_show_stat(&figures, TTMEM_FIGURE_CLIENT, buf, len);
}

#define TTMEM_CLIENT_FILE(_name)					\
	{ { .name = #_name, .mode = 0444 }, ttmem_client_##_name##_show }

static struct ttmem_client_attribute ttmem_client_files[] = {
	TTMEM_CLIENT_FILE(pid),
	TTMEM_CLIENT_FILE(comm),
	TTMEM_CLIENT_FILE(uid),
	TTMEM_CLIENT_FILE(start_time),
	TTMEM_CLIENT_FILE(label),
	TTMEM_CLIENT_FILE(runtime_id),
	TTMEM_CLIENT_FILE(covers),
	TTMEM_CLIENT_FILE(stat),
};

static struct attribute *
ttmem_client_attrs[ARRAY_SIZE(ttmem_client_files) + TT_MEMSTAT_FIGURES + 1];

static const struct attribute_group ttmem_client_group = { .attrs = ttmem_client_attrs };

const struct attribute_group *ttmem_client_groups[] = { &ttmem_client_group, NULL };

static ssize_t ttmem_client_show(struct kobject *kobj, struct attribute *attr, char *buf)
{
	const struct ttmem_client_attribute *ca =
		container_of(attr, struct ttmem_client_attribute, attr);
	struct ttmem_attachment *a = ttmem_attachment_of(kobj);

	if (READ_ONCE(a->gone) || ttmem_client_owner_is_dead(a->client))
		return -ENODEV;
	ttmem_rings_sync(a->chip);
	return ca->show(a, ca, buf);
}

const struct sysfs_ops ttmem_client_sysfs_ops = { .show = ttmem_client_show };

void ttmem_sysfs_client_init(void)
{
	struct ttmem_client_attribute *ca;
	const char *name;
	unsigned int i, nr, n = 0;

	for (i = 0; i < ARRAY_SIZE(ttmem_client_files); i++)
		ttmem_client_attrs[n++] = &ttmem_client_files[i].attr;
	for (nr = 0; nr < TT_MEMSTAT_FIGURES; nr++) {
		name = ttmem_figure_file(nr, TTMEM_FIGURE_CLIENT);
		if (!name)
			continue;
		ca = &ttmem_client_figure[nr];
		ca->attr.name = name;
		ca->attr.mode = 0444;
		ca->show = ttmem_client_figure_show;
		ttmem_client_attrs[n++] = &ca->attr;
	}
}
