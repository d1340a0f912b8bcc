// SPDX-License-Identifier: GPL-2.0-only
/* The fields that a query can name: see fields.h. */
#include "fields.h"
#include "sums.h"
#include "text.h"
#include "visible.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GETTER(name) static void name(const struct smi_row *row, char *out, size_t size)

static bool visible(const struct smi_row *row)
{
	return row->process->client->pid > 0;
}

static void number(char *out, size_t size, struct smi_value v)
{
	if (v.known)
		snprintf(out, size, "%" PRId64, v.v);
}

/* A number of @parts to the unit, with three decimals, rounded to the nearest. */
static void decimal(char *out, size_t size, struct smi_value v, int64_t parts)
{
	const int64_t step = parts / 1000;
	int64_t thousandths = (v.v + (v.v < 0 ? -step : step) / 2) / step;
	int64_t size_of = thousandths < 0 ? -thousandths : thousandths;

	if (v.known)
		snprintf(out, size, "%s%" PRId64 ".%03" PRId64, thousandths < 0 ? "-" : "",
			 size_of / 1000, size_of % 1000);
}

GETTER(get_timestamp)
{
	struct tm tm;
	size_t n = 0;

	if (gmtime_r(&row->s->time.tv_sec, &tm))
		n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm);
	if (n)
		snprintf(out + n, size - n, ".%03ldZ", row->s->time.tv_nsec / 1000000);
}

GETTER(get_chip)
{
	snprintf(out, size, "%s", row->chip->name);
}

GETTER(get_index)
{
	snprintf(out, size, "%" PRIu32, row->chip->n);
}

GETTER(get_kind)
{
	if (row->chip->kind)
		snprintf(out, size, "%s", ttmemstat_kind_name(row->chip->kind));
}

GETTER(get_arch)
{
	if (row->chip->arch)
		snprintf(out, size, "%s", ttmemstat_arch_name(row->chip->arch));
}

GETTER(get_board)
{
	snprintf(out, size, "%s", row->chip->board);
}

GETTER(get_side)
{
	snprintf(out, size, "%s", ttmemstat_board_side(row->chip->board, row->chip->asic_location));
}

GETTER(get_pci)
{
	snprintf(out, size, "%s", row->chip->pci);
}

GETTER(get_kmd_node)
{
	snprintf(out, size, "%s", row->chip->kmd_node);
}

GETTER(get_board_id)
{
	if (row->chip->board_id)
		snprintf(out, size, "0x%016" PRIx64, row->chip->board_id);
}

GETTER(get_unique_id)
{
	if (row->chip->unique_id)
		snprintf(out, size, "0x%016" PRIx64, row->chip->unique_id);
}

GETTER(get_location)
{
	if (row->chip->asic_location != TTMEMSTAT_LOCATION_UNKNOWN)
		snprintf(out, size, "%" PRIu32, row->chip->asic_location);
}

GETTER(get_grid)
{
	if (row->chip->grid_x)
		snprintf(out, size, "%" PRIu32 "x%" PRIu32, row->chip->grid_x, row->chip->grid_y);
}

GETTER(get_source)
{
	snprintf(out, size, "%s", row->chip->geometry_source);
}

GETTER(get_visible)
{
	if (row->s->visible)
		snprintf(out, size, "%s", smi_visible(row->s, row->chip) ? "yes" : "no");
}

GETTER(get_processes)
{
	snprintf(out, size, "%zu", smi_processes_on(row->chip));
}

GETTER(get_temperature)
{
	if (row->telemetry)
		decimal(out, size, row->telemetry->temperature, 1000);
}

GETTER(get_power)
{
	if (row->telemetry)
		decimal(out, size, row->telemetry->power, 1000000);
}

GETTER(get_clock)
{
	if (row->telemetry)
		number(out, size, row->telemetry->clock);
}

GETTER(get_client)
{
	snprintf(out, size, "%" PRIu64, row->process->client->id);
}

GETTER(get_pid)
{
	if (visible(row))
		snprintf(out, size, "%" PRId32, row->process->client->pid);
}

GETTER(get_uid)
{
	if (visible(row) && row->process->client->uid != TTMEMSTAT_UID_UNKNOWN)
		snprintf(out, size, "%" PRIu32, row->process->client->uid);
}

GETTER(get_user)
{
	if (visible(row))
		snprintf(out, size, "%s", row->process->user);
}

GETTER(get_comm)
{
	if (visible(row))
		snprintf(out, size, "%s", row->process->client->comm);
}

GETTER(get_command)
{
	if (visible(row) && row->process->command)
		snprintf(out, size, "%s", row->process->command);
}

GETTER(get_label)
{
	snprintf(out, size, "%s", row->process->client->label);
}

GETTER(get_runtime)
{
	if (row->process->place && row->process->place->runtime)
		snprintf(out, size, "%s", row->process->place->runtime);
}

GETTER(get_container)
{
	if (row->process->place)
		snprintf(out, size, "%s", row->process->place->container);
}

GETTER(get_pod)
{
	if (row->process->place)
		snprintf(out, size, "%s", row->process->place->pod);
}

GETTER(get_unit)
{
	if (row->process->place)
		snprintf(out, size, "%s", row->process->place->unit);
}

GETTER(get_session)
{
	if (row->process->place)
		snprintf(out, size, "%s", row->process->place->session);
}

GETTER(get_job)
{
	if (row->process->place)
		snprintf(out, size, "%s", row->process->place->job);
}

GETTER(get_start_time)
{
	if (visible(row) && row->process->client->start_time)
		snprintf(out, size, "%" PRIu64, row->process->client->start_time);
}

GETTER(get_runtime_id)
{
	if (row->process->client->runtime_id >= 0)
		snprintf(out, size, "%" PRId32, row->process->client->runtime_id);
}

static void pools(char *out, size_t size, uint64_t mask)
{
	size_t at = 0;

	for (unsigned int pool = 0; pool < TT_MEMSTAT_POOLS && at < size; pool++)
		if (mask & 1u << pool)
			at += (size_t)snprintf(out + at, size - at, "%s%s", at ? " " : "",
					       ttmemstat_pool_name(pool));
}

GETTER(get_covers)
{
	pools(out, size, row->process->client->covers);
}

#define ANY	(SMI_OF_CHIPS | SMI_OF_PROCESSES)

static const struct smi_field named[] = {
	{ "timestamp", NULL, "time of the reading (UTC)", ANY, 0, false, get_timestamp },
	{ "chip", NULL, "name of the chip, such as tt0", ANY, 0, false, get_chip },
	{ "index", NULL, "number of the chip", ANY, 0, false, get_index },
	{ "kind", NULL, "local, remote or virtual", ANY, 0, false, get_kind },
	{ "arch", NULL, "wormhole or blackhole", ANY, 0, false, get_arch },
	{ "board", NULL, "board of the chip", ANY, 0, true, get_board },
	{ "board_id", NULL, "serial number of the board", ANY, 0, false, get_board_id },
	{ "board_side", NULL, "L or R on a board of two chips", ANY, 0, false, get_side },
	{ "pci", NULL, "PCI address of the chip or its gateway", ANY, 0, false, get_pci },
	{ "kmd_node", NULL, "node of tt-kmd", ANY, 0, false, get_kmd_node },
	{ "unique_id", NULL, "unique id of the chip", ANY, 0, false, get_unique_id },
	{ "asic_location", NULL, "place of the chip on its board", ANY, 0, false, get_location },
	{ "grid", NULL, "logical grid of cores", ANY, 0, false, get_grid },
	{ "geometry_source", NULL, "source of the geometry", ANY, 0, false, get_source },
	{ "visible", NULL, "yes or no, by TT_VISIBLE_DEVICES", SMI_OF_CHIPS, 0, false,
	  get_visible },
	{ "processes", NULL, "processes that report on the chip",
	  SMI_OF_CHIPS, 0, false, get_processes },
	{ "temperature", "C", "of the chip, by tt-kmd", SMI_OF_CHIPS, 0, false, get_temperature },
	{ "power", "W", "of the chip, by tt-kmd", SMI_OF_CHIPS, 0, false, get_power },
	{ "clock", "MHz", "AI clock, by tt-kmd", SMI_OF_CHIPS, 0, false, get_clock },
	{ "client", NULL, "the module's number for the client",
	  SMI_OF_PROCESSES, 0, false, get_client },
	{ "pid", NULL, "process, empty if of another namespace",
	  SMI_OF_PROCESSES, 0, false, get_pid },
	{ "uid", NULL, "user as a number", SMI_OF_PROCESSES, 0, false, get_uid },
	{ "user", NULL, "user", SMI_OF_PROCESSES, 0, true, get_user },
	{ "comm", NULL, "the kernel's name of the process", SMI_OF_PROCESSES, 0, true, get_comm },
	{ "command", NULL, "command line", SMI_OF_PROCESSES, 0, true, get_command },
	{ "label", NULL, "label of the process", SMI_OF_PROCESSES, 0, true, get_label },
	{ "runtime", NULL, "of the container: docker, containerd, cri-o, podman ...",
	  SMI_OF_PROCESSES, 0, false, get_runtime },
	{ "container", NULL, "id of the container, or name of the machine",
	  SMI_OF_PROCESSES, 0, true, get_container },
	{ "pod", NULL, "uid of the pod", SMI_OF_PROCESSES, 0, true, get_pod },
	{ "unit", NULL, "unit of systemd", SMI_OF_PROCESSES, 0, true, get_unit },
	{ "session", NULL, "session of a login", SMI_OF_PROCESSES, 0, true, get_session },
	{ "job", NULL, "job of Slurm, and its step", SMI_OF_PROCESSES, 0, true, get_job },
	{ "start_time", "ns", "start of the process, since boot", SMI_OF_PROCESSES, 0, false,
	  get_start_time },
	{ "runtime_id", NULL, "the runtime's device number",
	  SMI_OF_PROCESSES, 0, false, get_runtime_id },
	{ "covers", NULL, "pools that it reports", SMI_OF_PROCESSES, 0, false, get_covers },
};

#define NAMED (sizeof(named) / sizeof(named[0]))

/* Figures that are not in bytes, and figures of chips only. */
#define PLAIN	1u
#define CHIP	2u

static const struct {
	unsigned char kind;
	const char *what;
} about[TT_MEMSTAT_FIGURES] = {
	[TT_MEMSTAT_FIG_GENERATION] = { PLAIN, "events applied" },
	[TT_MEMSTAT_FIG_CLIENTS] = { PLAIN | CHIP, "attached clients" },
	[TT_MEMSTAT_FIG_TENSIX_TOTAL] = { PLAIN | CHIP, "cores" },
	[TT_MEMSTAT_FIG_TENSIX_ACTIVE] = { PLAIN | CHIP, "cores that are not harvested" },
	[TT_MEMSTAT_FIG_TENSIX_HARVESTING] = { PLAIN | CHIP, "mask of harvested rows or columns" },
	[TT_MEMSTAT_FIG_GEOMETRY_CONFLICTS] = { PLAIN | CHIP, "attaches refused for their geometry" },
	[TT_MEMSTAT_FIG_L1_CAPACITY] = { CHIP, "L1 of all active cores" },
	[TT_MEMSTAT_FIG_L1_ALLOCATABLE] = { 0, "allocatable by the runtime" },
	[TT_MEMSTAT_FIG_L1_RESERVED] = { 0, "not allocatable by the runtime" },
	[TT_MEMSTAT_FIG_L1_FREE] = { 0, "allocatable and not used" },
	[TT_MEMSTAT_FIG_L1_USED] = { 0, "L1 in use" },
	[TT_MEMSTAT_FIG_L1_PEAK] = { 0, "peak of l1_used" },
	[TT_MEMSTAT_FIG_L1_FOOTPRINT] = { 0, "L1 in use if all programs were resident" },
	[TT_MEMSTAT_FIG_L1_FOOTPRINT_PEAK] = { 0, "peak of l1_footprint" },
	[TT_MEMSTAT_FIG_L1_OVERLAP] = { 0, "pools - overlap = used" },
	[TT_MEMSTAT_FIG_L1_SHARED] = { CHIP, "clients - shared = used" },
	[TT_MEMSTAT_FIG_L1_BUFFERS_USED] = { 0, "pool l1 (tensors)" },
	[TT_MEMSTAT_FIG_L1_BUFFERS_PEAK] = { 0, "peak of pool l1" },
	[TT_MEMSTAT_FIG_L1_SMALL_USED] = { 0, "pool l1_small" },
	[TT_MEMSTAT_FIG_L1_SMALL_PEAK] = { 0, "peak of pool l1_small" },
	[TT_MEMSTAT_FIG_CB_USED] = { 0, "circular buffers of resident programs" },
	[TT_MEMSTAT_FIG_CB_PEAK] = { 0, "peak of cb_used" },
	[TT_MEMSTAT_FIG_CB_LOADED] = { 0, "circular buffers of loaded programs" },
	[TT_MEMSTAT_FIG_CB_LOADED_PEAK] = { 0, "peak of cb_loaded" },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_X] = { PLAIN, "column of the fullest core" },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_Y] = { PLAIN, "row of the fullest core" },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_USED] = { 0, "in use on the fullest core" },
	[TT_MEMSTAT_FIG_L1_FULLEST_CORE_PEAK] = { 0, "peak of any core" },
	[TT_MEMSTAT_FIG_L1_HEADROOM] = { 0, "headroom at the last dispatch" },
	[TT_MEMSTAT_FIG_L1_HEADROOM_MIN] = { 0, "least headroom at a dispatch" },
	[TT_MEMSTAT_FIG_L1_CLASH] = { PLAIN, "dispatches over live buffers" },
	[TT_MEMSTAT_FIG_L1_LARGEST_FREE_BLOCK] = { 0, "largest free block, by the allocator" },
	[TT_MEMSTAT_FIG_DRAM_CAPACITY] = { CHIP, "DRAM of all active banks" },
	[TT_MEMSTAT_FIG_DRAM_ALLOCATABLE] = { 0, "allocatable by the runtime" },
	[TT_MEMSTAT_FIG_DRAM_FREE] = { 0, "allocatable and not used" },
	[TT_MEMSTAT_FIG_DRAM_USED] = { 0, "DRAM in use" },
	[TT_MEMSTAT_FIG_DRAM_PEAK] = { 0, "peak of dram_used" },
	[TT_MEMSTAT_FIG_DRAM_OVERLAP] = { 0, "pools - overlap = used" },
	[TT_MEMSTAT_FIG_DRAM_SHARED] = { CHIP, "clients - shared = used" },
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_USED] = { 0, "pool dram (tensors)" },
	[TT_MEMSTAT_FIG_TRACE_USED] = { 0, "pool trace" },
	[TT_MEMSTAT_FIG_DRAM_LARGEST_FREE_BLOCK] = { 0, "largest free block, by the allocator" },
	[TT_MEMSTAT_FIG_KERNEL_REGION] = { 0, "fixed region for kernels in each core" },
	[TT_MEMSTAT_FIG_KERNEL_APP] = { 0, "kernel binaries loaded" },
	[TT_MEMSTAT_FIG_KERNEL_SYSTEM] = { 0, "kernel binaries of the runtime" },
	[TT_MEMSTAT_FIG_PROGRAMS] = { PLAIN, "loaded programs" },
	[TT_MEMSTAT_FIG_RECORDS] = { PLAIN, "live records" },
	[TT_MEMSTAT_FIG_L1_PARTIAL] = { PLAIN, "pools not or partly reported" },
	[TT_MEMSTAT_FIG_DRAM_PARTIAL] = { PLAIN, "pools not or partly reported" },
	[TT_MEMSTAT_FIG_DRIFT] = { 0, "allocator statistics - records" },
	[TT_MEMSTAT_FIG_APPROX] = { PLAIN, "1: totals only" },
	[TT_MEMSTAT_FIG_INCONSISTENT] = { PLAIN, "1: events were lost" },
	[TT_MEMSTAT_FIG_SNAPSHOT_AGE_MS] = { PLAIN, "milliseconds" },
	[TT_MEMSTAT_FIG_REJECTED] = { PLAIN, "events refused" },
	[TT_MEMSTAT_FIG_DROPPED] = { PLAIN, "events lost" },
	[TT_MEMSTAT_FIG_L1_ALERT] = { PLAIN | CHIP, "1: above root's level" },
	[TT_MEMSTAT_FIG_DRAM_BUFFERS_PEAK] = { 0, "peak of pool dram" },
	[TT_MEMSTAT_FIG_TRACE_PEAK] = { 0, "peak of pool trace" },
	[TT_MEMSTAT_FIG_DRAM_ALERT] = { PLAIN | CHIP, "1: above root's level" },
	[TT_MEMSTAT_FIG_DISPATCH_AGE_MS] = { PLAIN, "milliseconds since the last dispatch" },
	[TT_MEMSTAT_FIG_CLEARING] = { PLAIN, "1: clients that have ended still count" },
	[TT_MEMSTAT_FIG_RING_PENDING] = { PLAIN, "ring entries not yet in the figures" },
};

bool smi_field(size_t n, struct smi_field *out)
{
	if (n < NAMED) {
		*out = named[n];
		return true;
	}
	n -= NAMED;
	if (n >= TT_MEMSTAT_FIGURES)
		return false;
	*out = (struct smi_field){
		.name = ttmemstat_figure_name((unsigned int)n),
		.unit = about[n].kind & PLAIN ? NULL : "B",
		.what = about[n].what,
		.of = about[n].kind & CHIP ? SMI_OF_CHIPS : ANY,
		.figure = (unsigned int)n,
	};
	return true;
}

bool smi_field_by_name(const char *name, size_t len, unsigned int of, struct smi_field *out)
{
	for (size_t n = 0; smi_field(n, out); n++)
		if ((out->of & of) && strncmp(out->name, name, len) == 0 && !out->name[len])
			return true;
	return false;
}

static void figure_text(unsigned int n, const struct smi_row *row, char *out, size_t size)
{
	const struct tt_memstat_figures *f = row->process ? &row->process->client->figures :
							     &row->chip->figures;
	uint64_t v;

	if (n == TT_MEMSTAT_FIG_L1_PARTIAL || n == TT_MEMSTAT_FIG_DRAM_PARTIAL) {
		if (ttmemstat_figure(f, n, &v))
			pools(out, size, v);
	} else if (ttmemstat_figure_is_signed(n)) {
		number(out, size, smi_figure(f, n));
	} else if (ttmemstat_figure(f, n, &v)) {
		snprintf(out, size, "%" PRIu64, v);
	}
}

void smi_field_text(const struct smi_field *field, const struct smi_row *row,
		    char out[SMI_FIELD_LEN])
{
	char raw[SMI_FIELD_LEN / 3];

	raw[0] = '\0';
	if (field->get)
		field->get(row, raw, sizeof(raw));
	else
		figure_text(field->figure, row, raw, sizeof(raw));
	smi_text_clean(out, SMI_FIELD_LEN, raw, true);
}
