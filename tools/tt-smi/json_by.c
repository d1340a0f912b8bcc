// SPDX-License-Identifier: GPL-2.0-only
/* --by as JSON: see json.h. */
#include "json.h"
#include "build.h"

#include <stdlib.h>

void smi_json_by(const struct smi_snapshot *s, enum smi_by by, struct smi_text *out)
{
	struct builder b = { false };
	struct json_object *root = smi_json_root(&b, &s->time, s->host.version), *list, *o;
	struct smi_by_sum *sums;
	struct smi_balance balance;
	size_t count;

	out->failed |= smi_by_sums(&sums, &count, s, by) != 0;
	put_text(&b, root, "by", smi_by_name(by));
	list = array(&b, root, "groups");
	for (size_t i = 0; i < count; i++) {
		o = object(&b, NULL, NULL);
		put_text(&b, o, "name", sums[i].key);
		put_u64(&b, o, "processes", sums[i].processes);
		smi_json_use(&b, o, &sums[i].use);
		append(&b, list, o);
	}
	free(sums);
	smi_balance(&balance, s, NULL);
	smi_json_use(&b, object(&b, root, "other_namespaces"), &balance.foreign);
	smi_json_use(&b, object(&b, root, "not_selected"), &balance.unselected);
	smi_json_use(&b, object(&b, root, "shared"), &balance.shared);
	smi_json_use(&b, object(&b, root, "unaccounted"), &balance.unaccounted);
	smi_json_use(&b, object(&b, root, "total"), &balance.total);
	print(&b, root, false, out);
}
