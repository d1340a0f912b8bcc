// SPDX-License-Identifier: LGPL-2.1-or-later OR MIT
/*
 * Short names of operations, from mangled symbols. Operations of tt-metal are classes whose names
 * end in Operation; functions that run one have the class among their template arguments. For
 * example, ttnn::prim::MatmulDeviceOperation::create_output_tensors() belongs to Matmul. Pure.
 */
#include <ctype.h>
#include <string.h>

#include "names.h"

/* The longest first; the last one identifies operations. */
static const char *const endings[] = { "DescriptorAdapterOperation", "DeviceOperation", "Operation" };

/* Classes with such names are not operations, but common to all. */
static const char *const common[] = { "Device", "Mesh", "OldInfra" };

static bool shorten(const char *word, size_t len, char *name, size_t size)
{
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		const size_t end = strlen(endings[i]);

		if (len > end && !memcmp(word + len - end, endings[i], end)) {
			len -= end;
			for (size_t n = 0; n < sizeof(common) / sizeof(common[0]); n++)
				if (len == strlen(common[n]) && !memcmp(word, common[n], len))
					return false;
			if (len >= size)
				len = size - 1;
			memcpy(name, word, len);
			name[len] = '\0';
			return true;
		}
	}
	return false;
}

/* Skip a substitution or template parameter, S_, S1A_, T0_. */
static const char *skip_reference(const char *at)
{
	const char *end = at + 1;

	while (isdigit((unsigned char)*end) || isupper((unsigned char)*end))
		end++;
	return *end == '_' ? end + 1 : at + 1;
}

/* Skip a literal of a built-in type, such as Lb1E. */
static const char *skip_literal(const char *at)
{
	const char *end = at + 1;

	if (!islower((unsigned char)*end))
		return end;
	for (end++; isdigit((unsigned char)*end) || *end == 'n'; end++)
		;
	return end;
}

/* The length of the word after a number; moves @at past the number. */
static size_t word_length(const char **at)
{
	size_t len = 0;

	for (; isdigit((unsigned char)**at); (*at)++)
		if (len < 10000)
			len = len * 10 + (size_t)(**at - '0');
	return len;
}

bool names_shorten(const char *symbol, char *name, size_t size)
{
	const char *at = symbol, *end = symbol + strlen(symbol);

	if (strncmp(symbol, "_Z", 2) != 0)
		return false;
	for (at += 2; *at;) {
		size_t len;

		if (*at == 'S' || *at == 'T') {
			at = skip_reference(at);
		} else if (*at == 'L') {
			at = skip_literal(at);
		} else if (isdigit((unsigned char)*at)) {
			len = word_length(&at);
			if (len > (size_t)(end - at))
				continue;
			if (shorten(at, len, name, size))
				return true;
			at += len;
		} else {
			at++;
		}
	}
	return false;
}
