// SPDX-License-Identifier: GPL-2.0-only
/* Print a snapshot as JSON: see json.h. */
#include "json.h"
#include "build.h"
#include "notes.h"
#include "sums.h"
#include "visible.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct member {
	const char *key;
	unsigned int figure;
};

static void put_members(struct builder *b, struct json_object *o,
			const struct tt_memstat_figures *f, const struct member *members,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_figure(b, o, members[i].key, f, members[i].figure);
}

#define PUT_MEMBERS(b, o, f, members) \
	put_members(b, o, f, members, sizeof(members) / sizeof((members)[0]))

static void put_pools(struct builder *b, struct json_object *o, const char *key, uint64_t mask)
{
	struct json_object *names = array(b, o, key);

	for (unsigned int pool = 0; pool < TT_MEMSTAT_POOLS; pool++)
		if (mask & 1u << pool)
			append(b, names,
			       checked(b, json_object_new_string(ttmemstat_pool_name(pool))));
}

static void put_partial(struct builder *b, struct json_object *o,
			const struct tt_memstat_figures *f, unsigned int n)
{
	uint64_t mask;

	if (ttmemstat_figure(f, n, &mask))
		put_pools(b, o, "partial", mask);
	else
		put_null(b, o, "partial");
}

/* Both spaces, of a chip or of a client, with their pools. */
static void put_spaces(struct builder *b, struct json_object *o,
		       const struct tt_memstat_figures *f, bool is_chip)
{
	static const struct member chip_l1[] = {
		{ "capacity", TT_MEMSTAT_FIG_L1_CAPACITY },
		{ "shared", TT_MEMSTAT_FIG_L1_SHARED },
		{ "alert", TT_MEMSTAT_FIG_L1_ALERT },
	};
	static const struct member l1[] = {
		{ "allocatable", TT_MEMSTAT_FIG_L1_ALLOCATABLE },
		{ "reserved", TT_MEMSTAT_FIG_L1_RESERVED },
		{ "free", TT_MEMSTAT_FIG_L1_FREE },
		{ "used", TT_MEMSTAT_FIG_L1_USED },
		{ "peak", TT_MEMSTAT_FIG_L1_PEAK },
		{ "footprint", TT_MEMSTAT_FIG_L1_FOOTPRINT },
		{ "footprint_peak", TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK },
		{ "overlap", TT_MEMSTAT_FIG_L1_OVERLAP },
		{ "largest_free_block", TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK },
		{ "headroom", TT_MEMSTAT_FIG_L1_HEADROOM },
		{ "headroom_min", TT_MEMSTAT_FIG_L1_HEADROOM_MIN },
		{ "clash", TT_MEMSTAT_FIG_L1_CLASH },
	};
	static const struct member core[] = {
		{ "x", TT_MEMSTAT_FIG_L1_FULLEST_CORE_X },
		{ "y", TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y },
		{ "used", TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED },
		{ "peak", TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK },
	};
	static const struct member buffers[] = {
		{ "used", TT_MEMSTAT_FIG_L1_BUFFERS_USED },
		{ "peak", TT_MEMSTAT_FIG_L1_BUFFERS_PEAK },
	};
	static const struct member small[] = {
		{ "used", TT_MEMSTAT_FIG_L1_SMALL_USED },
		{ "peak", TT_MEMSTAT_FIG_L1_SMALL_PEAK },
	};
	static const struct member cb[] = {
		{ "used", TT_MEMSTAT_FIG_CB_USED },
		{ "peak", TT_MEMSTAT_FIG_CB_PEAK },
		{ "loaded", TT_MEMSTAT_FIG_CB_LOADED },
		{ "loaded_peak", TT_MEMSTAT_FIG_CB_LOADED_PEAK },
	};
	static const struct member chip_dram[] = {
		{ "capacity", TT_MEMSTAT_FIG_DRAM_CAPACITY },
		{ "shared", TT_MEMSTAT_FIG_DRAM_SHARED },
		{ "alert", TT_MEMSTAT_FIG_DRAM_ALERT },
	};
	static const struct member dram[] = {
		{ "allocatable", TT_MEMSTAT_FIG_DRAM_ALLOCATABLE },
		{ "free", TT_MEMSTAT_FIG_DRAM_FREE },
		{ "used", TT_MEMSTAT_FIG_DRAM_USED },
		{ "peak", TT_MEMSTAT_FIG_DRAM_PEAK },
		{ "overlap", TT_MEMSTAT_FIG_DRAM_OVERLAP },
		{ "largest_free_block", TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK },
	};
	static const struct member dram_pool[] = {
		{ "used", TT_MEMSTAT_FIG_DRAM_BUFFERS_USED },
		{ "peak", TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK },
	};
	static const struct member trace[] = {
		{ "used", TT_MEMSTAT_FIG_TRACE_USED },
		{ "peak", TT_MEMSTAT_FIG_TRACE_PEAK },
	};
	struct json_object *space = object(b, o, "l1"), *pools;

	if (is_chip)
		PUT_MEMBERS(b, space, f, chip_l1);
	PUT_MEMBERS(b, space, f, l1);
	put_partial(b, space, f, TT_MEMSTAT_FIG_L1_PARTIAL);
	PUT_MEMBERS(b, object(b, space, "fullest_core"), f, core);
	pools = object(b, space, "pools");
	PUT_MEMBERS(b, object(b, pools, "l1"), f, buffers);
	PUT_MEMBERS(b, object(b, pools, "l1_small"), f, small);
	PUT_MEMBERS(b, object(b, pools, "cb"), f, cb);

	space = object(b, o, "dram");
	if (is_chip)
		PUT_MEMBERS(b, space, f, chip_dram);
	PUT_MEMBERS(b, space, f, dram);
	put_partial(b, space, f, TT_MEMSTAT_FIG_DRAM_PARTIAL);
	pools = object(b, space, "pools");
	PUT_MEMBERS(b, object(b, pools, "dram"), f, dram_pool);
	PUT_MEMBERS(b, object(b, pools, "trace"), f, trace);
}

static void put_state(struct builder *b, struct json_object *o,
		      const struct tt_memstat_figures *f)
{
	static const struct member kernel[] = {
		{ "region", TT_MEMSTAT_FIG_KERNEL_REGION },
		{ "app", TT_MEMSTAT_FIG_KERNEL_APP },
		{ "system", TT_MEMSTAT_FIG_KERNEL_SYSTEM },
	};
	static const struct member counts[] = {
		{ "programs", TT_MEMSTAT_FIG_PROGRAMS },
		{ "records", TT_MEMSTAT_FIG_RECORDS },
		{ "rejected", TT_MEMSTAT_FIG_REJECTED },
		{ "dropped", TT_MEMSTAT_FIG_DROPPED },
		{ "drift", TT_MEMSTAT_FIG_DRIFT },
		{ "snapshot_age_ms", TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS },
		{ "dispatch_age_ms", TT_MEMSTAT_FIG_DISPATCH_AGE_MS },
		{ "generation", TT_MEMSTAT_FIG_GENERATION },
	};

	PUT_MEMBERS(b, object(b, o, "kernel"), f, kernel);
	PUT_MEMBERS(b, o, f, counts);
	put_bool(b, o, "approx", smi_flag(f, TT_MEMSTAT_FIG_APPROX));
	put_bool(b, o, "inconsistent", smi_flag(f, TT_MEMSTAT_FIG_INCONSISTENT));
}

/* Sums, in the format of a process's figures. */
void smi_json_use(struct builder *b, struct json_object *row, const struct smi_use *use)
{
	struct json_object *space, *pools;

	put_u64(b, row, "clients", use->count);
	space = object(b, row, "l1");
	put_value(b, space, "used", use->v[SMI_L1_USED]);
	put_value(b, space, "overlap", use->v[SMI_L1_OVERLAP]);
	pools = object(b, space, "pools");
	put_value(b, object(b, pools, "l1"), "used", use->v[SMI_L1]);
	put_value(b, object(b, pools, "l1_small"), "used", use->v[SMI_L1_SMALL]);
	put_value(b, object(b, pools, "cb"), "used", use->v[SMI_CB]);
	space = object(b, row, "dram");
	put_value(b, space, "used", use->v[SMI_DRAM_USED]);
	put_value(b, space, "overlap", use->v[SMI_DRAM_OVERLAP]);
	pools = object(b, space, "pools");
	put_value(b, object(b, pools, "dram"), "used", use->v[SMI_DRAM]);
	put_value(b, object(b, pools, "trace"), "used", use->v[SMI_TRACE]);
}

static void put_telemetry(struct builder *b, struct json_object *o,
			  const struct smi_telemetry *telemetry)
{
	struct json_object *in;

	if (!telemetry) {
		put_null(b, o, "telemetry");
		return;
	}
	in = object(b, o, "telemetry");
	put_value(b, in, "temperature_millicelsius", telemetry->temperature);
	put_value(b, in, "power_microwatts", telemetry->power);
	put_value(b, in, "clock_mhz", telemetry->clock);
}

static struct json_object *holder_object(struct builder *b, const struct smi_holder *h)
{
	struct json_object *o = object(b, NULL, NULL);

	put_text(b, o, "chip", h->chip->name);
	if (h->pid > 0)
		put_u64(b, o, "pid", (uint64_t)h->pid);
	else
		put_null(b, o, "pid");
	put_text(b, o, "user", h->user);
	put_text(b, o, "command", h->command);
	return o;
}

static struct json_object *chip_object(struct builder *b, const struct smi_snapshot *s,
				       size_t index)
{
	static const struct member cores[] = {
		{ "total", TT_MEMSTAT_FIG_TENSIX_TOTAL },
		{ "active", TT_MEMSTAT_FIG_TENSIX_ACTIVE },
		{ "harvesting", TT_MEMSTAT_FIG_TENSIX_HARVESTING },
	};
	const struct ttmemstat_chip *chip = s->chips[index];
	struct json_object *o = object(b, NULL, NULL), *grid;
	struct smi_balance balance;

	put(b, o, "name", checked(b, json_object_new_string(chip->name)));
	put_u64(b, o, "index", chip->n);
	put_text(b, o, "kind", chip->kind ? ttmemstat_kind_name(chip->kind) : NULL);
	put_text(b, o, "arch", chip->arch ? ttmemstat_arch_name(chip->arch) : NULL);
	put_text(b, o, "board", chip->board);
	put_id(b, o, "board_id", chip->board_id);
	put_text(b, o, "board_side", ttmemstat_board_side(chip->board, chip->asic_location));
	put_text(b, o, "pci", chip->pci);
	put_text(b, o, "kmd_node", chip->kmd_node);
	put_id(b, o, "unique_id", chip->unique_id);
	if (chip->asic_location == TTMEMSTAT_LOCATION_UNKNOWN)
		put_null(b, o, "asic_location");
	else
		put_u64(b, o, "asic_location", chip->asic_location);
	if (chip->grid_x) {
		grid = object(b, o, "grid");
		put_u64(b, grid, "x", chip->grid_x);
		put_u64(b, grid, "y", chip->grid_y);
	} else {
		put_null(b, o, "grid");
	}
	put_text(b, o, "geometry_source", chip->geometry_source);
	if (s->visible)
		put_bool(b, o, "visible", smi_visible(s, chip));
	else
		put_null(b, o, "visible");
	PUT_MEMBERS(b, object(b, o, "cores"), &chip->figures, cores);
	put_figure(b, o, "geometry_conflicts", &chip->figures,
		   TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS);
	put_spaces(b, o, &chip->figures, true);
	put_state(b, o, &chip->figures);
	put_telemetry(b, o, s->telemetry ? &s->telemetry[index] : NULL);
	put_u64(b, o, "clients", chip->client_count);
	put_u64(b, o, "clients_vanished", chip->vanished);
	put_bool(b, o, "torn", chip->torn);
	if (s->filtered) {
		smi_balance(&balance, s, chip);
		/* JSON lists foreign processes one by one, unless a filter excludes them. */
		smi_use_add(&balance.unselected, &balance.foreign);
		smi_json_use(b, object(b, o, "not_listed"), &balance.unselected);
	} else {
		put_null(b, o, "not_listed");
	}
	return o;
}

static void put_pid(struct builder *b, struct json_object *o, int32_t pid)
{
	if (pid > 0)
		put_u64(b, o, "pid", (uint64_t)pid);
	else
		put_null(b, o, "pid");
}

static void put_uid(struct builder *b, struct json_object *o, uint32_t uid)
{
	if (uid != TTMEMSTAT_UID_UNKNOWN)
		put_u64(b, o, "uid", uid);
	else
		put_null(b, o, "uid");
}

static void put_runtime_id(struct builder *b, struct json_object *o, int32_t id)
{
	if (id >= 0)
		put_u64(b, o, "runtime_id", (uint64_t)id);
	else
		put_null(b, o, "runtime_id");
}

static void put_place(struct builder *b, struct json_object *o, const struct smi_place *place)
{
	static const struct smi_place nowhere;

	if (!place)
		place = &nowhere;
	put_text(b, o, "runtime", place->runtime);
	put_text(b, o, "container", place->container);
	put_text(b, o, "pod", place->pod);
	put_text(b, o, "unit", place->unit);
	put_text(b, o, "session", place->session);
	put_text(b, o, "job", place->job);
}

static struct json_object *process_object(struct builder *b, const struct smi_process *p)
{
	const struct ttmemstat_client *c = p->client;
	struct json_object *o = object(b, NULL, NULL);
	bool visible = c->pid > 0;

	put_text(b, o, "chip", p->chip->name);
	put_u64(b, o, "client", c->id);
	put_pid(b, o, c->pid);
	put_uid(b, o, visible ? c->uid : TTMEMSTAT_UID_UNKNOWN);
	put_text(b, o, "user", visible ? p->user : NULL);
	put_text(b, o, "comm", visible ? c->comm : NULL);
	put_text(b, o, "command", visible ? p->command : NULL);
	put_text(b, o, "label", c->label);
	put_place(b, o, p->place);
	if (visible && c->start_time)
		put_u64(b, o, "start_time", c->start_time);
	else
		put_null(b, o, "start_time");
	put_runtime_id(b, o, c->runtime_id);
	put_pools(b, o, "covers", c->covers);
	put_spaces(b, o, &c->figures, false);
	put_state(b, o, &c->figures);
	return o;
}

static void put_host(struct builder *b, struct json_object *root, const struct ttmemstat_host *host)
{
	const struct { const char *key; uint32_t bit; uint64_t value; } members[] = {
		{ "chips", TTMEMSTAT_HOST_CHIPS, host->chips },
		{ "chips_unknown", TTMEMSTAT_HOST_CHIPS_UNKNOWN, host->chips_unknown },
		{ "chips_virtual", TTMEMSTAT_HOST_CHIPS_VIRTUAL, host->chips_virtual },
		{ "clients", TTMEMSTAT_HOST_CLIENTS, host->clients },
		{ "l1_capacity", TTMEMSTAT_HOST_L1_CAPACITY, host->l1_capacity },
		{ "l1_used", TTMEMSTAT_HOST_L1_USED, host->l1_used },
		{ "dram_capacity", TTMEMSTAT_HOST_DRAM_CAPACITY, host->dram_capacity },
		{ "dram_used", TTMEMSTAT_HOST_DRAM_USED, host->dram_used },
	};
	struct json_object *o = object(b, root, "host");

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		if (host->known & members[i].bit)
			put_u64(b, o, members[i].key, members[i].value);
		else
			put_null(b, o, members[i].key);
	}
}

struct note_list {
	struct builder *b;
	struct json_object *array;
};

static void add_note(void *data, const char *sentence)
{
	struct note_list *list = data;

	append(list->b, list->array, checked(list->b, json_object_new_string(sentence)));
}

static void put_time(struct builder *b, struct json_object *o, const char *key,
		     const struct timespec *time)
{
	char when[80];
	struct tm tm;
	size_t n;

	if (!time || !gmtime_r(&time->tv_sec, &tm)) {
		put_null(b, o, key);
		return;
	}
	n = strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(when + n, sizeof(when) - n, ".%09ldZ", time->tv_nsec);
	put_text(b, o, key, n ? when : NULL);
}

/* The members that all documents begin with. */
struct json_object *smi_json_root(struct builder *b, const struct timespec *time,
				  const char *module)
{
	struct json_object *root = object(b, NULL, NULL);

	put_u64(b, root, "schema_version", SMI_SCHEMA_VERSION);
	put_text(b, root, "tool", "tt-smi");
	put_text(b, root, "tool_version", SMI_VERSION);
	put_time(b, root, "timestamp", time);
	put_text(b, root, "module_version", module);
	return root;
}

struct json_object *smi_json_object(struct builder *b, const struct smi_snapshot *s)
{
	struct json_object *root = smi_json_root(b, &s->time, s->host.version), *list, *tools;
	struct note_list notes;

	put_host(b, root, &s->host);
	list = array(b, root, "chips");
	for (size_t i = 0; i < s->chip_count; i++)
		append(b, list, chip_object(b, s, i));
	list = array(b, root, "processes");
	for (size_t i = 0; i < s->process_count; i++)
		if (s->filtered ? smi_listed(&s->processes[i]) : s->processes[i].selected)
			append(b, list, process_object(b, &s->processes[i]));
	list = array(b, root, "not_reporting");
	tools = array(b, root, "management_tools");
	for (size_t i = 0; i < s->holder_count; i++)
		append(b, s->holders[i].tool ? tools : list, holder_object(b, &s->holders[i]));
	notes = (struct note_list){ b, array(b, root, "notes") };
	smi_notes(s, add_note, &notes);
	return root;
}

void smi_json(const struct smi_snapshot *s, bool one_line, struct smi_text *out)
{
	struct builder b = { false };

	print(&b, smi_json_object(&b, s), one_line, out);
}

static struct json_object *exited_object(struct builder *b, const struct smi_accounting *a,
					 const struct smi_exited *x)
{
	const struct ttmemstat_client *c = &x->e.client;
	struct json_object *o = object(b, NULL, NULL);
	struct timespec when;

	put_text(b, o, "chip", x->chip);
	put_u64(b, o, "number", x->e.number);
	put_u64(b, o, "client", c->id);
	put_pid(b, o, c->pid);
	put_uid(b, o, c->uid);
	put_text(b, o, "user", x->user);
	put_text(b, o, "comm", c->comm);
	put_text(b, o, "label", c->label);
	put_u64(b, o, "start_time", c->start_time);
	put_u64(b, o, "attached", x->e.attached);
	put_u64(b, o, "exited", x->e.exited);
	put_time(b, o, "exited_at", smi_exited_when(a, x, &when) ? &when : NULL);
	put_runtime_id(b, o, c->runtime_id);
	put_pools(b, o, "covers", c->covers);
	put_spaces(b, o, &c->figures, false);
	put_state(b, o, &c->figures);
	return o;
}

void smi_json_accounting(const struct smi_accounting *a, struct smi_text *out)
{
	struct builder b = { false };
	struct json_object *root = smi_json_root(&b, &a->time, a->version), *list;

	put_value(&b, root, "max_exited", a->kept);
	list = array(&b, root, "exited");
	for (size_t i = 0; i < a->count; i++)
		append(&b, list, exited_object(&b, a, &a->list[i]));
	print(&b, root, false, out);
}
