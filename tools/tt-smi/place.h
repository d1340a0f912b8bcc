/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Container, pod, batch job, unit or session of a process, from the names that their managers give
 * to control groups, of version 1 and 2. Queries no runtime.
 */
#ifndef SMI_PLACE_H
#define SMI_PLACE_H

#include <stdbool.h>
#include <stddef.h>

/* Unknown members are empty, or NULL. */
struct smi_place {
	const char *runtime;	/* docker, containerd, cri-o, podman, systemd-nspawn, lxc */
	char container[68];	/* id, or the name of a machine */
	char pod[68];		/* uid in Kubernetes, or id of a pod of podman */
	char unit[128];		/* of systemd; of the user's manager if there is one */
	char session[32];	/* of a login */
	char job[48];		/* of Slurm, with its step: 123.0 */
};

/* Pure: the content of a file /proc/PID/cgroup. */
void smi_place_parse(struct smi_place *place, const char *text);

/* "pod:2c48913c", "docker:3f4e5d6c7b8a", "job:123.0", "foo.service"; "-": unknown. */
void smi_place_text(char *out, size_t size, const struct smi_place *place);

#endif
