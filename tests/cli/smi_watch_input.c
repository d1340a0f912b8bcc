// SPDX-License-Identifier: GPL-2.0-only
/* The full screen of tt-smi: the mouse and the interval. */
#include "smi_watch_test.h"

static void mouse(void **state)
{
	struct smi_mouse m = { 0, 0, SMI_BUTTON_LEFT };
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "crowd");
	look(&w, NULL);
	watch_start(&st, &w);
	watch_lay_out(&w, &st, 120, 40);
	st.chip = 99;
	for (size_t i = 0; i < st.spot_count; i++) {
		struct smi_spot spot = st.spots[i];

		m.x = spot.x + spot.width - 1;
		m.y = spot.y + spot.height - 1;
		smi_watch_mouse(&st, &w.s, &m);
		if (spot.kind == SMI_SPOT_CHIP)
			assert_int_equal(st.chip, spot.n);
		else if (spot.kind == SMI_SPOT_ROW)
			assert_int_equal(st.row, spot.n);
		else
			assert_int_equal(st.set.sort, spot.n);
	}
	st.chip = 5;
	st.on_processes = false;
	m.button = SMI_BUTTON_WHEEL_DOWN;
	m.x = st.spots[0].x;
	m.y = st.spots[0].y;
	smi_watch_mouse(&st, &w.s, &m);
	assert_int_equal(st.chip, 6);
	/* A second click opens. */
	m.button = SMI_BUTTON_LEFT;
	assert_false(smi_watch_mouse(&st, &w.s, &m));
	assert_true(smi_watch_mouse(&st, &w.s, &m));
	assert_int_equal(st.page, SMI_PAGE_CHIP);
	end(&w);
}

static void clock_keys(void **state)
{
	struct smi_watch_state st;
	struct world w;

	(void)state;
	begin(&w, "p150");
	look(&w, NULL);
	watch_start(&st, &w);
	for (unsigned int i = 0; i < 20; i++)
		smi_watch_key(&st, &w.s, '-');
	assert_int_equal(st.set.interval_ms, 100);
	smi_watch_key(&st, &w.s, '+');
	assert_int_equal(st.set.interval_ms, 200);
	st.set.interval_ms = 1500;
	smi_watch_key(&st, &w.s, '+');
	assert_int_equal(st.set.interval_ms, 2000);
	for (unsigned int i = 0; i < 20; i++)
		smi_watch_key(&st, &w.s, '+');
	assert_int_equal(st.set.interval_ms, 60000);
	assert_false(smi_watch_key(&st, &w.s, ' '));
	watch_lay_out(&w, &st, 120, 30);
	assert_true(watch_shows("PAUSED 60.0 s"));
	assert_true(smi_watch_key(&st, &w.s, ' '));
	end(&w);
}

static const struct CMUnitTest input_tests[] = {
	cmocka_unit_test(mouse),
	cmocka_unit_test(clock_keys),
};

TEST_GROUP(input);
