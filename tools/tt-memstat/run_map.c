// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat run --map: assign chips to the runtime's devices by hand. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run_map.h"

/* Parse the @len bytes before the '='. */
static int parse_id(const char *text, size_t len, uint32_t *id)
{
	char digits[16];
	uint64_t number;

	if (!len || len >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, len);
	digits[len] = '\0';
	if (cli_number(digits, &number) || number > INT_MAX)
		return -EINVAL;
	*id = (uint32_t)number;
	return 0;
}

enum cli_status run_map_add(struct run_map *map, const char *text)
{
	const char *equals = strchr(text, '=');
	uint32_t id, chip;

	if (!equals)
		return cli_fail(CLI_USAGE, "--map %s: ID=CHIP is needed, such as 0=tt3", text);
	if (parse_id(text, (size_t)(equals - text), &id))
		return cli_fail(CLI_USAGE, "--map %s: ID: not a device number up to %d: %.*s", text,
				INT_MAX, (int)(equals - text), text);
	if (cli_chip(equals + 1, &chip))
		return cli_fail(CLI_USAGE, "--map %s: CHIP: not a chip name, such as tt3: %s", text,
				equals + 1);
	for (size_t i = 0; i < map->count; i++) {
		if (map->pairs[i].id == id)
			return cli_fail(CLI_USAGE, "--map %s: ID: device %u is already tt%u", text, id,
					map->pairs[i].chip);
		if (map->pairs[i].chip == chip)
			return cli_fail(CLI_USAGE, "--map %s: CHIP: tt%u is already device %u", text,
					chip, map->pairs[i].id);
	}
	if (map->count == RUN_MAP_MAX)
		return cli_fail(CLI_USAGE, "--map %s: more than %d devices", text, RUN_MAP_MAX);
	map->pairs[map->count].id = id;
	map->pairs[map->count++].chip = chip;
	return CLI_OK;
}

void run_map_check(const struct run_map *map)
{
	struct ttmemstat_reader *reader;

	if (ttmemstat_reader_new(&reader, NULL))
		return;
	for (size_t i = 0; i < map->count; i++) {
		struct ttmemstat_chip *chip;
		int err = ttmemstat_reader_chip(reader, map->pairs[i].chip, 0, &chip);

		if (!err)
			ttmemstat_chip_free(chip);
		else if (err == -ENODEV)
			cli_fail(CLI_OK, "device %u is not reported: --map: there is no tt%u",
				 map->pairs[i].id, map->pairs[i].chip);
	}
	ttmemstat_reader_free(reader);
}

int run_map_pass(const struct run_map *map)
{
	char *list = NULL;
	size_t len;
	FILE *out;
	int err;

	if (!map->count)
		return 0;
	out = open_memstream(&list, &len);
	if (!out)
		return -ENOMEM;
	for (size_t i = 0; i < map->count; i++)
		fprintf(out, "%u:%u ", map->pairs[i].id, map->pairs[i].chip);
	err = fclose(out) ? -ENOMEM : 0;
	if (!err && setenv("TT_MEMSTAT_MAP", list, 1))
		err = -errno;
	free(list);
	return err;
}
