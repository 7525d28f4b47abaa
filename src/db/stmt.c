/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements are literals, so each connection soon holds the few hundred a site
 * has; the least used of a full cache makes room for those put together at run time.
 */
#include "db/private.h"

#include <stdlib.h>
#include <string.h>

static uint64_t hash_of(const char *sql, uint64_t types)
{
	return yz_str_hash(yz_str(sql)) ^ types * 0x9E3779B97F4A7C15u;
}

/* Where a text lies tells most often which it is, and is had for nothing; the text itself decides. */
static struct stmt **by_place(struct yz_conn *c, const char *sql, uint64_t types)
{
	return &c->stmts.place[((uintptr_t)sql >> 3 ^ types * 0x9E3779B97F4A7C15u >> 40) % STMTS];
}

struct stmt *yz_stmt_find(struct yz_conn *c, const char *sql, uint64_t types)
{
	struct stmt **place = by_place(c, sql, types);
	if (*place && (*place)->types == types && strcmp((*place)->sql, sql) == 0) {
		(*place)->used = ++c->stmts.clock;
		return *place;
	}
	uint64_t hash = hash_of(sql, types);
	for (struct stmt *s = c->stmts.bucket[hash % STMTS]; s; s = s->next)
		if (s->hash == hash && s->types == types && strcmp(s->sql, sql) == 0) {
			s->used = ++c->stmts.clock;
			*place = s;
			return s;
		}
	return NULL;
}

static void unlink_and_free(struct yz_conn *c, struct stmt **at)
{
	struct stmt *s = *at;
	*at = s->next;
	for (size_t i = 0; i < STMTS; i++)
		if (c->stmts.place[i] == s)
			c->stmts.place[i] = NULL;
	c->driver->dispose(c, s);
	free(s->index);
	free(s->sql);
	free(s);
	c->stmts.count--;
}

static void drop_least_used(struct yz_conn *c)
{
	struct stmt **least = NULL;
	for (size_t i = 0; i < STMTS; i++)
		for (struct stmt **at = &c->stmts.bucket[i]; *at; at = &(*at)->next)
			if (!least || (*at)->used < (*least)->used)
				least = at;
	unlink_and_free(c, least);
}

struct stmt *yz_stmt_new(struct yz_conn *c, const char *sql, uint64_t types)
{
	if (c->stmts.count >= STMTS)
		drop_least_used(c);
	struct stmt *s = calloc(1, sizeof *s);
	if (!s || !(s->sql = strdup(sql)))
		abort();
	s->hash = hash_of(sql, types);
	s->types = types;
	s->used = ++c->stmts.clock;
	s->next = c->stmts.bucket[s->hash % STMTS];
	c->stmts.bucket[s->hash % STMTS] = s;
	c->stmts.count++;
	return s;
}

void yz_stmt_drop(struct yz_conn *c, struct stmt *s)
{
	struct stmt **at = &c->stmts.bucket[s->hash % STMTS];
	while (*at != s)
		at = &(*at)->next;
	unlink_and_free(c, at);
}

void yz_stmts_clear(struct yz_conn *c)
{
	for (size_t i = 0; i < STMTS; i++)
		while (c->stmts.bucket[i])
			unlink_and_free(c, &c->stmts.bucket[i]);
}
