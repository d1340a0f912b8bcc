// SPDX-License-Identifier: GPL-2.0-only
/* Container, pod, unit or job of a process: see place.h. */
#include "place.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ID 64		/* digits of a container's id */
#define PARTS 32	/* components of a path; further ones are ignored */

struct part {
	const char *s;
	size_t len;
};

static bool is_hex(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)s[i]))
			return false;
	return true;
}

static bool starts(const struct part *p, const char *with)
{
	size_t len = strlen(with);

	return p->len >= len && strncmp(p->s, with, len) == 0;
}

static bool ends(const struct part *p, const char *with)
{
	size_t len = strlen(with);

	return p->len >= len && strncmp(p->s + p->len - len, with, len) == 0;
}

static void copy(char *out, size_t size, const char *s, size_t len)
{
	if (len < size)
		snprintf(out, size, "%.*s", (int)len, s);
}

/* systemd escapes characters in unit names: \x2d is a hyphen. */
static void unescape(char *out, size_t size, const char *s, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len && n + 1 < size; i++) {
		if (i + 3 < len && s[i] == '\\' && s[i + 1] == 'x' && is_hex(s + i + 2, 2)) {
			char digits[3] = { s[i + 2], s[i + 3], '\0' };

			out[n++] = (char)strtoul(digits, NULL, 16);
			i += 3;
		} else {
			out[n++] = s[i];
		}
	}
	out[n] = '\0';
}

/* Prefixes of container ids that identify the runtime. */
static const struct {
	const char *prefix;
	const char *runtime;
} makers[] = {
	{ "docker-", "docker" },
	{ "cri-containerd-", "containerd" },
	{ "nerdctl-", "containerd" },
	{ "crio-", "cri-o" },
	{ "libpod-payload-", "podman" },
	{ "libpod-", "podman" },
};

/* "docker-ID.scope", "crio-ID", "...:cri-containerd:ID" */
static bool take_made(struct smi_place *place, const struct part *p)
{
	struct part q = *p;
	const char *colon;

	if (ends(&q, ".scope"))
		q.len -= 6;
	if (q.len < ID || !is_hex(q.s + q.len - ID, ID))
		return false;
	for (size_t i = 0; i < sizeof(makers) / sizeof(makers[0]); i++) {
		if (q.len != ID + strlen(makers[i].prefix) || !starts(&q, makers[i].prefix))
			continue;
		place->runtime = makers[i].runtime;
		copy(place->container, sizeof(place->container), q.s + q.len - ID, ID);
		return true;
	}
	colon = memrchr(q.s, ':', q.len);
	if (colon && (size_t)(q.s + q.len - colon) == ID + 1 && colon - q.s >= 15 &&
	    strncmp(colon - 15, ":cri-containerd", 15) == 0) {
		place->runtime = "containerd";
		copy(place->container, sizeof(place->container), colon + 1, ID);
		return true;
	}
	return false;
}

/* A bare id; the parent group may identify the runtime. */
static bool take_bare(struct smi_place *place, const struct part *p, const struct part *above)
{
	if (p->len != ID || !is_hex(p->s, ID))
		return false;
	copy(place->container, sizeof(place->container), p->s, ID);
	place->runtime = above && above->len == 6 && starts(above, "docker") ? "docker" : NULL;
	return true;
}

/* Machines have names. A machine's scope without a payload may be a virtual machine. */
static bool take_machine(struct smi_place *place, const struct part *p, const struct part *below)
{
	static const char service[] = "systemd-nspawn@", scope[] = "machine-";
	size_t len = 0;
	bool payload = below && ((below->len == 7 && starts(below, "payload")) ||
				 (below->len == 10 && starts(below, "supervisor")));

	if (starts(p, service) && ends(p, ".service")) {
		len = sizeof(service) - 1;
		unescape(place->container, sizeof(place->container), p->s + len,
			 p->len - len - 8);
		place->runtime = "systemd-nspawn";
	} else if (starts(p, scope) && ends(p, ".scope") && payload) {
		len = sizeof(scope) - 1;
		unescape(place->container, sizeof(place->container), p->s + len,
			 p->len - len - 6);
		place->runtime = "systemd-nspawn";
	} else if (starts(p, "lxc.payload.")) {
		copy(place->container, sizeof(place->container), p->s + 12, p->len - 12);
		place->runtime = "lxc";
	} else if (below && p->len == 3 && starts(p, "lxc")) {
		copy(place->container, sizeof(place->container), below->s, below->len);
		place->runtime = "lxc";
	}
	return place->container[0];
}

/* "pod" and a uid, at the start or after a hyphen, below a group of kubepods. */
static void take_pod(struct smi_place *place, const struct part *p)
{
	static const char podman[] = "machine-libpod_pod_";
	const char *colon = memchr(p->s, ':', p->len);
	struct part q = *p;
	size_t len = 36;

	/* "kubepods-...-podUID.slice:cri-containerd:ID" */
	if (colon)
		q.len = (size_t)(colon - q.s);
	if (ends(&q, ".slice"))
		q.len -= 6;
	if (starts(&q, podman) && q.len == sizeof(podman) - 1 + ID &&
	    is_hex(q.s + q.len - ID, ID)) {
		copy(place->pod, sizeof(place->pod), q.s + q.len - ID, ID);
		return;
	}
	/* Static pods have a digest instead of a uid. */
	if (q.len >= 35 && is_hex(q.s + q.len - 32, 32))
		len = 32;
	if (q.len < len + 3 || strncmp(q.s + q.len - len - 3, "pod", 3) != 0 ||
	    (q.len > len + 3 && q.s[q.len - len - 4] != '-'))
		return;
	for (size_t i = 0; len == 36 && i < len; i++) {
		char c = q.s[q.len - len + i];
		bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;

		if (hyphen ? c != '-' && c != '_' : !isxdigit((unsigned char)c))
			return;
	}
	copy(place->pod, sizeof(place->pod), q.s + q.len - len, len);
	for (char *c = place->pod; *c; c++)
		if (*c == '_')
			*c = '-';
}

/* "job_123" and "step_0" below a group of Slurm. */
static void take_job(struct smi_place *place, const struct part *p, const struct part *below)
{
	char step[20] = "";
	size_t digits = p->len - 4;

	if (!starts(p, "job_") || !digits || digits > 20 ||
	    strspn(p->s + 4, "0123456789") != digits)
		return;
	if (below && starts(below, "step_"))
		copy(step, sizeof(step), below->s + 5, below->len - 5);
	snprintf(place->job, sizeof(place->job), "%.*s%s%s", (int)digits, p->s + 4,
		 step[0] ? "." : "", step);
}

static bool is_above(const struct part *p)
{
	return p->len == 2 && starts(p, "..");
}

static bool is_unit(const struct part *p)
{
	return ends(p, ".service") || ends(p, ".scope");
}

/* The first unit that is not a slice; below a user manager, the first unit of that manager. */
static void take_unit(struct smi_place *place, const struct part *parts, size_t count)
{
	size_t i = 0;

	while (i < count && (ends(&parts[i], ".slice") || is_above(&parts[i])))
		i++;
	if (i == count || !is_unit(&parts[i]))
		return;
	if (starts(&parts[i], "session-") && ends(&parts[i], ".scope"))
		copy(place->session, sizeof(place->session), parts[i].s + 8, parts[i].len - 14);
	if (starts(&parts[i], "user@")) {
		size_t j = i + 1;

		while (j < count && ends(&parts[j], ".slice"))
			j++;
		if (j < count && is_unit(&parts[j]))
			i = j;
	}
	unescape(place->unit, sizeof(place->unit), parts[i].s, parts[i].len);
}

static size_t split(struct part *parts, const char *path, size_t len)
{
	size_t count = 0;

	/* The group was removed while the process was in it. */
	if (len > 10 && strncmp(path + len - 10, " (deleted)", 10) == 0)
		len -= 10;
	while (len && count < PARTS) {
		const char *slash = memchr(path, '/', len);
		size_t n = slash ? (size_t)(slash - path) : len;

		if (n)
			parts[count++] = (struct part){ path, n };
		n += slash != NULL;
		path += n;
		len -= n;
	}
	return count;
}

/*
 * Parse a line "hierarchy:controllers:path"; @named: systemd's own hierarchy, or version 2. A reader
 * in a namespace of control groups sees paths relative to its own group, "/../../podUID/ID": groups
 * that contain both are left out, which may be those that name Kubernetes or Slurm.
 */
static void take_path(struct smi_place *place, const char *path, size_t len, bool named)
{
	struct part parts[PARTS];
	size_t count = split(parts, path, len);
	bool relative = count && is_above(&parts[0]), kubepods = relative, slurm = relative;
	bool known = place->container[0];

	for (size_t i = 0; i < count; i++) {
		const struct part *above = i ? &parts[i - 1] : NULL;
		const struct part *below = i + 1 < count ? &parts[i + 1] : NULL;

		kubepods |= memmem(parts[i].s, parts[i].len, "kubepods", 8) != NULL;
		slurm |= memmem(parts[i].s, parts[i].len, "slurm", 5) != NULL;
		if (!place->pod[0] && (kubepods || starts(&parts[i], "machine-libpod_pod_")))
			take_pod(place, &parts[i]);
		if (slurm && !place->job[0])
			take_job(place, &parts[i], below);
		/* The innermost of nested containers counts. */
		if (!known && !take_made(place, &parts[i]) && !take_bare(place, &parts[i], above) &&
		    !place->container[0])
			take_machine(place, &parts[i], below);
	}
	if (named && !place->unit[0])
		take_unit(place, parts, count);
}

void smi_place_parse(struct smi_place *place, const char *text)
{
	memset(place, 0, sizeof(*place));
	while (*text) {
		size_t len = strcspn(text, "\n");
		const char *first = memchr(text, ':', len), *second = NULL;

		if (first)
			second = memchr(first + 1, ':', len - (size_t)(first + 1 - text));
		if (second)
			take_path(place, second + 1, len - (size_t)(second + 1 - text),
				  second == first + 1 ||
				  strncmp(first + 1, "name=systemd:", 13) == 0);
		text += len + (text[len] == '\n');
	}
}

void smi_place_text(char *out, size_t size, const struct smi_place *place)
{
	bool id = place && strlen(place->container) == ID && is_hex(place->container, ID);

	if (!place)
		snprintf(out, size, "-");
	else if (place->job[0])
		snprintf(out, size, "job:%s", place->job);
	else if (place->pod[0])
		snprintf(out, size, "pod:%.8s", place->pod);
	else if (place->container[0])
		snprintf(out, size, "%s:%.*s", place->runtime ? place->runtime : "container",
			 id ? 12 : 32, place->container);
	else if (place->session[0])
		snprintf(out, size, "session:%s", place->session);
	else
		snprintf(out, size, "%s", place->unit[0] ? place->unit : "-");
}
