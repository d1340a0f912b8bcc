// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fuzz target for all input that tt-smi reads from others: the first byte selects the parser of the
 * rest. Checks with abort() that only plain text is printed.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <ttmemstat.h>

#include "details.h"
#include "frame.h"
#include "json.h"
#include "kmd.h"
#include "levels.h"
#include "limit.h"
#include "lines.h"
#include "openers.h"
#include "options.h"
#include "owner.h"
#include "prometheus.h"
#include "query.h"
#include "screen.h"
#include "snapshot.h"
#include "sort.h"
#include "usage.h"
#include "visible.h"
#include "watch_state.h"
#include "watch_view.h"

#define MAX_INPUT 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_plain(const struct smi_text *out, bool styled)
{
	if (out->failed)
		abort();
	for (size_t i = 0; i < out->len; i++) {
		unsigned char c = (unsigned char)out->buf[i];

		if ((c < 0x20 && c != '\n' && !(styled && c == 27)) || c == 0x7f)
			abort();
	}
}

/* A chip and a client whose figures and names are the input. */
static void show(const char *text, size_t size)
{
	struct ttmemstat_client client = { .id = 1, .pid = 7, .uid = 1000 };
	struct ttmemstat_client *clients[] = { &client };
	struct ttmemstat_chip chip = { .kind = TTMEMSTAT_KIND_LOCAL,
				       .clients = clients,
				       .client_count = 1 };
	struct ttmemstat_chip *chips[] = { &chip };
	struct smi_place place;
	struct smi_process process = { .chip = &chip, .client = &client, .mutable_client = &client,
				       .user = text, .command = text, .place = &place,
				       .selected = true };
	struct smi_holder holder = { &chip, 9, size & 2, (char *)text, (char *)text };
	struct smi_usage usages[] = {
		{ .pid = 7, .parent = (pid_t)size, .memory = { true, (int64_t)size } },
		{ .pid = 9, .parent = 7, .command = text },
	};
	struct smi_details details = { 0 };
	struct smi_snapshot s = { .chips = chips, .chip_count = 1, .hosted = 1,
				  .details = &details, .processes = &process, .process_count = 1,
				  .holders = &holder, .holder_count = 1,
				  .usages = usages, .usage_count = 2 };
	struct smi_view view = { .width = (unsigned int)(size % 200), .utf8 = size & 1,
				 .levels = SMI_LEVELS_DEFAULT };
	struct smi_watch_view wv = { .s = &s, .view = view };
	struct smi_history history = { 0 };
	struct smi_frame frame = { 0 };
	struct smi_watch_state state;
	struct smi_settings set;
	struct smi_text out = { 0 };

	memcpy(chip.name, "tt0", 4);
	memcpy(chip.pci, "0000:01:00.0", 13);
	memcpy(chip.kmd_node, "tenstorrent/0", 14);
	strncpy(chip.board, text, sizeof(chip.board) - 1);
	for (unsigned int i = 0; i < SMI_WORDS; i++)
		strncpy(details.words[i], text, sizeof(details.words[i]) - 1);
	for (unsigned int i = 0; i < SMI_NUMBERS; i++)
		details.numbers[i] = smi_kmd_number(text);
	strncpy(s.driver, text, sizeof(s.driver) - 1);
	strncpy(client.label, text, sizeof(client.label) - 1);
	strncpy(client.comm, text, sizeof(client.comm) - 1);
	ttmemstat_parse_stat(text, size, &chip.figures, NULL);
	client.figures = chip.figures;
	smi_place_parse(&place, text);
	if (setenv("TT_VISIBLE_DEVICES", text, 1) || smi_visible_set(&s, false))
		abort();
	smi_screen(&s, &view, &out);
	smi_name_lines(&s, &view, &out);
	smi_use_lines(&s, &view, &out);
	smi_by_csv(&s, SMI_BY_CONTAINER + size % 5, &out);
	smi_json_by(&s, SMI_BY_CONTAINER + size % 5, &out);
	smi_list(&s, &view, &out);
	smi_csv(&s, &out);
	smi_json(&s, size & 2, &out);
	smi_snapshot_print(&s, size & 2, &out);
	smi_prometheus(&s, size & 1, size & 2 ? SMI_OPENMETRICS : SMI_TEXT_0_0_4, &out);
	check_plain(&out, false);
	smi_text_release(&out);
	wv.history = &history;
	smi_settings_default(&set);
	smi_settings_parse(&set, text);
	smi_watch_start(&state, &s, &set);
	if (!smi_history_add(&history, &s, 1) && !smi_frame_reset(&frame, view.width, 30))
		for (size_t i = 0; i < 8 && i < size; i++) {
			smi_watch_key(&state, &s, (unsigned char)text[i]);
			if (smi_watch_layout(&frame, &wv, &state))
				abort();
		}
	smi_frame_release(&frame);
	smi_history_release(&history);
	free(s.visible);
}

/* The words of a command line end with NUL. */
static void command(const uint8_t *data, size_t size)
{
	char *buf = malloc(size + 1);

	if (!buf)
		return;
	memcpy(buf, data, size);
	free(smi_command_text(buf, (ssize_t)size));
	free(buf);
}

/* A chip's files on one side, what a user writes on the other. */
static void match(const char *text)
{
	struct ttmemstat_chip chip = { .unique_id = 0x1234, .pci = "0000:01:00.0", .name = "tt0" };

	strncpy(chip.kmd_node, text, sizeof(chip.kmd_node) - 1);
	smi_chip_matches(&chip, text);
	if (!smi_chip_matches(&chip, "tt0") || !smi_chip_matches(&chip, "01:00.0"))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smi_limits limits = { 0 };
	struct smi_query query = { 0 };
	struct smi_proc_stat stat;
	struct smi_place place;
	char *text, *unknown = NULL;
	pid_t pids[16];
	size_t zeros;

	if (!size || size > MAX_INPUT)
		return 0;
	text = strndup((const char *)data + 1, size - 1);
	if (!text)
		return 0;
	switch (data[0] % 8) {
	case 0:
		if (openers_parse(text, pids, 16, &zeros) > 16)
			abort();
		break;
	case 1:
		smi_limit_parse(&limits, text);
		smi_levels_parse(&(struct smi_levels){ 0 }, text);
		break;
	case 2:
		smi_query_parse(&query, data[0] & 8, text, &unknown);
		smi_query_format(&query, text);
		free(unknown);
		smi_query_release(&query);
		break;
	case 3:
		smi_interval_parse(text);
		smi_sort_parse(text);
		smi_kmd_number(text);
		smi_place_parse(&place, text);
		smi_proc_stat_parse(&stat, text);
		break;
	case 6:
		match(text);
		break;
	case 7:
		command(data + 1, size - 1);
		break;
	default:
		show(text, strlen(text));
	}
	free(text);
	return 0;
}
