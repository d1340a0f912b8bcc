// SPDX-License-Identifier: GPL-2.0-only
/* Unit tests of the full screen of tt-smi without a terminal: keys, and the cells that follow. */
#include <locale.h>

#include "smi_watch_test.h"

extern const struct test_group cores_group, input_group, pages_group, processes_group;

struct smi_frame watch_screen;
struct smi_history watch_past;
struct smi_core_map watch_cores;
bool watch_ascii;

void watch_lay_out(struct world *w, struct smi_watch_state *st, unsigned int width,
		   unsigned int height)
{
	struct smi_watch_view v = {
		.s = &w->s, .history = &watch_past, .second = 50, .map = &watch_cores,
		.view = { .width = width, .utf8 = !watch_ascii, .color = true },
	};

	assert_int_equal(smi_frame_reset(&watch_screen, width, height), 0);
	assert_int_equal(smi_watch_layout(&watch_screen, &v, st), 0);
}

void watch_press(struct world *w, struct smi_watch_state *st, int key, unsigned int width,
		 unsigned int height)
{
	smi_watch_key(st, &w->s, key);
	watch_lay_out(w, st, width, height);
}

bool watch_row_has(unsigned int y, const char *text)
{
	char row[4096] = "";

	for (unsigned int x = 0; x < watch_screen.width; x++)
		strcat(row, smi_frame_at(&watch_screen, x, y)->bytes);
	return strstr(row, text);
}

bool watch_shows(const char *text)
{
	for (unsigned int y = 0; y < watch_screen.height; y++)
		if (watch_row_has(y, text))
			return true;
	return false;
}

void watch_start(struct smi_watch_state *st, const struct world *w)
{
	struct smi_settings set;

	smi_settings_default(&set);
	smi_watch_start(st, &w->s, &set);
}

int main(int argc, char **argv)
{
	const struct test_group *groups[] = {
		&pages_group, &processes_group, &cores_group, &input_group,
	};
	int status;

	setlocale(LC_CTYPE, "C.UTF-8");
	status = unit_run_groups(groups, sizeof(groups) / sizeof(groups[0]), argc, argv);
	smi_history_release(&watch_past);
	smi_frame_release(&watch_screen);
	return status;
}
