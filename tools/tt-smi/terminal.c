// SPDX-License-Identifier: GPL-2.0-only
/* The terminal: see terminal.h. */
#include "terminal.h"
#include "watch_state.h"

#include <errno.h>
#include <ncurses.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct smi_terminal {
	SCREEN *screen;
	bool color;
	bool anew;
};

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
	free(t);
}

void smi_terminal_size(const struct smi_terminal *t, unsigned int *width, unsigned int *height)
{
	int rows, columns;

	(void)t;
	getmaxyx(stdscr, rows, columns);
	*width = columns > 0 ? (unsigned int)columns : 0;
	*height = rows > 0 ? (unsigned int)rows : 0;
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
	default:
		return A_NORMAL;
	}
}

/* Cells of one style go together; ncurses finds out what changed. */
static void paint_row(const struct smi_terminal *t, const struct smi_frame *f, unsigned int y)
{
	char run[1024];
	unsigned int x = 0;

	wmove(stdscr, (int)y, 0);
	while (x < f->width) {
		unsigned char style = smi_frame_at(f, x, y)->style;
		size_t len = 0;

		for (; x < f->width; x++) {
			const struct smi_glyph *g = smi_frame_at(f, x, y);
			size_t n = strlen(g->bytes);

			if (g->style != style || len + n >= sizeof(run))
				break;
			memcpy(run + len, g->bytes, n);
			len += n;
		}
		wattrset(stdscr, (int)attributes(t, style));
		waddnstr(stdscr, run, (int)len);
	}
}

void smi_terminal_paint(struct smi_terminal *t, const struct smi_frame *f)
{
	if (t->anew)
		clearok(stdscr, TRUE);
	t->anew = false;
	werase(stdscr);
	for (unsigned int y = 0; y < f->height; y++)
		paint_row(t, f, y);
	wattrset(stdscr, A_NORMAL);
	wrefresh(stdscr);
}

int smi_terminal_key(struct smi_terminal *t)
{
	wint_t c;

	(void)t;
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
