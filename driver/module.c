// SPDX-License-Identifier: GPL-2.0-only
/*
 * The works of the module, and the references of objects whose release is its code: unloading waits
 * until none of that runs any more.
 */
#include "private.h"

struct workqueue_struct *ttmem_wq, *ttmem_end_wq;

static atomic_t ttmem_module_refs = ATOMIC_INIT(1);	/* one of the module's own */
static DECLARE_COMPLETION(ttmem_module_unused);

void ttmem_module_ref_get(void)
{
	atomic_inc(&ttmem_module_refs);
}

/*
 * Call this last in a release function, and do not sleep after it: unloading waits for an RCU tasks
 * grace period and relies on that.
 */
void ttmem_module_ref_put(void)
{
	if (atomic_dec_and_test(&ttmem_module_refs))
		complete(&ttmem_module_unused);
}

int ttmem_module_init(void)
{
	ttmem_wq = alloc_workqueue("tt_memstat", WQ_UNBOUND, 0);
	if (!ttmem_wq)
		return -ENOMEM;
	ttmem_end_wq = alloc_workqueue("tt_memstat_end", WQ_UNBOUND, 0);
	if (ttmem_end_wq)
		return 0;
	destroy_workqueue(ttmem_wq);
	return -ENOMEM;
}

/*
 * Wait until no reference is left, and no task is on its way out of a release: each has slept or
 * left the kernel since.
 */
void ttmem_module_exit(void)
{
	ttmem_module_ref_put();
	wait_for_completion(&ttmem_module_unused);
	synchronize_rcu_tasks();
	destroy_workqueue(ttmem_end_wq);
	destroy_workqueue(ttmem_wq);
}
