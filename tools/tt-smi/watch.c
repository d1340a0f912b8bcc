// SPDX-License-Identifier: GPL-2.0-only
/*
 * --watch: the loop. On a terminal the full screen, else the form that was asked for, again and
 * again. Between two readings it sleeps.
 */
#include "run.h"
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
	bool blind;		/* the module went; the screen says so */
	int signals;
	int64_t read_at;
};

/* Notices of the kernel within a quarter of the interval wait for its end. */
static int64_t deaf_until(const struct watch *w)
{
	unsigned int quarter = w->o->interval_ms / 4;

	return w->read_at + (quarter > 1000 ? 1000 : quarter < 100 ? 100 : quarter);
}

/* Takes a new snapshot in the place of the old. */
static int look(struct watch *w, const char **missing)
{
	const struct ttmemstat_chip *chip = NULL;
	struct smi_snapshot s;
	int rc;

	if (w->state.page == SMI_PAGE_CHIP)
		chip = smi_watch_chip(&w->state, &w->s);
	w->read_at = smi_wait_now();
	rc = smi_collect(&s, w->source, chip ? chip->name : NULL, missing);
	if (!rc) {
		smi_snapshot_release(&w->s);
		w->s = s;
		rc = smi_wait_listen(w->wait, &w->s);
		if (!rc)
			rc = smi_history_add(&w->history, &w->s, w->read_at / 1000);
	} else {
		smi_snapshot_release(&s);
	}
	return rc;
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
		woke = smi_wait_until(w->wait, w->read_at + o->interval_ms, deaf_until(w), -1,
				      w->signals);
		if (woke < 0)
			status = smi_complain(woke, NULL);
		if (woke < 0 || (woke & SMI_WOKE_SIGNAL && take_signals(w)))
			break;
		if (woke & SMI_WOKE_HOTPLUG)
			smi_source_forget(w->source);
	}
	if (fd >= 0 && fd != STDOUT_FILENO)
		close(fd);
	return status;
}

/* ---- The full screen ---- */

static int paint(struct watch *w)
{
	struct smi_watch_view v = {
		.s = &w->s,
		.history = &w->history,
		.view = w->o->view,
		.second = w->read_at / 1000,
		.interval_ms = w->o->interval_ms,
		.message = w->blind ? "the module tt_memstat is not loaded" : NULL,
	};
	unsigned int width, height;
	int rc;

	smi_terminal_size(w->terminal, &width, &height);
	rc = smi_frame_reset(&w->frame, width, height);
	v.view.width = width;
	v.view.utf8 = v.view.utf8 && strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (!rc)
		rc = smi_watch_layout(&w->frame, &v, &w->state);
	if (!rc)
		smi_terminal_paint(w->terminal, &w->frame);
	return rc;
}

/* A watch outlives the module: it shows nothing until that is loaded again. */
static int refresh(struct watch *w)
{
	const char *missing = NULL;
	int rc = look(w, &missing);

	w->blind = rc == -ENOENT;
	/* A chip that was asked for by name went: it may come back. */
	if (rc == -ENOENT || rc == -ENODEV) {
		smi_snapshot_release(&w->s);
		rc = 0;
	}
	return rc;
}

/* All keys that are there; whether the figures must be read for them. */
static bool take_keys(struct watch *w)
{
	bool wanted = false;
	int key;

	while (!w->state.quit && (key = smi_terminal_key(w->terminal)) != SMI_KEY_NONE) {
		if (key == SMI_KEY_REDRAW)
			smi_terminal_resize(w->terminal);
		else
			wanted |= smi_watch_key(&w->state, &w->s, key);
	}
	return wanted;
}

static int full_screen(struct watch *w)
{
	const int wanted = SMI_WOKE_TIME | SMI_WOKE_CHANGED | SMI_WOKE_HOTPLUG;
	unsigned long n = 1;
	int rc = paint(w);

	while (!rc && (!w->o->count || n < w->o->count)) {
		int woke = smi_wait_until(w->wait, w->read_at + w->o->interval_ms, deaf_until(w),
					  STDIN_FILENO, w->signals);
		bool again = false;

		if (woke < 0)
			return woke;
		if (woke & SMI_WOKE_SIGNAL && take_signals(w))
			break;
		if (woke & SMI_WOKE_INPUT)
			again = take_keys(w);
		if (w->state.quit || (woke & SMI_WOKE_INPUT && !isatty(STDIN_FILENO)))
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

static int screen(struct watch *w)
{
	const char *missing = NULL;
	int rc = look(w, &missing);

	if (rc)
		return smi_complain(rc, missing);
	smi_watch_start(&w->state, &w->s);
	w->state.sort = w->o->request.sort;
	w->state.reverse = w->o->request.reverse;
	rc = smi_terminal_open(&w->terminal, w->o->view.color);
	if (rc == -ENOTTY) {
		fprintf(stderr, "tt-smi: cannot use this terminal (TERM=%s)\n",
			getenv("TERM") ? getenv("TERM") : "");
		return SMI_EXIT_FAILURE;
	}
	if (!rc)
		rc = full_screen(w);
	smi_terminal_close(w->terminal);
	return rc ? smi_complain(rc, NULL) : SMI_EXIT_OK;
}

int smi_watch(const struct smi_options *o, char **argv)
{
	bool full = o->action == SMI_SHOW && isatty(STDOUT_FILENO) && isatty(STDIN_FILENO);
	struct watch w = { .o = o };
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
	smi_wait_free(w.wait);
	smi_source_free(w.source);
	if (w.signals >= 0)
		close(w.signals);
	return status;
}
