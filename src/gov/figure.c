/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/figure.h"

#include <string.h>

bool yz_figure_any(const struct yz_figure *f)
{
#define X(name) f->name ||
	return YZ_FIGURES(X) false;
#undef X
}

void yz_figure_sum(struct yz_figure *dst, const struct yz_figure *f)
{
#define X(name) dst->name += f->name;
	YZ_FIGURES(X)
#undef X
}

#define SUM(name) ", " #name " = k." #name " + excluded." #name
/* The numbers of the figure are $1 to $21, the key behind. */
#define UPSERT(table, key, values)                                                                                           \
	"INSERT INTO " table " AS k (received" YZ_FIGURES_MORE(YZ_FIGURE_NAME) ", " key ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "   \
	"$11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, " values ") "                                                \
	"ON CONFLICT (" key ") DO UPDATE SET received = k.received + excluded.received" YZ_FIGURES_MORE(SUM)
#define VALUE(name) , YZ_I(f->name)
#define NUMBERS YZ_I(f->received) YZ_FIGURES_MORE(VALUE)

/* Where the day was put together: today as well, by a server whose clock is ahead of this one's. */
static bool add_to_sums(struct yz_conn *conn, const char *day, struct yz_str org, const struct yz_figure *f, struct yz_err *err)
{
	int64_t there;
	if (!yz_select_int(conn, &there, 0, err, "SELECT COUNT(*) FROM figure_put WHERE day >= $1", YZ_Z(day)))
		return false;
	return !there || (yz_exec(conn, err, UPSERT("figure_month", "month, org, item, post, person", "$22, $23, $24, $25, $26"), NUMBERS,
				  YZ_S(yz_str_n(day, 7)), YZ_S(org), YZ_S(f->item), YZ_S(f->post), YZ_I(f->person)) &&
			  yz_exec(conn, err, UPSERT("figure_day", "day, org", "$22, $23"), NUMBERS, YZ_Z(day), YZ_S(org)));
}

bool yz_figure_add(struct yz_site *site, struct yz_conn *conn, struct yz_str org, yz_instant at, const struct yz_figure *f,
		   struct yz_err *err)
{
	char text[16];
	yz_day_print(yz_instant_day(at, site->offset), text);
	return yz_exec(conn, err, UPSERT("figure", "day, org, item, post, person", "$22, $23, $24, $25, $26"), NUMBERS, YZ_Z(text), YZ_S(org),
		       YZ_S(f->item), YZ_S(f->post), YZ_I(f->person)) &&
	       add_to_sums(conn, text, org, f, err);
}

#undef SUM
#undef UPSERT
#undef VALUE
#undef NUMBERS

struct kept {
	const char *key;
	struct yz_str text;
	int64_t n; /* 0: it is a text */
};

/* In its place by the order of keys: canonical form has them so. */
static size_t keep(struct kept *kept, size_t count, const char *key, struct yz_str text, int64_t n)
{
	size_t i = count;
	for (; i && strcmp(kept[i - 1].key, key) > 0; i--)
		kept[i] = kept[i - 1];
	kept[i] = (struct kept){key, text, n};
	return count + 1;
}

void yz_figure_say(struct yz_jw *w, struct yz_str org, const struct yz_figure *f)
{
#define ONE(name) +1
	struct kept kept[4 YZ_FIGURES(ONE)];
#undef ONE
	size_t n = 0;
	n = keep(kept, n, "org", org, 0);
	if (f->item.len)
		n = keep(kept, n, "item", f->item, 0);
	if (f->post.len)
		n = keep(kept, n, "post", f->post, 0);
	if (f->person)
		n = keep(kept, n, "person", (struct yz_str){0}, f->person);
#define X(name)                                                                                                                  \
	if (f->name)                                                                                                             \
		n = keep(kept, n, #name, (struct yz_str){0}, f->name);
	YZ_FIGURES(X)
#undef X
	yz_jw_key(w, "kept");
	yz_jw_object(w);
	for (size_t i = 0; i < n; i++)
		if (kept[i].n)
			yz_jw_kint(w, kept[i].key, kept[i].n);
		else
			yz_jw_kstr(w, kept[i].key, kept[i].text);
	yz_jw_end(w, '}');
}

struct yz_str yz_figure_text(struct yz_arena *a, struct yz_str org, const struct yz_figure *f)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, a, 4096);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	yz_figure_say(&w, org, f);
	yz_jw_end(&w, '}');
	struct yz_str s = yz_buf_str(&b);
	return yz_str_n(s.ptr + 1, s.len - 2);
}

static int64_t number(const struct yz_json *v, const char *key)
{
	const struct yz_json *m = yz_json_get(v, key);
	int64_t n;
	return yz_json_is(m, YZ_JSON_NUMBER) && yz_str_int(m->text, &n) ? n : 0;
}

bool yz_figure_said(const struct yz_json *body, struct yz_str *org, struct yz_figure *f)
{
	const struct yz_json *kept = yz_json_get(body, "kept");
	if (!yz_json_is(kept, YZ_JSON_OBJECT))
		return false;
	*org = yz_json_str(kept, "org");
	*f = (struct yz_figure){.item = yz_json_str(kept, "item"), .post = yz_json_str(kept, "post"), .person = number(kept, "person")};
#define X(name) f->name = number(kept, #name);
	YZ_FIGURES(X)
#undef X
	return true;
}

bool yz_figure_stage(struct yz_site *site, struct yz_conn *conn, const struct yz_stage *stage, struct yz_err *err)
{
	char month[16];
	yz_day_print(yz_instant_day(stage->at, site->offset), month);
	return yz_exec(conn, err,
		       "INSERT INTO stage_figure (month, org, item, node, name, n, spent) VALUES ($1, $2, $3, $4, $5, $6, $7) "
		       "ON CONFLICT (month, org, item, node) DO UPDATE SET name = excluded.name, n = stage_figure.n + excluded.n, "
		       "spent = stage_figure.spent + excluded.spent",
		       YZ_S(yz_str_n(month, 7)), YZ_S(stage->org), YZ_S(stage->item), YZ_S(stage->node), YZ_S(stage->name), YZ_I(stage->n), YZ_I(stage->spent));
}

void yz_figure_stages_say(struct yz_jw *w, const struct yz_stage *stages, size_t n)
{
	yz_jw_key(w, "stages");
	yz_jw_array(w);
	for (size_t i = 0; i < n; i++) {
		yz_jw_object(w);
		yz_jw_kint(w, "at", stages[i].at);
		yz_jw_kstr(w, "item", stages[i].item);
		yz_jw_kint(w, "n", stages[i].n);
		yz_jw_kstr(w, "node", stages[i].node);
		yz_jw_kstr(w, "org", stages[i].org);
		yz_jw_kint(w, "spent", stages[i].spent);
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
}

bool yz_figure_stage_said(const struct yz_json *v, struct yz_stage *out)
{
	*out = (struct yz_stage){.org = yz_json_str(v, "org"), .item = yz_json_str(v, "item"), .node = yz_json_str(v, "node"), .n = number(v, "n"),
				 .spent = number(v, "spent"), .at = number(v, "at")};
	return out->node.len && out->n && out->at;
}
