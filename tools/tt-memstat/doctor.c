// SPDX-License-Identifier: GPL-2.0-only
/* tt-memstat doctor: options and output. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "cli.h"
#include "tt-memstat.options.h"
#include "doctor.h"

struct request {
	const char *root;
	bool json;
};

static const char *const names[] = {
	[DOCTOR_OK] = "ok", [DOCTOR_NOTE] = "note", [DOCTOR_TODO] = "to do",
};

static enum cli_status parse(int argc, char **argv, struct request *request)
{
	int option;

	memset(request, 0, sizeof(*request));
	while ((option = cli_option(argc, argv)) != -1) {
		switch (option) {
		case MEMSTAT_OPT_JSON:
			request->json = true;
			break;
		case MEMSTAT_OPT_SYSFS_ROOT:
			request->root = optarg;
			break;
		default:
			return cli_stop(option);
		}
	}
	if (optind < argc)
		return cli_fail(CLI_USAGE, "unexpected argument: %s", argv[optind]);
	return CLI_OK;
}

static void print_text(const struct doctor_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct doctor_finding *f = &findings->list[i];

		printf("%-6s %-12s %s%s%s\n", names[f->verdict], f->check, f->subject,
		       *f->subject ? ": " : "", f->what);
		if (*f->advice)
			printf("%-6s %-12s -> %s\n", "", "", f->advice);
	}
}

static bool add_string(struct json_object *object, const char *key, const char *value)
{
	struct json_object *text = json_object_new_string(value);

	return text && !json_object_object_add(object, key, text);
}

static struct json_object *finding_object(const struct doctor_finding *f)
{
	struct json_object *object = json_object_new_object();

	if (object && add_string(object, "check", f->check) &&
	    add_string(object, "verdict", f->verdict == DOCTOR_TODO ? "todo" : names[f->verdict]) &&
	    add_string(object, "subject", f->subject) && add_string(object, "what", f->what) &&
	    add_string(object, "advice", f->advice))
		return object;
	json_object_put(object);
	return NULL;
}

static int print_json(const struct doctor_findings *findings, bool ok)
{
	struct json_object *root = json_object_new_object();
	struct json_object *list = json_object_new_array();
	const char *text = NULL;

	if (!root || !list || json_object_object_add(root, "findings", list)) {
		json_object_put(list);
		json_object_put(root);
		return -ENOMEM;
	}
	for (size_t i = 0; i < findings->count; i++) {
		struct json_object *finding = finding_object(&findings->list[i]);

		if (!finding || json_object_array_add(list, finding)) {
			json_object_put(finding);
			json_object_put(root);
			return -ENOMEM;
		}
	}
	if (!json_object_object_add(root, "ok", json_object_new_boolean(ok)))
		text = json_object_to_json_string_ext(root, JSON_C_TO_STRING_PRETTY);
	if (text)
		puts(text);
	json_object_put(root);
	return text ? 0 : -ENOMEM;
}

enum cli_status cmd_doctor(int argc, char **argv)
{
	struct request request;
	struct doctor_findings findings = { 0 };
	struct doctor_facts facts;
	char reason[CLI_ERROR_LEN];
	bool ok = true;
	enum cli_status status = parse(argc, argv, &request);
	int err;

	if (status)
		return status;
	err = doctor_look(request.root, &facts);
	if (!err) {
		err = doctor_judge(&facts, &findings);
		doctor_facts_free(&facts);
	}
	for (size_t i = 0; i < findings.count; i++)
		ok &= findings.list[i].verdict != DOCTOR_TODO;
	if (!err && request.json)
		err = print_json(&findings, ok);
	else if (!err)
		print_text(&findings);
	doctor_findings_free(&findings);
	if (err)
		return cli_fail(CLI_FAILED, "%s", cli_error(err, reason, sizeof(reason)));
	return cli_finish(ok ? CLI_OK : CLI_FAILED);
}
