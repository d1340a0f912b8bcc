// SPDX-License-Identifier: GPL-2.0-only
/*
 * tt-memstat run --virtual: make virtual chips for a mock card's descriptor.
 *
 * The chips live as long as the open file that made them. The command runs in this process and
 * inherits the file, so the chips end with the command in any case. TT_MEMSTAT_VIRTUAL passes the
 * runtime's device number of each chip to the reporter.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "descriptor_file.h"
#include "import_plan.h"
#include "run_virtual.h"

#define DESCRIPTOR	"TT_METAL_MOCK_CLUSTER_DESC_PATH"
#define FIRST_FD	256	/* above the low descriptors that programs expect to get */

static int open_device(void)
{
	int fd = open(TTMEMSTAT_DEVICE_PATH, O_RDWR), high;

	if (fd < 0)
		return -errno;
	high = fcntl(fd, F_DUPFD, FIRST_FD);
	if (high < 0)
		return fd;
	close(fd);
	return high;
}

static int create(int fd, const struct import_step *step, uint32_t *chip)
{
	struct tt_memstat_chip_create arg = {
		.argsz = sizeof(arg),
		.flags = TT_MEMSTAT_CREATE_EPHEMERAL,
		.geometry = step->geometry,
		.unique_id = step->source->unique_id,
	};

	memcpy(arg.board, step->board, sizeof(arg.board));
	if (ioctl(fd, TT_MEMSTAT_CHIP_CREATE, &arg))
		return -errno;
	*chip = arg.chip;
	return 0;
}

static void say_why(const char *file, const struct import_step *step, int err)
{
	char reason[CLI_ERROR_LEN];

	cli_error(err, reason, sizeof(reason));
	if (err == -EPERM)
		cli_fail(CLI_OK, "no virtual chips: %s: needs CAP_SYS_ADMIN, or the module parameter "
			 "allow_virtual; `sudo tt-memstat import --virtual --open %s` makes some",
			 reason, file);
	else
		cli_fail(CLI_OK, "%s: no virtual chip for chip %u: %s", file, step->source->id, reason);
}

/* Make all chips that can be made; prints "0:3 1:4" to @made. */
static void create_all(int fd, const char *file, const struct import_plan *plan, FILE *made)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct import_step *step = &plan->steps[i];
		char why[IMPORT_WHY];
		uint32_t chip = 0;
		int err;

		if (step->action != IMPORT_CREATE) {
			ttmemstat_sanitize(why, sizeof(why), step->why);
			cli_fail(CLI_OK, "%s: no virtual chip for chip %u: %s", file,
				 step->source->id, why);
			continue;
		}
		err = create(fd, step, &chip);
		if (err) {
			say_why(file, step, err);
			return;
		}
		fprintf(made, "%u:%u ", step->source->id, chip);
	}
}

static void create_for(const char *file, const struct import_plan *plan)
{
	int fd = open_device();
	char *made = NULL;
	size_t len;
	FILE *list;

	/* run_command() reports a missing module. */
	if (fd < 0)
		return;
	list = open_memstream(&made, &len);
	if (list) {
		create_all(fd, file, plan, list);
		if (!fclose(list) && len)
			setenv("TT_MEMSTAT_VIRTUAL", made, 1);
	}
	free(made);
}

void run_virtual(void)
{
	static const struct ttmemstat_chip_list none;
	const char *file = getenv(DESCRIPTOR);
	struct descriptor *descriptor;
	struct descriptor_error error;
	struct import_plan plan;
	int err;

	if (!file) {
		cli_fail(CLI_OK, "no virtual chips: " DESCRIPTOR " is not set");
		return;
	}
	if (descriptor_file_load(file, &descriptor))
		return;
	err = import_plan_build(descriptor, &none, IMPORT_VIRTUAL, &plan, &error);
	if (err) {
		descriptor_file_refuse(file, err, &error);
	} else {
		create_for(file, &plan);
		import_plan_free(&plan);
	}
	descriptor_free(descriptor);
}
