// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Prints the DRAM in use of cards and of their processes. It reads the files itself, as a monitor may
 * that identifies cards by PCI address.
 *
 *   ttmemstat-files PCI-ADDRESS...
 */
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Reads one figure of a chip or a client. An unknown figure is absent from the file. */
static bool figure(const char *dir, const char *key, unsigned long long *value)
{
	char path[PATH_MAX], name[64];
	bool found = false;
	FILE *file;

	snprintf(path, sizeof(path), "%s/stat", dir);
	file = fopen(path, "r");
	while (file && !found && fscanf(file, "%63s %llu", name, value) == 2)
		found = strcmp(name, key) == 0;
	if (file)
		fclose(file);
	return found;
}

static void print(const char *what, const char *dir, const char *key)
{
	unsigned long long value;

	if (figure(dir, key, &value))
		printf(" %s %llu", what, value);
	else
		printf(" %s unknown", what);
}

static void print_clients(const char *chip)
{
	char pattern[PATH_MAX];
	glob_t clients = { 0 };

	snprintf(pattern, sizeof(pattern), "%s/clients/*", chip);
	glob(pattern, 0, NULL, &clients);
	for (size_t i = 0; i < clients.gl_pathc; i++) {
		printf(" ");
		print("pid", clients.gl_pathv[i], "pid");
		print("dram", clients.gl_pathv[i], "dram_used");
		putchar('\n');
	}
	globfree(&clients);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		char pattern[PATH_MAX];
		glob_t chips = { 0 };

		/* Includes the remote chips behind the card. */
		snprintf(pattern, sizeof(pattern), "/sys/bus/pci/devices/%s/tt_memstat/tt*", argv[i]);
		glob(pattern, 0, NULL, &chips);
		for (size_t j = 0; j < chips.gl_pathc; j++) {
			printf("%s", strrchr(chips.gl_pathv[j], '/') + 1);
			print("dram", chips.gl_pathv[j], "dram_used");
			print("of", chips.gl_pathv[j], "dram_capacity");
			putchar('\n');
			print_clients(chips.gl_pathv[j]);
		}
		globfree(&chips);
	}
	return 0;
}
