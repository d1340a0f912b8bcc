// SPDX-License-Identifier: GPL-2.0-only
/* The terminal: see terminal.h. */
#include "terminal.h"

#include <errno.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <unistd.h>

struct smi_terminal {
	SCREEN *screen;
	bool color;
	bool anew;
	bool has_mouse;
	struct smi_mouse mouse;
	struct smi_frame shown;	/* on the screen, unless @anew */
};

bool smi_terminal_usable(void)
{
	const char *place;
	int error;

	if (setupterm(NULL, STDOUT_FILENO, &error) != OK)
		return false;
	place = tigetstr("cup");
	/* NOLINTNEXTLINE(performance-no-int-to-ptr): as terminfo returns it */
	place = place && place != (char *)-1 ? place : NULL;
	del_curterm(cur_term);
	return place;
}

/* Colours of pools: the most distinct ones of 256, 16 or 8. */
static void init_pools(void)
{
	static const short colors[][3] = {
		{ SMI_POOL_L1, 78, COLOR_GREEN }, { SMI_POOL_L1_SMALL, 176, COLOR_MAGENTA },
		{ SMI_POOL_CB, 80, COLOR_CYAN }, { SMI_POOL_DRAM, 75, COLOR_BLUE },
		{ SMI_POOL_TRACE, 215, COLOR_YELLOW },
	};

	for (size_t i = 0; i < sizeof(colors) / sizeof(colors[0]); i++) {
		short color = COLORS >= 256 ? colors[i][1] : colors[i][2];

		if (COLORS >= 16 && COLORS < 256)
			color = (short)(color + 8);
		init_pair(colors[i][0], color, -1);
	}
}

int smi_terminal_open(struct smi_terminal **out, bool color)
{
	struct smi_terminal *t = calloc(1, sizeof(*t));

	if (!t)
		return -ENOMEM;
	t->screen = newterm(NULL, stdout, stdin);
	if (!t->screen) {
		free(t);
		return -ENOTTY;
	}
	set_term(t->screen);
	cbreak();
	noecho();
	nonl();
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(50);
	curs_set(0);
	t->color = color && has_colors() && start_color() == OK;
	if (t->color) {
		use_default_colors();
		init_pair(SMI_GOOD, COLOR_GREEN, -1);
		init_pair(SMI_WARN, COLOR_YELLOW, -1);
		init_pair(SMI_BAD, COLOR_RED, -1);
		init_pair(SMI_ALARM, COLOR_WHITE, COLOR_RED);
		init_pools();
	}
	t->anew = true;
	*out = t;
	return 0;
}

void smi_terminal_close(struct smi_terminal *t)
{
	if (!t)
		return;
	endwin();
	delscreen(t->screen);
	smi_frame_release(&t->shown);
	free(t);
}

void smi_terminal_size(const struct smi_terminal *t, unsigned int *width, unsigned int *height)
{
	int down, across;

	(void)t;
	getmaxyx(stdscr, down, across);
	*width = across > 0 ? (unsigned int)across : 0;
	*height = down > 0 ? (unsigned int)down : 0;
}

static chtype attributes(const struct smi_terminal *t, unsigned int style)
{
	switch (style) {
	case SMI_HEAD:
		return A_BOLD;
	case SMI_DIM:
		return t->color ? A_DIM : A_NORMAL;
	case SMI_GOOD:
	case SMI_WARN:
		return t->color ? (chtype)COLOR_PAIR((int)style) : A_NORMAL;
	case SMI_BAD:
		return A_BOLD | (t->color ? (chtype)COLOR_PAIR(SMI_BAD) : A_NORMAL);
	case SMI_REVERSE:
		return A_REVERSE;
	case SMI_ALARM:
		return A_BOLD | (t->color ? (chtype)COLOR_PAIR(SMI_ALARM) : A_REVERSE);
	case SMI_POOL_L1:
	case SMI_POOL_L1_SMALL:
	case SMI_POOL_CB:
	case SMI_POOL_DRAM:
	case SMI_POOL_TRACE:
		return t->color ? (chtype)COLOR_PAIR((int)style) : A_NORMAL;
	default:
		return A_NORMAL;
	}
}

/* Write the cells from column @x to @end in runs of one style. */
static void paint_cells(const struct smi_terminal *t, const struct smi_frame *f, unsigned int y,
			unsigned int x, unsigned int end)
{
	char run[1024];

	wmove(stdscr, (int)y, (int)x);
	while (x < end) {
		unsigned char style = smi_frame_at(f, x, y)->style;
		bool bold = smi_frame_at(f, x, y)->bold;
		size_t len = 0;

		for (; x < end; x++) {
			const struct smi_glyph *g = smi_frame_at(f, x, y);
			size_t n = strlen(g->bytes);

			if (g->style != style || g->bold != bold || len + n >= sizeof(run))
				break;
			memcpy(run + len, g->bytes, n);
			len += n;
		}
		wattrset(stdscr, (int)(attributes(t, style) | (bold ? A_BOLD : 0)));
		waddnstr(stdscr, run, (int)len);
	}
}

/* ncurses sends only changes, too, but takes most of the time of a reading to find them. */
static void paint_changes(const struct smi_terminal *t, const struct smi_frame *f, unsigned int y)
{
	unsigned int x = 0, from;

	while (x < f->width) {
		if (smi_frame_same(f, &t->shown, x, y)) {
			x++;
			continue;
		}
		from = x;
		while (x < f->width && !smi_frame_same(f, &t->shown, x, y))
			x++;
		paint_cells(t, f, y, from, x);
	}
}

void smi_terminal_paint(struct smi_terminal *t, const struct smi_frame *f)
{
	bool all = t->anew || f->width != t->shown.width || f->height != t->shown.height;

	if (t->anew)
		clearok(stdscr, TRUE);
	if (all)
		werase(stdscr);
	for (unsigned int y = 0; y < f->height; y++) {
		if (all)
			paint_cells(t, f, y, 0, f->width);
		else
			paint_changes(t, f, y);
	}
	wattrset(stdscr, A_NORMAL);
	wrefresh(stdscr);
	t->anew = smi_frame_copy(&t->shown, f) != 0;
}

void smi_terminal_want_mouse(struct smi_terminal *t, bool want)
{
	mmask_t events = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;

	if (want == t->has_mouse)
		return;
	mousemask(want ? events : 0, NULL);
	mouseinterval(0);
	t->has_mouse = want;
}

void smi_terminal_mouse(const struct smi_terminal *t, struct smi_mouse *mouse)
{
	*mouse = t->mouse;
}

void smi_terminal_bell(struct smi_terminal *t)
{
	(void)t;
	beep();
}

static int take_mouse(struct smi_terminal *t)
{
	MEVENT event;

	if (getmouse(&event) != OK || event.x < 0 || event.y < 0)
		return 0;
	t->mouse = (struct smi_mouse){ (unsigned int)event.x, (unsigned int)event.y,
		event.bstate & BUTTON4_PRESSED ? SMI_BUTTON_WHEEL_UP :
		event.bstate & BUTTON5_PRESSED ? SMI_BUTTON_WHEEL_DOWN : SMI_BUTTON_LEFT };
	return SMI_KEY_MOUSE;
}

int smi_terminal_key(struct smi_terminal *t)
{
	wint_t c;

	switch (wget_wch(stdscr, &c)) {
	case OK:
		switch (c) {
		case '\r':
		case '\n':
			return SMI_KEY_ENTER;
		case 27:
			return SMI_KEY_ESCAPE;
		case 8:
		case 127:
			return SMI_KEY_BACKSPACE;
		case '\t':
			return SMI_KEY_TAB;
		case 12:
			return SMI_KEY_REDRAW;
		default:
			return (int)c;
		}
	case KEY_CODE_YES:
		switch (c) {
		case KEY_UP:		return SMI_KEY_UP;
		case KEY_DOWN:		return SMI_KEY_DOWN;
		case KEY_LEFT:		return SMI_KEY_LEFT;
		case KEY_RIGHT:		return SMI_KEY_RIGHT;
		case KEY_PPAGE:		return SMI_KEY_PAGE_UP;
		case KEY_NPAGE:		return SMI_KEY_PAGE_DOWN;
		case KEY_HOME:		return SMI_KEY_HOME;
		case KEY_END:		return SMI_KEY_END;
		case KEY_ENTER:		return SMI_KEY_ENTER;
		case KEY_BACKSPACE:	return SMI_KEY_BACKSPACE;
		case KEY_F(1):		return SMI_KEY_HELP;
		case KEY_MOUSE:		return take_mouse(t);
		default:		return 0;
		}
	default:
		return SMI_KEY_NONE;
	}
}

void smi_terminal_resize(struct smi_terminal *t)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	t->anew = true;
}

void smi_terminal_suspend(struct smi_terminal *t)
{
	endwin();
	raise(SIGSTOP);
	wrefresh(stdscr);
	smi_terminal_resize(t);
}
