/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/* Lists through their members: a ring with a head, and a chain with the place that points to it. */
#ifndef TTMEM_SHIM_LIST_H
#define TTMEM_SHIM_LIST_H

#include <linux/kernel.h>

static inline void INIT_LIST_HEAD(struct list_head *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool list_empty(const struct list_head *head)
{
	return head->next == head;
}

static inline bool list_is_singular(const struct list_head *head)
{
	return !list_empty(head) && head->next == head->prev;
}

static inline void list_add_tail(struct list_head *item, struct list_head *head)
{
	item->prev = head->prev;
	item->next = head;
	head->prev->next = item;
	head->prev = item;
}

static inline void list_del(struct list_head *item)
{
	item->prev->next = item->next;
	item->next->prev = item->prev;
	item->next = NULL;
	item->prev = NULL;
}

static inline void list_del_init(struct list_head *item)
{
	list_del(item);
	INIT_LIST_HEAD(item);
}

#define list_entry(item, type, member)	container_of(item, type, member)
#define list_first_entry(head, type, member)	list_entry((head)->next, type, member)
#define list_next_entry(pos, member) \
	list_entry((pos)->member.next, __typeof__(*(pos)), member)

#define list_for_each_entry(pos, head, member) \
	for (pos = list_first_entry(head, __typeof__(*(pos)), member); &pos->member != (head); \
	     pos = list_next_entry(pos, member))
/* The current one may be deleted. */
#define list_for_each_entry_safe(pos, after, head, member) \
	for (pos = list_first_entry(head, __typeof__(*(pos)), member), \
	     after = list_next_entry(pos, member); &pos->member != (head); \
	     pos = after, after = list_next_entry(after, member))

static inline void hlist_add_head(struct hlist_node *node, struct hlist_head *head)
{
	node->next = head->first;
	node->pprev = &head->first;
	if (head->first)
		head->first->pprev = &node->next;
	head->first = node;
}

static inline void hlist_del(struct hlist_node *node)
{
	*node->pprev = node->next;
	if (node->next)
		node->next->pprev = node->pprev;
}

#define shim_hlist_entry(node, type, member) __extension__ ({ \
	struct hlist_node *shim_node = (node); \
	shim_node ? container_of(shim_node, type, member) : NULL; })
#define hlist_for_each_entry(pos, head, member) \
	for (pos = shim_hlist_entry((head)->first, __typeof__(*(pos)), member); pos; \
	     pos = shim_hlist_entry(pos->member.next, __typeof__(*(pos)), member))

#endif
