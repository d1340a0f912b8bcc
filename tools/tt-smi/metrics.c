// SPDX-License-Identifier: GPL-2.0-only
/* The table of metrics: see metrics.h. */
#include "metrics.h"
#include "sums.h"
#include "text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define LABELS_LEN	((size_t)4 * SMI_LABEL_LEN)

/* A figure with labels; its value is divided by 10^digits. */
struct smi_series {
	unsigned int figure;
	unsigned int digits;
	const char *labels;
};

#define END_OF_SERIES	{ TT_MEMSTAT_FIGURES, 0, NULL }
#define SERIES(...)	((const struct smi_series[]){ __VA_ARGS__, END_OF_SERIES })
#define FIG(name, labels) { TT_MEMSTAT_FIG_##name, 0, labels }
#define ONE(name)	SERIES(FIG(name, NULL))
#define SECONDS(name)	SERIES({ TT_MEMSTAT_FIG_##name, 3, NULL })
#define SPACES(end)	SERIES(FIG(L1_##end, IN_L1), FIG(DRAM_##end, IN_DRAM))

#define IN_L1		"space=\"l1\""
#define IN_DRAM		"space=\"dram\""
#define POOL_L1		IN_L1 ",pool=\"l1\""
#define POOL_L1_SMALL	IN_L1 ",pool=\"l1_small\""
#define POOL_CB		IN_L1 ",pool=\"cb\""
#define POOL_DRAM	IN_DRAM ",pool=\"dram\""
#define POOL_TRACE	IN_DRAM ",pool=\"trace\""

void smi_metric_label(char out[SMI_LABEL_LEN], const char *name, const char *value)
{
	char clean[512];
	size_t at;

	smi_text_clean(clean, sizeof(clean), value, true);
	at = (size_t)snprintf(out, SMI_LABEL_LEN, "%.32s=\"", name);
	for (const char *c = clean; *c; c++) {
		if (*c == '\\' || *c == '"' || *c == '\n')
			out[at++] = '\\';
		out[at++] = *c == '\n' ? 'n' : *c;
	}
	out[at++] = '"';
	out[at] = '\0';
}

/* ---- Values other than figures ----------------------------------------------------------- */

/* Print @v / 10^@digits exactly. */
static void put_decimal(int64_t v, unsigned int digits, const char *labels, smi_metric_fn fn,
			void *data)
{
	uint64_t magnitude = v < 0 ? -(uint64_t)v : (uint64_t)v, scale = 1;
	char text[48];

	for (unsigned int i = 0; i < digits; i++)
		scale *= 10;
	if (digits)
		snprintf(text, sizeof(text), "%s%" PRIu64 ".%0*" PRIu64, v < 0 ? "-" : "",
			 magnitude / scale, (int)digits, magnitude % scale);
	else
		snprintf(text, sizeof(text), "%s%" PRIu64, v < 0 ? "-" : "", magnitude);
	fn(data, labels, text);
}

static void put_number(uint64_t v, smi_metric_fn fn, void *data)
{
	put_decimal(v > INT64_MAX ? INT64_MAX : (int64_t)v, 0, NULL, fn, data);
}

static void put_known(struct smi_value v, unsigned int digits, smi_metric_fn fn, void *data)
{
	if (v.known)
		put_decimal(v.v, digits, NULL, fn, data);
}

static void put_one(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	(void)row;
	fn(data, NULL, "1");
}

/* Append a label unless its value is empty, which means the same. */
static void add_label(char labels[LABELS_LEN], const char *name, const char *value)
{
	size_t at = strlen(labels);

	if (!value || !value[0] || at + 1 + SMI_LABEL_LEN > LABELS_LEN)
		return;
	if (at)
		labels[at++] = ',';
	smi_metric_label(labels + at, name, value);
}

static void put_versions(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	char labels[LABELS_LEN] = "";

	add_label(labels, "version", row->s->host.version);
	add_label(labels, "tool_version", SMI_VERSION);
	fn(data, labels, "1");
}

static void put_duration(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	put_decimal(row->s->took_ns, 9, NULL, fn, data);
}

static void put_host_chips(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	const struct ttmemstat_host *host = &row->s->host;

	if (host->known & TTMEMSTAT_HOST_CHIPS)
		put_decimal((int64_t)host->chips, 0, "kind=\"physical\"", fn, data);
	if (host->known & TTMEMSTAT_HOST_CHIPS_VIRTUAL)
		put_decimal((int64_t)host->chips_virtual, 0, "kind=\"virtual\"", fn, data);
}

static void put_host_unknown(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	if (row->s->host.known & TTMEMSTAT_HOST_CHIPS_UNKNOWN)
		put_number(row->s->host.chips_unknown, fn, data);
}

static void put_host_clients(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	if (row->s->host.known & TTMEMSTAT_HOST_CLIENTS)
		put_number(row->s->host.clients, fn, data);
}

/* Labels for joins; no sample if nothing is known about the process. */
static void put_place(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	const struct smi_place *place = row->process->place;
	char labels[LABELS_LEN] = "";

	if (!place)
		return;
	add_label(labels, "container_runtime", place->runtime);
	add_label(labels, "container_id", place->container);
	add_label(labels, "pod_uid", place->pod);
	add_label(labels, "systemd_unit", place->unit);
	add_label(labels, "session", place->session);
	add_label(labels, "slurm_job", place->job);
	if (labels[0])
		fn(data, labels, "1");
}

static void put_info(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	const struct ttmemstat_chip *chip = row->chip;
	char labels[LABELS_LEN] = "", text[32];

	add_label(labels, "device", chip->kmd_node);
	add_label(labels, "bdf", chip->pci);
	add_label(labels, "card_type", chip->board);
	add_label(labels, "arch", chip->arch ? ttmemstat_arch_name(chip->arch) : NULL);
	add_label(labels, "kind", chip->kind ? ttmemstat_kind_name(chip->kind) : NULL);
	if (chip->unique_id) {
		snprintf(text, sizeof(text), "0x%016" PRIx64, chip->unique_id);
		add_label(labels, "unique_id", text);
	}
	if (chip->asic_location != TTMEMSTAT_LOCATION_UNKNOWN) {
		snprintf(text, sizeof(text), "%" PRIu32, chip->asic_location);
		add_label(labels, "asic_location", text);
	}
	if (chip->grid_x) {
		snprintf(text, sizeof(text), "%" PRIu32 "x%" PRIu32, chip->grid_x, chip->grid_y);
		add_label(labels, "grid", text);
	}
	add_label(labels, "geometry_source", chip->geometry_source);
	fn(data, labels, "1");
}

static void put_processes(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	put_number(smi_processes_on(row->chip), fn, data);
}

static void put_holders(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	size_t count = 0;

	for (size_t i = 0; i < row->s->holder_count; i++)
		count += row->s->holders[i].chip == row->chip && !row->s->holders[i].tool;
	put_number(count, fn, data);
}

/* The longest time without a dispatch among processes that hold memory. */
static void put_idle(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	struct smi_value longest = { 0 };

	for (size_t i = 0; i < row->chip->client_count; i++) {
		const struct tt_memstat_figures *f = &row->chip->clients[i]->figures;
		struct smi_value age = smi_figure(f, TT_MEMSTAT_FIG_DISPATCH_AGE_MS);

		if (age.known && (smi_figure(f, TT_MEMSTAT_FIG_L1_USED).v > 0 ||
				  smi_figure(f, TT_MEMSTAT_FIG_DRAM_USED).v > 0) &&
		    (!longest.known || age.v > longest.v))
			longest = age;
	}
	put_known(longest, 3, fn, data);
}

static void put_torn(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	put_number(row->chip->torn, fn, data);
}

static void put_partial(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	static const struct {
		unsigned int figure, pool;
		const char *labels;
	} pools[] = {
		{ TT_MEMSTAT_FIG_L1_PARTIAL, TT_MEMSTAT_POOL_L1, POOL_L1 },
		{ TT_MEMSTAT_FIG_L1_PARTIAL, TT_MEMSTAT_POOL_L1_SMALL, POOL_L1_SMALL },
		{ TT_MEMSTAT_FIG_L1_PARTIAL, TT_MEMSTAT_POOL_CB, POOL_CB },
		{ TT_MEMSTAT_FIG_DRAM_PARTIAL, TT_MEMSTAT_POOL_DRAM, POOL_DRAM },
		{ TT_MEMSTAT_FIG_DRAM_PARTIAL, TT_MEMSTAT_POOL_TRACE, POOL_TRACE },
	};
	const struct tt_memstat_figures *f = row->process ? &row->process->client->figures :
							     &row->chip->figures;
	uint64_t mask;

	for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++)
		if (ttmemstat_figure(f, pools[i].figure, &mask))
			fn(data, pools[i].labels, mask & 1u << pools[i].pool ? "1" : "0");
}

static void put_temperature(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	if (row->telemetry)
		put_known(row->telemetry->temperature, 3, fn, data);
}

static void put_power(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	if (row->telemetry)
		put_known(row->telemetry->power, 6, fn, data);
}

static void put_clock(const struct smi_row *row, smi_metric_fn fn, void *data)
{
	struct smi_value v = row->telemetry ? row->telemetry->clock : (struct smi_value){ 0 };

	if (v.known && !__builtin_mul_overflow(v.v, 1000000, &v.v))
		put_known(v, 0, fn, data);
}

/* ---- The table --------------------------------------------------------------------------- */

#define CHIP	SMI_OF_CHIPS
#define BOTH	(SMI_OF_CHIPS | SMI_OF_PROCESSES)

static const struct smi_metric metrics[] = {
	{ "memstat_up", "gauge",
	  "1: the figures were read; 0: they could not be read, as without the "
	  "module, and no other metric is present",
	  NULL, SMI_OF_HOST, NULL, put_one },
	{ "memstat_info", "gauge", "Versions of the module and of tt-smi", "version,tool_version",
	  SMI_OF_HOST, NULL, put_versions },
	{ "memstat_scrape_duration_seconds", "gauge", "Duration of reading the figures", NULL,
	  SMI_OF_HOST, NULL, put_duration },
	{ "host_chips", "gauge", "Chips of the host, including those not shown here", "kind",
	  SMI_OF_HOST, NULL, put_host_chips },
	{ "host_chips_unknown", "gauge", "Physical chips of unknown geometry", NULL,
	  SMI_OF_HOST, NULL, put_host_unknown },
	{ "host_clients", "gauge", "Clients of the module with an attachment to a chip", NULL,
	  SMI_OF_HOST, NULL, put_host_clients },

	{ "device_info", "gauge", "Properties of a chip; unknown ones have no label",
	  "device,bdf,card_type,arch,kind,unique_id,asic_location,grid,geometry_source", CHIP, NULL,
	  put_info },
	{ "place_info", "gauge",
	  "Container, pod, unit or job of a process, by its control group, for joins",
	  "container_runtime,container_id,pod_uid,systemd_unit,session,slurm_job", SMI_OF_PROCESSES, NULL, put_place },
	{ "device_processes", "gauge", "Processes that report on the chip", NULL, CHIP, NULL,
	  put_processes },
	{ "device_processes_not_reporting", "gauge",
	  "Processes that hold the node of the card open and report nothing, without management tools",
	  NULL, CHIP, NULL,
	  put_holders },
	{ "device_clients", "gauge", "Clients that are attached to the chip", NULL, CHIP,
	  ONE(CLIENTS), NULL },
	{ "device_cores", "gauge", "Tensix cores of the architecture before harvesting", NULL, CHIP,
	  ONE(TENSIX_TOTAL), NULL },
	{ "device_cores_active", "gauge", "Tensix cores that are not harvested", NULL, CHIP,
	  ONE(TENSIX_ACTIVE), NULL },
	{ "device_geometry_conflicts_total", "counter",
	  "Attaches refused because of a different geometry", NULL, CHIP,
	  ONE(GEOMETRY_CONFLICTS), NULL },
	{ "device_longest_idle_seconds", "gauge",
	  "Longest time since the last dispatch of any process that holds memory "
	  "and reports dispatches",
	  NULL, CHIP, NULL, put_idle },
	{ "device_temperature_celsius", "gauge", "Temperature of the chip, by tt-kmd", NULL, CHIP,
	  NULL, put_temperature },
	{ "device_power_watts", "gauge", "Power of the chip, by tt-kmd", NULL, CHIP, NULL,
	  put_power },
	{ "device_clock_hertz", "gauge", "AI clock, by tt-kmd", NULL, CHIP, NULL, put_clock },

	{ "memory_size_bytes", "gauge",
	  "Capacity without harvested parts: of L1 with pool l1, of DRAM with "
	  "pool dram; the other pools are parts of these",
	  "space,pool", CHIP, SERIES(FIG(L1_CAPACITY, POOL_L1), FIG(DRAM_CAPACITY, POOL_DRAM)),
	  NULL },
	{ "memory_used_bytes", "gauge",
	  "In use, by pool; cb: circular buffers of resident programs. "
	  "The pools of a space - memory_space_overlap_bytes = memory_space_used_bytes",
	  "space,pool", BOTH,
	  SERIES(FIG(L1_BUFFERS_USED, POOL_L1), FIG(L1_SMALL_USED, POOL_L1_SMALL),
		 FIG(CB_USED, POOL_CB), FIG(DRAM_BUFFERS_USED, POOL_DRAM),
		 FIG(TRACE_USED, POOL_TRACE)),
	  NULL },
	{ "memory_peak_bytes", "gauge", "Peak of memory_used_bytes", "space,pool", BOTH,
	  SERIES(FIG(L1_BUFFERS_PEAK, POOL_L1), FIG(L1_SMALL_PEAK, POOL_L1_SMALL),
		 FIG(CB_PEAK, POOL_CB), FIG(DRAM_BUFFERS_PEAK, POOL_DRAM),
		 FIG(TRACE_PEAK, POOL_TRACE)),
	  NULL },
	{ "memory_loaded_bytes", "gauge",
	  "Circular buffers of all loaded programs, resident or not", "space,pool", BOTH,
	  SERIES(FIG(CB_LOADED, POOL_CB)), NULL },
	{ "memory_loaded_peak_bytes", "gauge", "Peak of memory_loaded_bytes", "space,pool", BOTH,
	  SERIES(FIG(CB_LOADED_PEAK, POOL_CB)), NULL },
	{ "memory_space_used_bytes", "gauge", "In use, each byte counted once", "space", BOTH,
	  SPACES(USED), NULL },
	{ "memory_space_peak_bytes", "gauge", "Peak of memory_space_used_bytes", "space", BOTH,
	  SPACES(PEAK),
	  NULL },
	{ "memory_space_allocatable_bytes", "gauge", "Memory that the runtime can allocate", "space",
	  BOTH,
	  SPACES(ALLOCATABLE), NULL },
	{ "memory_space_alert", "gauge",
	  "1: above the alert level that root has set in sysfs; absent without a level",
	  "space", CHIP, SPACES(ALERT), NULL },
	{ "memory_space_reserved_bytes", "gauge", "Memory that the runtime cannot allocate",
	  "space", BOTH,
	  SERIES(FIG(L1_RESERVED, IN_L1)), NULL },
	{ "memory_space_free_bytes", "gauge", "Allocatable and not in use", "space", BOTH,
	  SPACES(FREE), NULL },
	{ "memory_space_largest_free_block_bytes", "gauge",
	  "Largest free block of a bank, by the allocator's last report", "space", BOTH,
	  SPACES(LARGEST_FREE_BLOCK), NULL },
	{ "memory_space_footprint_bytes", "gauge", "Use if all loaded programs were resident",
	  "space", BOTH, SERIES(FIG(L1_FOOTPRINT, IN_L1)), NULL },
	{ "memory_space_footprint_peak_bytes", "gauge", "Peak of memory_space_footprint_bytes",
	  "space", BOTH, SERIES(FIG(L1_FOOTPRINT_PEAK, IN_L1)), NULL },
	{ "memory_space_overlap_bytes", "gauge", "Bytes in several pools: sum of the pools - used",
	  "space", BOTH, SPACES(OVERLAP), NULL },
	{ "memory_space_shared_bytes", "gauge",
	  "Bytes of several clients: sum of the clients - used", "space", CHIP, SPACES(SHARED),
	  NULL },
	{ "memory_partial", "gauge",
	  "1: an attached process does not report the pool, or reports it only in part", "space,pool", BOTH,
	  NULL, put_partial },
	{ "memory_approximate", "gauge", "1: a process reports totals, not allocations", NULL, BOTH,
	  ONE(APPROX), NULL },
	{ "memory_inconsistent", "gauge", "1: events were lost, or more is reported than there is",
	  NULL, BOTH, ONE(INCONSISTENT), NULL },
	{ "memory_torn", "gauge",
	  "1: the chip changed while it was read; the sums of its clients may differ", NULL,
	  CHIP, NULL,
	  put_torn },
	{ "memory_drift_bytes", "gauge", "Allocator statistics - recorded allocations", NULL,
	  BOTH, ONE(DRIFT), NULL },
	{ "l1_fullest_core_used_bytes", "gauge", "In use on the fullest core", NULL, BOTH,
	  ONE(L1_FULLEST_CORE_USED), NULL },
	{ "l1_fullest_core_peak_bytes", "gauge", "Peak use of any core", NULL, BOTH,
	  ONE(L1_FULLEST_CORE_PEAK), NULL },
	{ "l1_headroom_bytes", "gauge",
	  "Room between circular buffers and tensors on a core, at the "
	  "last dispatch; negative: they collide",
	  NULL, BOTH, ONE(L1_HEADROOM), NULL },
	{ "l1_headroom_min_bytes", "gauge", "Minimum of l1_headroom_bytes", NULL, BOTH,
	  ONE(L1_HEADROOM_MIN), NULL },
	{ "l1_clashes_total", "counter", "Dispatches whose circular buffers overlapped live tensors",
	  NULL, BOTH, ONE(L1_CLASH), NULL },
	{ "kernel_region_bytes", "gauge", "Fixed region for kernels in each core", NULL, BOTH,
	  ONE(KERNEL_REGION), NULL },
	{ "kernel_binaries_bytes", "gauge",
	  "Loaded kernel binaries of programs (app) and of the runtime (system); in no pool",
	  "owner", BOTH,
	  SERIES(FIG(KERNEL_APP, "owner=\"app\""), FIG(KERNEL_SYSTEM, "owner=\"system\"")), NULL },
	{ "programs", "gauge", "Loaded programs", NULL, BOTH, ONE(PROGRAMS), NULL },
	{ "records", "gauge", "Live allocations", NULL, BOTH, ONE(RECORDS), NULL },
	{ "dispatch_age_seconds", "gauge", "Time since the last dispatch that was reported", NULL,
	  BOTH, SECONDS(DISPATCH_AGE_MS), NULL },
	{ "snapshot_age_seconds", "gauge", "Time since the allocator last reported statistics",
	  NULL, BOTH, SECONDS(SNAPSHOT_AGE_MS), NULL },
	{ "events_total", "counter", "Events applied", NULL, BOTH, ONE(GENERATION), NULL },
	{ "events_rejected_total", "counter", "Events refused as invalid", NULL, BOTH,
	  ONE(REJECTED), NULL },
	{ "events_dropped_total", "counter", "Events lost for lack of room", NULL, BOTH,
	  ONE(DROPPED), NULL },
};

const struct smi_metric *smi_metric(size_t n)
{
	return n < sizeof(metrics) / sizeof(metrics[0]) ? &metrics[n] : NULL;
}

void smi_metric_values(const struct smi_metric *metric, const struct smi_row *row,
		       smi_metric_fn fn, void *data)
{
	const struct tt_memstat_figures *f;

	if (metric->put) {
		metric->put(row, fn, data);
		return;
	}
	f = row->process ? &row->process->client->figures : &row->chip->figures;
	for (const struct smi_series *s = metric->series; s->figure < TT_MEMSTAT_FIGURES; s++) {
		struct smi_value v = smi_figure(f, s->figure);

		if (v.known)
			put_decimal(v.v, s->digits, s->labels, fn, data);
	}
}
