// SPDX-License-Identifier: GPL-2.0-only
/*
 * A snapshot in the format of Tenstorrent's tt-smi: see snapshot.h. The parts of a device come
 * first, then the order of devices, the processes, and the document.
 */
#include "snapshot.h"
#include "build.h"
#include "details.h"
#include "host.h"
#include "json.h"
#include "sums.h"

#include <ctype.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UNKNOWN "N/A"

static void put_word(struct builder *b, struct json_object *o, const char *key, const char *text)
{
	put_text(b, o, key, text && text[0] ? text : UNKNOWN);
}

static void put_unknown(struct builder *b, struct json_object *o, const char *const *keys,
			size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_word(b, o, keys[i], UNKNOWN);
}

#define PUT_UNKNOWN(b, o, ...) do {							\
	static const char *const keys[] = { __VA_ARGS__ };				\
	put_unknown(b, o, keys, sizeof(keys) / sizeof(keys[0]));			\
} while (0)

/* Prints @v / @scale with the given width and number of decimal places. */
static void put_scaled(struct builder *b, struct json_object *o, const char *key,
		       struct smi_value v, double scale, int width, int places)
{
	char text[64];

	snprintf(text, sizeof(text), "%*.*f", width, places, (double)v.v / scale);
	put_word(b, o, key, v.known ? text : UNKNOWN);
}

static void put_hex(struct builder *b, struct json_object *o, const char *key, uint64_t v)
{
	char text[24];

	snprintf(text, sizeof(text), "0x%" PRIx64, v);
	put_text(b, o, key, text);
}

const char *smi_snapshot_board(uint64_t serial, const char *board, uint32_t arch)
{
	/* Bits 36 to 55 of the serial number are the part number. */
	static const struct { uint32_t part; const char *name; } boards[] = {
		{ 0x08, "nb_cb" }, { 0x0b, "wh_4u" }, { 0x14, "n300" }, { 0x18, "n150" },
		{ 0x35, "tt-galaxy-wh" }, { 0x36, "bh-scrappy" }, { 0x43, "p100a" },
		{ 0x40, "p150a" }, { 0x41, "p150b" }, { 0x42, "p150c" }, { 0x44, "p300b" },
		{ 0x45, "p300a" }, { 0x46, "p300c" }, { 0x47, "tt-galaxy-bh" },
		{ 0x202, "tt-galaxy-bh" },
	};
	uint64_t part = serial >> 36 & 0xfffff;

	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++)
		if (boards[i].part == part)
			return boards[i].name;
	if (strstr(board, "galaxy") || strncmp(board, "ubb", 3) == 0)
		return arch == TT_MEMSTAT_ARCH_BLACKHOLE ? "tt-galaxy-bh" : "tt-galaxy-wh";
	return board;
}

/* Prints the PCIe generation of a link speed such as "16.0 GT/s PCIe". */
static void put_link_speed(struct builder *b, struct json_object *o, const char *speed)
{
	static const char *const of[] = { "2.5", "5.0", "8.0", "16.0", "32.0", "64.0" };
	size_t len = strcspn(speed, " ");

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
		if (strlen(of[i]) == len && strncmp(speed, of[i], len) == 0) {
			put_u64(b, o, "pcie_speed", i + 1);
			return;
		}
	}
	put_word(b, o, "pcie_speed", UNKNOWN);
}

static void put_board(struct builder *b, struct json_object *device,
		      const struct ttmemstat_chip *chip, const struct smi_details *details)
{
	bool remote = chip->kind == TTMEMSTAT_KIND_REMOTE;
	const char *name = smi_snapshot_board(chip->board_id, chip->board, chip->arch);
	struct json_object *o = object(b, device, "board_info");
	char serial[24], board[2 * TT_MEMSTAT_NAME_LEN];

	snprintf(serial, sizeof(serial), "%016" PRIx64, chip->board_id);
	/* Tenstorrent's tt-smi marks all Wormholes like this. */
	snprintf(board, sizeof(board), "%s%s", name,
		 !name[0] || chip->arch != TT_MEMSTAT_ARCH_WORMHOLE ? "" : remote ? " R" : " L");
	put_word(b, o, "bus_id", remote ? "" : chip->pci);
	put_word(b, o, "board_type", board);
	put_word(b, o, "board_id", chip->board_id ? serial : UNKNOWN);
	PUT_UNKNOWN(b, o, "coords", "dram_status", "dram_speed");
	put_link_speed(b, o, details->words[SMI_LINK_SPEED]);
	put_scaled(b, o, "pcie_width", details->numbers[SMI_LINK_WIDTH], 1, 0, 0);
}

static void put_measures(struct builder *b, struct json_object *device,
			 const struct smi_telemetry *telemetry, const struct smi_details *details)
{
	const struct smi_value *n = details->numbers;
	struct json_object *o = object(b, device, "telemetry");
	struct smi_value beats = n[SMI_HEARTBEAT];

	put_scaled(b, o, "voltage", n[SMI_VOLTAGE], 1e3, 4, 2);
	put_scaled(b, o, "current", n[SMI_CURRENT], 1e3, 5, 1);
	put_scaled(b, o, "power", telemetry->power, 1e6, 5, 1);
	put_word(b, o, "board_power", UNKNOWN);
	put_scaled(b, o, "aiclk", telemetry->clock, 1, 4, 0);
	put_scaled(b, o, "asic_temperature", telemetry->temperature, 1e3, 4, 1);
	put_scaled(b, o, "fan_speed", n[SMI_FAN], 1, 0, 0);
	beats.v /= 6;	/* to about two a second */
	put_scaled(b, o, "heartbeat", beats, 1, 0, 0);
}

/* Raw telemetry words of the firmware. Unknown ones are absent, as in Tenstorrent's tt-smi. */
static void put_raw(struct builder *b, struct json_object *device, uint64_t serial,
		    const struct smi_telemetry *telemetry, const struct smi_details *details)
{
	const struct smi_value *n = details->numbers;
	const struct { const char *key; struct smi_value v; int64_t scale; } raw[] = {
		{ "VCORE", n[SMI_VOLTAGE], 1 },
		{ "TDP", telemetry->power, 1000000 },
		{ "TDC", n[SMI_CURRENT], 1000 },
		{ "AICLK", telemetry->clock, 1 },
		{ "AXICLK", n[SMI_AXI_CLOCK], 1 },
		{ "ARCCLK", n[SMI_ARC_CLOCK], 1 },
		{ "FAN_RPM", n[SMI_FAN], 1 },
	};
	struct json_object *o = object(b, device, "smbus_telem");

	if (serial) {
		put_hex(b, o, "BOARD_ID_HIGH", serial >> 32);
		put_hex(b, o, "BOARD_ID_LOW", serial & UINT32_MAX);
	}
	for (size_t i = 0; i < sizeof(raw) / sizeof(raw[0]); i++)
		if (raw[i].v.known)
			put_hex(b, o, raw[i].key, (uint64_t)(raw[i].v.v / raw[i].scale));
}

static void put_firmwares(struct builder *b, struct json_object *device,
			  const struct smi_details *details)
{
	static const struct { const char *key; enum smi_word word; } members[] = {
		{ "fw_bundle_version", SMI_FW_BUNDLE },
		{ "tt_flash_version", SMI_FW_FLASH },
		{ "cm_fw", SMI_FW_ARC },
		{ "eth_fw", SMI_FW_ETH },
		{ "dm_bl_fw", SMI_FW_LOADER },
		{ "dm_app_fw", SMI_FW_APP },
	};
	struct json_object *o = object(b, device, "firmwares");

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		put_word(b, o, members[i].key, details->words[members[i].word]);
	PUT_UNKNOWN(b, o, "cm_fw_date", "gddr_fw");
}

/* The hwmon limit of the temperature is thm_limit on Wormhole, therm_trip_l1_limit on Blackhole. */
static void put_limits(struct builder *b, struct json_object *device, uint32_t arch,
		       const struct smi_details *details)
{
	const struct smi_value *n = details->numbers, none = { 0 };
	const struct smi_value temperature = n[SMI_TEMPERATURE_MAX];
	bool blackhole = arch == TT_MEMSTAT_ARCH_BLACKHOLE;
	struct json_object *o = object(b, device, "limits");

	put_word(b, o, "vdd_min", UNKNOWN);
	put_scaled(b, o, "vdd_max", n[SMI_VOLTAGE_MAX], 1e3, 4, 2);
	put_scaled(b, o, "tdp_limit", n[SMI_POWER_MAX], 1e6, 3, 0);
	put_scaled(b, o, "tdc_limit", n[SMI_CURRENT_MAX], 1e3, 3, 0);
	put_word(b, o, "asic_fmax", UNKNOWN);
	put_scaled(b, o, "therm_trip_l1_limit", blackhole ? temperature : none, 1e3, 2, 0);
	put_scaled(b, o, "thm_limit", blackhole ? none : temperature, 1e3, 2, 0);
	PUT_UNKNOWN(b, o, "bus_peak_limit", "fan_rpm_limit", "board_power_limit");
}

static void put_gddr(struct builder *b, struct json_object *device)
{
	struct json_object *o = object(b, device, "gddr_telemetry");

	PUT_UNKNOWN(b, o, "speed", "max_temp", "enabled_mask");
	array(b, o, "channels");
}

static void put_memory(struct builder *b, struct json_object *device,
		       const struct ttmemstat_chip *chip)
{
	static const struct { const char *key; unsigned int capacity, used, peak; } spaces[] = {
		{ "l1", TT_MEMSTAT_FIG_L1_CAPACITY, TT_MEMSTAT_FIG_L1_USED, TT_MEMSTAT_FIG_L1_PEAK },
		{ "dram", TT_MEMSTAT_FIG_DRAM_CAPACITY, TT_MEMSTAT_FIG_DRAM_USED,
		  TT_MEMSTAT_FIG_DRAM_PEAK },
	};
	struct json_object *o = object(b, device, "memory");

	put_text(b, o, "chip", chip->name);
	for (size_t i = 0; i < sizeof(spaces) / sizeof(spaces[0]); i++) {
		struct json_object *space = object(b, o, spaces[i].key);

		put_figure(b, space, "capacity", &chip->figures, spaces[i].capacity);
		put_figure(b, space, "used", &chip->figures, spaces[i].used);
		put_figure(b, space, "peak", &chip->figures, spaces[i].peak);
	}
}

static struct json_object *device_object(struct builder *b, const struct smi_snapshot *s, size_t i)
{
	static const struct smi_telemetry none;
	const struct smi_telemetry *telemetry = s->telemetry ? &s->telemetry[i] : &none;
	const struct smi_details *details = &s->details[i];
	struct json_object *o = object(b, NULL, NULL);

	put_raw(b, o, s->chips[i]->card_serial, telemetry, details);
	put_board(b, o, s->chips[i], details);
	put_measures(b, o, telemetry, details);
	put_gddr(b, o);
	put_firmwares(b, o, details);
	put_limits(b, o, s->chips[i]->arch, details);
	put_memory(b, o, s->chips[i]);
	return o;
}

static unsigned long node_of(const struct ttmemstat_chip *chip)
{
	const char *slash = strrchr(chip->kmd_node, '/');

	return slash && isdigit((unsigned char)slash[1]) ? strtoul(slash + 1, NULL, 10) : ULONG_MAX;
}

/*
 * Local chips come first, by node number, then remote chips, then virtual chips: some readers use a
 * device's index in the array as its node number.
 */
static bool stands_before(const struct ttmemstat_chip *a, const struct ttmemstat_chip *b)
{
	bool is_virtual = a->kind == TTMEMSTAT_KIND_VIRTUAL;

	if (is_virtual != (b->kind == TTMEMSTAT_KIND_VIRTUAL))
		return !is_virtual;
	return node_of(a) != node_of(b) ? node_of(a) < node_of(b) : a->n < b->n;
}

/* Returns the indexes of the chips in the order of devices; NULL without memory. */
static size_t *device_order(const struct smi_snapshot *s)
{
	size_t *order = calloc(s->chip_count + 1, sizeof(*order));

	for (size_t i = 0; order && i < s->chip_count; i++) {
		size_t j = i;

		for (; j > 0 && stands_before(s->chips[i], s->chips[order[j - 1]]); j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	return order;
}

struct process {
	unsigned long device;
	pid_t pid;
	const char *user;
	const char *command;
	struct smi_value l1, dram;
	bool reports;
};

/*
 * The number of the node that a process opens to use the chip, which for a remote chip is that of
 * its gateway. A chip without a node is numbered by its index in the array of devices.
 */
static unsigned long device_of(const struct smi_snapshot *s, const size_t *order,
			       const struct ttmemstat_chip *chip)
{
	size_t i;

	for (i = 0; chip->kind == TTMEMSTAT_KIND_REMOTE && i < s->chip_count; i++)
		if (s->chips[i]->kind == TTMEMSTAT_KIND_LOCAL && chip->pci[0] &&
		    strcmp(s->chips[i]->pci, chip->pci) == 0)
			chip = s->chips[i];
	if (node_of(chip) != ULONG_MAX)
		return node_of(chip);
	for (i = 0; i < s->chip_count && s->chips[order[i]] != chip; i++)
		;
	return i;
}

static int by_device(const void *a, const void *b)
{
	const struct process *x = a, *y = b;

	if (x->device != y->device)
		return x->device < y->device ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* Adds to the entry of the same process and node, if there is one. */
static void add_process(struct process *list, size_t *count, struct process p)
{
	struct process *at = list;

	while (at < list + *count && (at->pid != p.pid || at->device != p.device))
		at++;
	if (at == list + *count) {
		list[(*count)++] = p;
		return;
	}
	at->l1 = smi_sum(at->l1, p.l1);
	at->dram = smi_sum(at->dram, p.dram);
	at->reports |= p.reports;
}

static size_t list_processes(const struct smi_snapshot *s, const size_t *order,
			     struct process *list)
{
	size_t count = 0;

	for (size_t i = 0; i < s->process_count; i++) {
		const struct smi_process *p = &s->processes[i];
		const struct tt_memstat_figures *f = &p->client->figures;

		if (smi_listed(p))
			add_process(list, &count, (struct process){
				.device = device_of(s, order, p->chip), .pid = p->client->pid,
				.user = p->user, .command = smi_process_name(p), .reports = true,
				.l1 = smi_figure(f, TT_MEMSTAT_FIG_L1_USED),
				.dram = smi_figure(f, TT_MEMSTAT_FIG_DRAM_USED) });
	}
	for (size_t i = 0; !s->filtered && i < s->holder_count; i++) {
		const struct smi_holder *h = &s->holders[i];

		if (h->pid > 0)
			add_process(list, &count, (struct process){
				.device = device_of(s, order, h->chip), .pid = h->pid,
				.user = h->user, .command = h->command });
	}
	qsort(list, count, sizeof(*list), by_device);
	return count;
}

static struct json_object *process_object(struct builder *b, const struct process *p)
{
	struct json_object *o = object(b, NULL, NULL), *memory;

	put_u64(b, o, "pid", (uint64_t)p->pid);
	put_word(b, o, "user", p->user);
	put_u64(b, o, "device", p->device);
	put_word(b, o, "cmdline", p->command);
	if (!p->reports) {
		put_null(b, o, "memory");
		return o;
	}
	memory = object(b, o, "memory");
	put_value(b, object(b, memory, "l1"), "used", p->l1);
	put_value(b, object(b, memory, "dram"), "used", p->dram);
	return o;
}

static void put_processes(struct builder *b, struct json_object *root,
			  const struct smi_snapshot *s, const size_t *order)
{
	struct process *list = calloc(s->process_count + s->holder_count + 1, sizeof(*list));
	struct json_object *o = array(b, root, "processes");
	size_t count;

	if (!list) {
		b->failed = true;
		return;
	}
	count = list_processes(s, order, list);
	for (size_t i = 0; i < count; i++)
		append(b, o, process_object(b, &list[i]));
	free(list);
}

static void put_host(struct builder *b, struct json_object *root, const struct smi_snapshot *s)
{
	struct json_object *o = object(b, root, "host_info");
	struct smi_host host;
	char driver[sizeof(s->driver) + 8];

	smi_host_read(&host);
	snprintf(driver, sizeof(driver), "TT-KMD %s", s->driver);
	put_word(b, o, "OS", host.os);
	put_word(b, o, "Distro", host.distribution);
	put_word(b, o, "Kernel", host.kernel);
	put_word(b, o, "Hostname", host.name);
	put_word(b, o, "Platform", host.machine);
	put_word(b, o, "Python", UNKNOWN);
	put_word(b, o, "Memory", host.memory);
	put_word(b, o, "Driver", s->driver[0] ? driver : UNKNOWN);
	o = object(b, root, "host_sw_vers");
	put_word(b, o, "tt_smi", SMI_VERSION);
	PUT_UNKNOWN(b, o, "pyluwen", "tt_umd");
	put_word(b, o, "tt_memstat", s->host.version);
}

/* Local time without a zone, as in Tenstorrent's tt-smi. */
static void put_local_time(struct builder *b, struct json_object *o, const struct timespec *time)
{
	char when[96];
	struct tm tm;
	size_t n = 0;

	if (localtime_r(&time->tv_sec, &tm))
		n = strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	if (n)
		snprintf(when + n, sizeof(when) - n, ".%06ld", time->tv_nsec / 1000);
	put_word(b, o, "time", n ? when : UNKNOWN);
}

void smi_snapshot_print(const struct smi_snapshot *s, bool one_line, struct smi_text *out)
{
	struct builder b = { false };
	struct json_object *root = object(&b, NULL, NULL), *list;
	size_t *order = device_order(s);

	if (!order) {
		json_object_put(root);
		out->failed = true;
		return;
	}
	put_local_time(&b, root, &s->time);
	put_host(&b, root, s);
	list = array(&b, root, "device_info");
	for (size_t i = 0; i < s->chip_count; i++)
		append(&b, list, device_object(&b, s, order[i]));
	put_processes(&b, root, s, order);
	put(&b, root, "memory", smi_json_object(&b, s));
	print(&b, root, one_line, out);
	free(order);
}
