// SPDX-License-Identifier: GPL-2.0-only
/*
 * Run UMD's discovery of this host's chips, in a Python that has tt_umd.
 *
 * The child writes the descriptor and its messages to inherited memfds, so no temporary files
 * remain and its user needs no writable directory.
 */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "descriptor.h"
#include "discover.h"

/* Exit statuses of the script; statuses of the shell are above these. */
enum { NO_UMD = 10, FAILED = 11, NOT_STARTED = 126 };

/*
 * The script may run as root, so it must not import modules from the working directory. UMD silently
 * skips nodes that it may not open; the script examines the nodes if UMD found no card.
 */
static const char script[] =
"import sys\n"
"sys.path[:] = [p for p in sys.path if p]\n"
"import os\n"
"from importlib import metadata\n"
"out, word = '/proc/self/fd/' + sys.argv[1], int(sys.argv[2])\n"
"def end(status, text):\n"
"    os.write(word, text.encode(errors='replace'))\n"
"    sys.exit(status)\n"
"def nodes():\n"
"    try:\n"
"        names = [n for n in sorted(os.listdir('/dev/tenstorrent')) if n.isdigit()]\n"
"    except OSError as error:\n"
"        return '/dev/tenstorrent: ' + error.strerror + ' (is tt-kmd loaded? modprobe tenstorrent)'\n"
"    for name in names:\n"
"        try:\n"
"            os.close(os.open('/dev/tenstorrent/' + name, os.O_RDWR))\n"
"        except OSError as error:\n"
"            return '/dev/tenstorrent/' + name + ': ' + error.strerror\n"
"    return 'nodes in /dev/tenstorrent: ' + (' '.join(names) or 'none')\n"
"try:\n"
"    import tt_umd\n"
"except ImportError as error:\n"
"    missing = getattr(error, 'name', None) == 'tt_umd'\n"
"    end(10 if missing else 11, str(error) if missing else 'tt_umd cannot be loaded: ' + str(error))\n"
"try:\n"
"    version = metadata.version('tt-umd')\n"
"except metadata.PackageNotFoundError:\n"
"    version = 'of unknown version'\n"
"try:\n"
"    find = tt_umd.TopologyDiscovery.create_cluster_descriptor\n"
"    tt_umd.ClusterDescriptor.serialize_to_file\n"
"except AttributeError as error:\n"
"    end(11, 'tt_umd ' + version + ' is too old (' + str(error) + '): pip install --upgrade tt-umd')\n"
"try:\n"
"    found = find()\n"
"    count = len(found.get_all_chips())\n"
"    if count:\n"
"        found.serialize_to_file(out)\n"
"except Exception as error:\n"
"    text = str(error).split('backtrace:')[0].split('Location:')[0].split('info:')[-1]\n"
"    text = '; '.join(line.strip() for line in text.splitlines() if line.strip())\n"
"    end(11, 'tt_umd ' + version + ': ' + (text or type(error).__name__))\n"
"if not count:\n"
"    end(11, 'tt_umd ' + version + ' finds no card; ' + nodes())\n"
"end(0, 'tt_umd ' + version + ' finds %d chip%s' % (count, '' if count == 1 else 's'))\n";

/* Files that a child writes to. */
enum { RESULT, WORD, LOG, FILES };

struct run {
	int fds[FILES];
	int status;			/* of waitpid() */
	const struct passwd *user;	/* switch to this user of sudo; NULL: do not switch */
};

#define LOG_TAIL	1024

static int open_files(struct run *run)
{
	static const char *const names[FILES] = { "descriptor", "word", "log" };

	for (int i = 0; i < FILES; i++) {
		run->fds[i] = memfd_create(names[i], 0);
		if (run->fds[i] < 0) {
			int err = -errno;

			while (i--)
				close(run->fds[i]);
			return err;
		}
	}
	return 0;
}

static void close_files(struct run *run)
{
	for (int i = 0; i < FILES; i++)
		close(run->fds[i]);
}

/* sudo may permit a user this command only, so the user's Python must not run as root. */
static bool become(const struct passwd *user)
{
	return !initgroups(user->pw_name, user->pw_gid) && !setgid(user->pw_gid) &&
	       !setuid(user->pw_uid) && !setenv("HOME", user->pw_dir, 1);
}

static void start(const struct run *run, const char *python)
{
	char out[16], word[16];

	snprintf(out, sizeof(out), "%d", run->fds[RESULT]);
	snprintf(word, sizeof(word), "%d", run->fds[WORD]);
	dup2(run->fds[LOG], STDOUT_FILENO);
	dup2(run->fds[LOG], STDERR_FILENO);
	/* Discover all cards of the host, including those that this shell's setting hides. */
	unsetenv("TT_VISIBLE_DEVICES");
	if (run->user && !become(run->user)) {
		dprintf(run->fds[WORD], "cannot become %s: %s", run->user->pw_name,
			strerror(errno));
		_exit(FAILED);
	}
	execlp(python, python, "-c", script, out, word, (char *)NULL);
	dprintf(run->fds[WORD], "%s", strerror(errno));
	_exit(NOT_STARTED);
}

static int run_python(struct run *run, const char *python)
{
	pid_t child = fork();

	if (!child)
		start(run, python);
	if (child < 0)
		return -errno;
	while (waitpid(child, &run->status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

/* The last @max bytes of a file, as text; release with free(). NULL: no memory. */
static char *read_tail(int fd, size_t max, size_t *len)
{
	const off_t size = lseek(fd, 0, SEEK_END);
	const size_t whole = size > 0 ? (size_t)size : 0;
	const size_t want = whole < max ? whole : max;
	char *text = malloc(want + 1);
	ssize_t got;

	if (!text)
		return NULL;
	got = pread(fd, text, want, (off_t)(whole - want));
	*len = got > 0 ? (size_t)got : 0;
	text[*len] = '\0';
	return text;
}

/* Print the end of the discovery's own output, line by line. */
static void say_log(int fd)
{
	size_t len;
	char *text = read_tail(fd, LOG_TAIL, &len), *rest = text, *line;
	char clean[256];

	while ((line = strsep(&rest, "\n"))) {
		if (!*line)
			continue;
		ttmemstat_sanitize(clean, sizeof(clean), line);
		cli_fail(CLI_FAILED, "  %s", clean);
	}
	free(text);
}

/* The script's message, sanitized for display. */
static void read_word(const struct run *run, char (*clean)[LOG_TAIL + 1])
{
	size_t len;
	char *word = read_tail(run->fds[WORD], LOG_TAIL, &len);

	ttmemstat_sanitize(*clean, sizeof(*clean), word ? word : "");
	free(word);
}

static enum cli_status say_why(const struct run *run, const char *python, const char *word)
{
	if (WIFEXITED(run->status) && *word)
		return cli_fail(CLI_FAILED, "%s: %s", python, word);
	if (WIFSIGNALED(run->status))
		cli_fail(CLI_FAILED, "%s: the discovery was ended by signal %d (%s)", python,
			 WTERMSIG(run->status), sigdescr_np(WTERMSIG(run->status)));
	else
		cli_fail(CLI_FAILED, "%s: the discovery failed, status %d", python,
			 WEXITSTATUS(run->status));
	say_log(run->fds[LOG]);
	return CLI_FAILED;
}

static bool ended(const struct run *run, int status)
{
	return WIFEXITED(run->status) && WEXITSTATUS(run->status) == status;
}

/* Reads one byte more than the limit, so that a descriptor that is too long is detected. */
static enum cli_status take(const struct run *run, const char *python, const char *word,
			    char **text, size_t *len)
{
	char reason[CLI_ERROR_LEN];

	*text = read_tail(run->fds[RESULT], DESCRIPTOR_BYTES_MAX + 1, len);
	if (!*text)
		return cli_fail(CLI_FAILED, "%s", cli_error(-ENOMEM, reason, sizeof(reason)));
	return cli_fail(CLI_OK, "%s: %s", python, word);
}

/* Whether @python has tt_umd; if not, @why says so, else @status is that of the discovery. */
static bool try(struct run *run, const char *python, enum cli_status *status, char **text,
		size_t *len, char (*why)[LOG_TAIL + 1])
{
	char reason[CLI_ERROR_LEN];
	bool has = true;
	int err = open_files(run);

	if (!err) {
		err = run_python(run, python);
		read_word(run, why);
		if (!err && ended(run, 0))
			*status = take(run, python, *why, text, len);
		else if (!err && (ended(run, NO_UMD) || ended(run, NOT_STARTED)))
			has = false;
		else if (!err)
			*status = say_why(run, python, *why);
		close_files(run);
	}
	if (err)
		*status = cli_fail(CLI_FAILED, "%s: %s", python,
				   cli_error(err, reason, sizeof(reason)));
	return has;
}

/* The user who called sudo; NULL: not run by sudo. */
static struct passwd *sudo_user(void)
{
	const char *text = getenv("SUDO_UID");
	uint64_t uid;

	if (geteuid() || !text || cli_number(text, &uid) || !uid || uid > INT_MAX)
		return NULL;
	return getpwuid((uid_t)uid);
}

/*
 * Places of tt_umd by Tenstorrent's installer, pipx and users, the most likely first; "" is
 * skipped.
 */
#define PLACES	5

static void list_places(const struct run *run, char (*places)[PLACES][PATH_MAX])
{
	const char *venv = getenv("VIRTUAL_ENV"), *home = getenv("HOME");

	memset(places, 0, sizeof(*places));
	if (run->user)
		home = run->user->pw_dir;
	if (venv)
		snprintf((*places)[0], PATH_MAX, "%s/bin/python3", venv);
	if (home) {
		snprintf((*places)[1], PATH_MAX, "%s/.tenstorrent-venv/bin/python3", home);
		snprintf((*places)[2], PATH_MAX,
			 "%s/.local/share/pipx/venvs/tt-smi/bin/python3", home);
		snprintf((*places)[3], PATH_MAX,
			 "%s/.local/share/pipx/venvs/tt-umd/bin/python3", home);
	}
	snprintf((*places)[4], PATH_MAX, "python3");
}

static const char advice[] =
	"pip install tt-umd, or name a Python that has it by --python";

static enum cli_status try_places(struct run *run, char **text, size_t *len)
{
	char places[PLACES][PATH_MAX], why[PLACES][LOG_TAIL + 1];
	enum cli_status status = CLI_FAILED;

	list_places(run, &places);
	for (size_t i = 0; i < PLACES; i++) {
		if (*places[i] && try(run, places[i], &status, text, len, &why[i]))
			return status;
	}
	cli_fail(CLI_FAILED, "no Python with tt_umd was found: %s; looked at:", advice);
	for (size_t i = 0; i < PLACES; i++)
		if (*places[i])
			cli_fail(CLI_FAILED, "  %s: %s", places[i], why[i]);
	return CLI_FAILED;
}

enum cli_status discover(const char *python, char **text, size_t *len)
{
	struct run run = { .user = sudo_user() };
	char why[LOG_TAIL + 1], inside[PATH_MAX];
	enum cli_status status;
	struct stat st;

	if (!python)
		return try_places(&run, text, len);
	/* A directory is a virtual environment. */
	if (!stat(python, &st) && S_ISDIR(st.st_mode)) {
		snprintf(inside, sizeof(inside), "%s/bin/python3", python);
		python = inside;
	}
	if (try(&run, python, &status, text, len, &why))
		return status;
	return cli_fail(CLI_FAILED, "%s: %s: %s", python, why, advice);
}
