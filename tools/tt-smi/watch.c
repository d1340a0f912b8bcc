// SPDX-License-Identifier: GPL-2.0-only
/*
 * --watch: the loop. It shows the full screen on a terminal, and otherwise repeats the requested
 * form. It sleeps between two readings.
 */
#include "run.h"
#include "targets.h"
#include "terminal.h"
#include "watch_view.h"
#include "watch_wait.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct watch {
	const struct smi_options *o;
	struct smi_source *source;
	struct smi_wait *wait;
	struct smi_terminal *terminal;
	struct smi_history history;
	struct smi_frame frame;
	struct smi_watch_state state;
	struct smi_snapshot s;
	struct smi_environment environment;
	struct smi_core_map map;
	struct smi_targets targets;
	char missing[64];	/* chip or card that look() did not find */
	char blind[128];	/* why the screen shows no chips; empty: it does */
	unsigned int interval_ms;
	size_t alerts;		/* in the latest snapshot */
	int signals;
	int64_t read_at;
};

/* Notices of the kernel within a quarter of the interval wait for its end. */
static int64_t deaf_until(const struct watch *w)
{
	unsigned int quarter = w->interval_ms / 4;

	return w->read_at + (quarter > 1000 ? 1000 : quarter < 100 ? 100 : quarter);
}

/* Takes a new snapshot in the place of the old. @missing: out: valid until the next one. */
static int look(struct watch *w, const char **missing)
{
	const struct ttmemstat_chip *chip = NULL;
	struct smi_snapshot s;
	int rc;

	if (w->state.page == SMI_PAGE_CHIP)
		chip = smi_watch_chip(&w->state, &w->s);
	w->read_at = smi_wait_now();
	if (w->terminal) {
		rc = smi_source_watch(w->source, w->state.watched, w->state.watched_count,
				      w->state.set.tree);
		if (rc)
			return rc;
	}
	rc = smi_collect(&s, w->source, chip ? chip->name : NULL, missing);
	if (!rc) {
		smi_snapshot_release(&w->s);
		w->s = s;
		rc = smi_wait_listen(w->wait, &w->s);
		if (!rc)
			rc = smi_history_add(&w->history, &w->s, w->read_at / 1000);
	} else {
		/* It may be in the snapshot. */
		if (*missing) {
			snprintf(w->missing, sizeof(w->missing), "%s", *missing);
			*missing = w->missing;
		}
		smi_snapshot_release(&s);
	}
	return rc;
}

/* Read the records on the cores if the page shows them. A recorded tree has no device. */
static int look_at_cores(struct watch *w)
{
	const struct ttmemstat_chip *chip = NULL;

	if (w->terminal && w->state.page == SMI_PAGE_CHIP && !w->o->request.sysfs_root)
		chip = smi_watch_chip(&w->state, &w->s);
	if (chip)
		return smi_core_map_look(&w->map, chip);
	smi_core_map_release(&w->map);
	return 0;
}

static int open_signals(bool screen)
{
	sigset_t set;

	sigemptyset(&set);
	if (screen) {
		sigaddset(&set, SIGWINCH);
		sigaddset(&set, SIGTSTP);
	}
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

/* Whether it is one that ends the watch. */
static bool take_signals(struct watch *w)
{
	struct signalfd_siginfo info;
	bool quit = false;

	while (read(w->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGWINCH)
			smi_terminal_resize(w->terminal);
		else if (info.ssi_signo == SIGTSTP)
			smi_terminal_suspend(w->terminal);
		else
			quit = true;
	}
	return quit;
}

/* ---- Forms, again and again ---- */

static int stream(struct watch *w)
{
	const struct smi_options *o = w->o;
	int fd = smi_output_open(o), status = fd < 0 ? SMI_EXIT_FAILURE : SMI_EXIT_OK, woke = 0;
	unsigned long n = 0;

	while (status == SMI_EXIT_OK) {
		struct smi_text out = { 0 };
		const char *missing = NULL;
		int rc = look(w, &missing);

		if (rc) {
			status = smi_complain(rc, missing);
			break;
		}
		if (n && o->action == SMI_SHOW)
			smi_text_puts(&out, "\n");
		smi_render(o, &w->s, &out);
		status = smi_output(fd, &out);
		smi_text_release(&out);
		if (status == SMI_EXIT_OK && smi_limits_set(&o->limits))
			status = smi_verdict(o, &w->s);
		if (status != SMI_EXIT_OK || ++n == o->count)
			break;
		woke = smi_wait_until(w->wait, w->read_at + w->interval_ms, deaf_until(w), -1,
				      w->signals);
		if (woke < 0)
			status = smi_complain(woke, NULL);
		if (woke < 0 || (woke & SMI_WOKE_SIGNAL && take_signals(w)))
			break;
		if (woke & SMI_WOKE_HOTPLUG)
			smi_source_forget(w->source);
	}
	return fd >= 0 && fd != STDOUT_FILENO ? smi_output_close(fd, o->file, status) : status;
}

/* ---- The full screen ---- */

static int lay_out(struct watch *w)
{
	struct smi_watch_view v = {
		.s = &w->s,
		.history = &w->history,
		.view = w->o->view,
		.second = w->read_at / 1000,
		.message = w->blind[0] ? w->blind : NULL,
		.environment = &w->environment,
		.map = &w->map,
	};
	unsigned int width, height;
	int rc;

	smi_terminal_size(w->terminal, &width, &height);
	rc = smi_frame_reset(&w->frame, width, height);
	v.view.width = width;
	v.view.levels = w->state.set.levels;
	v.view.utf8 = v.view.utf8 && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	return rc ? rc : smi_watch_layout(&w->frame, &v, &w->state);
}

static int paint(struct watch *w)
{
	int rc = lay_out(w);

	if (!rc)
		smi_terminal_paint(w->terminal, &w->frame);
	return rc;
}

/* New alerts ring, as many as there are at once. */
static void note_alerts(struct watch *w)
{
	size_t alerts = 0;

	for (size_t i = 0; i < w->s.chip_count; i++) {
		const struct tt_memstat_figures *f = &w->s.chips[i]->figures;

		alerts += smi_flag(f, TT_MEMSTAT_FIG_L1_ALERT);
		alerts += smi_flag(f, TT_MEMSTAT_FIG_DRAM_ALERT);
	}
	if (alerts > w->alerts && w->state.set.bell)
		smi_terminal_bell(w->terminal);
	w->alerts = alerts;
}

/* Say why there is nothing to show; false: it is an error. */
static bool say_blind(struct watch *w, int rc, const char *missing)
{
	char clean[sizeof(w->missing)];

	smi_text_clean(clean, sizeof(clean), missing ? missing : "", false);
	switch (rc) {
	case -ENOENT:
		snprintf(w->blind, sizeof(w->blind), "the module tt_memstat is not loaded");
		return true;
	case -ENODEV:
		snprintf(w->blind, sizeof(w->blind), "no chip '%s'", clean);
		return true;
	case -ENXIO:
		snprintf(w->blind, sizeof(w->blind), "TT_VISIBLE_DEVICES: no card '%s'", clean);
		return true;
	default:
		w->blind[0] = '\0';
		return false;
	}
}

/* A watch outlives the module, and the chips and cards that were asked for: they may come back. */
static int refresh(struct watch *w)
{
	const char *missing = NULL;
	int rc = look(w, &missing);

	if (say_blind(w, rc, missing)) {
		smi_snapshot_release(&w->s);
		rc = 0;
	}
	smi_watch_prune(&w->state, &w->s);
	if (!rc)
		note_alerts(w);
	return rc ? rc : look_at_cores(w);
}

static void read_environment(struct watch *w)
{
	const struct smi_process *p = smi_watch_find(&w->s, w->state.pid);

	if (!p)
		snprintf(w->state.said, sizeof(w->state.said), "no process is chosen");
	else if (smi_environment_read(&w->environment, p, w->o->request.sysfs_root))
		snprintf(w->state.said, sizeof(w->state.said), "no memory for the environment");
	else
		smi_watch_open(&w->state, SMI_PAGE_ENVIRONMENT);
}

/* Carry out the action that the last key requested. */
static void grant(struct watch *w)
{
	struct smi_watch_state *st = &w->state;

	switch (st->wish) {
	case SMI_WISH_ENVIRONMENT:
		read_environment(w);
		break;
	case SMI_WISH_QUESTION:
		st->asking = smi_targets_take(&w->targets, &w->s, st, !w->o->request.sysfs_root,
					      st->said, sizeof(st->said));
		break;
	case SMI_WISH_SIGNAL:
		smi_targets_send(&w->targets, st->said, sizeof(st->said));
		st->tag_count = 0;
		break;
	case SMI_WISH_NO_SIGNAL:
		smi_targets_drop(&w->targets);
		snprintf(st->said, sizeof(st->said), "no signal was sent");
		break;
	default:
		break;
	}
	st->wish = SMI_WISH_NOTHING;
}

/*
 * Handle all pending keys. @wanted: the figures must be read again. The layout follows each change
 * of the selection, so that the next key applies to the process that is selected then.
 */
static int take_keys(struct watch *w, bool *wanted)
{
	int key, rc = 0;

	while (!rc && !w->state.quit && (key = smi_terminal_key(w->terminal)) != SMI_KEY_NONE) {
		struct smi_mouse mouse;

		if (key == SMI_KEY_REDRAW) {
			smi_terminal_resize(w->terminal);
		} else if (key == SMI_KEY_MOUSE) {
			smi_terminal_mouse(w->terminal, &mouse);
			*wanted |= smi_watch_mouse(&w->state, &w->s, &mouse);
		} else {
			*wanted |= smi_watch_key(&w->state, &w->s, key);
		}
		grant(w);
		if (w->state.row_chosen)
			rc = lay_out(w);
	}
	w->interval_ms = w->state.set.interval_ms;
	smi_terminal_want_mouse(w->terminal, w->state.set.mouse);
	return rc;
}

/* Until something is to be done; while paused that is a key or a signal alone. */
static int wait(struct watch *w)
{
	int64_t until = w->state.paused ? INT64_MAX : w->read_at + w->interval_ms;

	return smi_wait_until(w->wait, until, w->state.paused ? until : deaf_until(w), STDIN_FILENO,
			      w->signals);
}

static int full_screen(struct watch *w)
{
	const int wanted = SMI_WOKE_TIME | SMI_WOKE_CHANGED | SMI_WOKE_HOTPLUG;
	unsigned long n = 1;
	int rc = paint(w);

	/* The layout has decided which processes are visible. */
	if (!rc && (w->state.watched_count || w->state.set.tree))
		rc = refresh(w);
	if (!rc && w->s.usage_count)
		rc = paint(w);
	while (!rc && (!w->o->count || n < w->o->count)) {
		int woke = wait(w);
		bool again = false;

		if (woke < 0)
			return woke;
		if (woke & SMI_WOKE_SIGNAL && take_signals(w))
			break;
		if (woke & SMI_WOKE_INPUT)
			rc = take_keys(w, &again);
		if (rc || w->state.quit || (woke & SMI_WOKE_INPUT && !isatty(STDIN_FILENO)))
			break;
		if (woke & SMI_WOKE_HOTPLUG)
			smi_source_forget(w->source);
		if (again || woke & wanted) {
			rc = refresh(w);
			n++;
		}
		if (!rc)
			rc = paint(w);
	}
	return rc;
}

/* Options of the command line override kept settings. */
static void load_settings(struct watch *w, const char *path, struct smi_settings *set)
{
	const struct smi_options *o = w->o;
	size_t bad = 0;
	int rc;

	smi_settings_default(set);
	rc = path ? smi_settings_read(set, path, &bad) : 0;
	if (rc)
		fprintf(stderr, "tt-smi: cannot read %s: %s\n", path, strerror(-rc));
	if (bad)
		fprintf(stderr, "tt-smi: %s: line %zu is not understood\n", path, bad);
	if (o->interval_ms)
		set->interval_ms = o->interval_ms;
	if (o->sorted) {
		set->sort = o->request.sort;
		set->reverse = o->request.reverse;
	}
}

static void save_settings(const struct watch *w, const char *path, const struct smi_settings *then)
{
	int rc;

	if (!path || smi_settings_equal(&w->state.set, then))
		return;
	rc = smi_settings_write(&w->state.set, path);
	if (rc)
		fprintf(stderr, "tt-smi: cannot keep the settings in %s: %s\n", path,
			strerror(-rc));
}

static int screen(struct watch *w)
{
	char *path = smi_settings_path();
	const char *missing = NULL;
	struct smi_settings set;
	int rc = look(w, &missing);

	if (rc) {
		free(path);
		return smi_complain(rc, missing);
	}
	load_settings(w, path, &set);
	smi_watch_start(&w->state, &w->s, &set);
	/* Unlike what is kept, so that it is kept from now on. */
	if (w->o->leveled)
		w->state.set.levels = w->o->view.levels;
	w->interval_ms = set.interval_ms;
	rc = smi_terminal_open(&w->terminal, w->o->view.color);
	if (!rc) {
		smi_terminal_want_mouse(w->terminal, set.mouse);
		note_alerts(w);
		rc = full_screen(w);
	}
	smi_terminal_close(w->terminal);
	if (!rc)
		save_settings(w, path, &set);
	free(path);
	return rc ? smi_complain(rc, NULL) : SMI_EXIT_OK;
}

/* Whether the whole screen can be painted; if it is a terminal that cannot, a word on it. */
static bool can_paint(const struct smi_options *o)
{
	const char *term = getenv("TERM");
	char clean[64];

	if (o->action != SMI_SHOW || !isatty(STDOUT_FILENO) || !isatty(STDIN_FILENO))
		return false;
	if (smi_terminal_usable())
		return true;
	smi_text_clean(clean, sizeof(clean), term ? term : "", false);
	fprintf(stderr, "tt-smi: cannot paint on TERM=%s; one screen follows the other\n",
		clean);
	return false;
}

int smi_watch(const struct smi_options *o, char **argv)
{
	struct watch w = {
		.o = o,
		.interval_ms = o->interval_ms ? o->interval_ms : SMI_INTERVAL_MS,
	};
	bool full = can_paint(o);
	int status, rc;

	(void)argv;
	setlocale(LC_CTYPE, "");
	w.signals = open_signals(full);
	rc = w.signals < 0 ? -errno : smi_source_new(&w.source, &o->request, true);
	if (!rc)
		rc = smi_wait_new(&w.wait, o->request.sysfs_root);
	if (rc)
		status = smi_complain(rc, NULL);
	else
		status = full ? screen(&w) : stream(&w);
	smi_snapshot_release(&w.s);
	smi_history_release(&w.history);
	smi_frame_release(&w.frame);
	smi_environment_release(&w.environment);
	smi_core_map_release(&w.map);
	smi_targets_drop(&w.targets);
	smi_wait_free(w.wait);
	smi_source_free(w.source);
	if (w.signals >= 0)
		close(w.signals);
	return status;
}
