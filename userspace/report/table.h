/* SPDX-License-Identifier: LGPL-2.1-or-later OR MIT */
/*
 * A hash table of objects with a node, keyed by address. It never shrinks; if it cannot grow, it
 * gets slower.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct node {
	const void *key;
	struct node *next;
};

struct table {
	struct node **heads;
	size_t mask;
	size_t count;
};

#define TABLE_FIRST	256

static inline struct node **table_head(const struct table *table, const void *key)
{
	return &table->heads[((uintptr_t)key >> 4) * 0x9e3779b97f4a7c15u >> 32 & table->mask];
}

static inline struct node *table_find(const struct table *table, const void *key)
{
	struct node *node = table->heads ? *table_head(table, key) : NULL;

	while (node && node->key != key)
		node = node->next;
	return node;
}

static inline void table_grow(struct table *table)
{
	struct table bigger = { .mask = table->heads ? table->mask * 2 + 1 : TABLE_FIRST - 1 };

	bigger.heads = calloc(bigger.mask + 1, sizeof(*bigger.heads));
	if (!bigger.heads)
		return;
	for (size_t i = 0; table->heads && i <= table->mask; i++) {
		for (struct node *node = table->heads[i], *next; node; node = next) {
			struct node **head = table_head(&bigger, node->key);

			next = node->next;
			node->next = *head;
			*head = node;
		}
	}
	free(table->heads);
	table->heads = bigger.heads;
	table->mask = bigger.mask;
}

/* False: no memory for the first table. */
static inline int table_add(struct table *table, struct node *node, const void *key)
{
	struct node **head;

	if (!table->heads || table->count > table->mask)
		table_grow(table);
	if (!table->heads)
		return 0;
	head = table_head(table, key);
	node->key = key;
	node->next = *head;
	*head = node;
	table->count++;
	return 1;
}

static inline void table_remove(struct table *table, struct node *node)
{
	struct node **link = table_head(table, node->key);

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
	table->count--;
}

#endif
