/* bench/sweep.c - a register against many policies: who matches, who nearly does.
 *
 *	bench_sweep --write DIR    the register as DIR/rows.csv and the policies as SQL conditions, DIR/policies.json
 *	bench_sweep [COUNTS.json]  sweeps them; with a rival's counts and seconds, compares
 *
 * 1,000,000 enterprises of six categories and six numbers, 2,000 policies of
 * three to eight conditions, seeded.  ROWS and POLICIES change that.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dmn/dmn.h"
#include "fmt/json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { CATEGORIES = 6, NUMBERS = 6, FACTS = CATEGORIES + NUMBERS };

static const unsigned kinds[CATEGORIES] = {20, 6, 12, 4, 90, 2}; /* values of each category */
static const unsigned tops[NUMBERS] = {100000, 500, 80, 20000, 1000, 365};

static uint64_t state = 1;

static unsigned below(unsigned n)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)((state >> 11) % n);
}

static size_t setting(const char *name, size_t fallback)
{
	const char *v = getenv(name);
	return v ? strtoull(v, NULL, 10) : fallback;
}

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A row: categories, then numbers; numbers lean to the small, and some are missing. */
struct row {
	unsigned v[FACTS];
	bool missing[FACTS];
};

static void random_row(struct row *r)
{
	for (int i = 0; i < CATEGORIES; i++) {
		unsigned a = below(kinds[i]), b = below(kinds[i]);
		r->v[i] = a < b ? a : b;
		r->missing[i] = false;
	}
	for (int i = 0; i < NUMBERS; i++) {
		unsigned a = below(tops[i]);
		r->v[CATEGORIES + i] = below(2) ? a : a / 8;
		r->missing[CATEGORIES + i] = !below(20);
	}
}

static const char *fact_name(int i)
{
	static char name[16];
	snprintf(name, sizeof name, "%c%d", i < CATEGORIES ? 'c' : 'n', i < CATEGORIES ? i : i - CATEGORIES);
	return name;
}

/* One condition, in FEEL and in SQL. */
static void condition(struct yz_buf *feel, struct yz_buf *sql, int fact)
{
	const char *name = fact_name(fact);
	if (fact < CATEGORIES) {
		unsigned n = 1 + below(kinds[fact] / 2 + 1);
		yz_buf_printf(feel, "%s in (", name);
		yz_buf_printf(sql, "%s in (", name);
		for (unsigned i = 0; i < n; i++) {
			unsigned k = below(kinds[fact]);
			yz_buf_printf(feel, "%s\"k%u\"", i ? "," : "", k);
			yz_buf_printf(sql, "%s'k%u'", i ? "," : "", k);
		}
		yz_buf_addz(feel, ")");
		yz_buf_addz(sql, ")");
		return;
	}
	unsigned top = tops[fact - CATEGORIES], a = below(top), b = a + below(top);
	switch (below(3)) {
	case 0:
		yz_buf_printf(feel, "%s &gt;= %u", name, a / 4);
		yz_buf_printf(sql, "%s >= %u", name, a / 4);
		break;
	case 1:
		yz_buf_printf(feel, "%s &lt; %u", name, b);
		yz_buf_printf(sql, "%s < %u", name, b);
		break;
	default:
		yz_buf_printf(feel, "%s between %u and %u", name, a / 4, b);
		yz_buf_printf(sql, "%s between %u and %u", name, a / 4, b);
	}
}

/* Three to eight conditions, some of them one of two. */
static void policy(struct yz_buf *feel, struct yz_buf *sql)
{
	unsigned n = 3 + below(6);
	for (unsigned i = 0; i < n; i++) {
		bool either = !below(5);
		yz_buf_addz(feel, i ? " and " : "");
		yz_buf_addz(sql, i ? " and " : "");
		if (either) {
			yz_buf_addz(feel, "(");
			yz_buf_addz(sql, "(");
		}
		condition(feel, sql, (int)below(FACTS));
		if (either) {
			yz_buf_addz(feel, " or ");
			yz_buf_addz(sql, " or ");
			condition(feel, sql, (int)below(FACTS));
			yz_buf_addz(feel, ")");
			yz_buf_addz(sql, ")");
		}
	}
}

static struct yz_str model(struct yz_arena *a, size_t policies, FILE *sql_out)
{
	struct yz_buf b, sql;
	yz_buf_init(&b, a, 1 << 28);
	yz_buf_addz(&b, "<definitions xmlns='https://www.omg.org/spec/DMN/20230324/MODEL/' id='m' name='m' namespace='urn:m'>");
	for (int i = 0; i < FACTS; i++)
		yz_buf_printf(&b, "<inputData id='%1$s' name='%1$s'><variable name='%1$s' typeRef='%2$s'/></inputData>", fact_name(i),
			      i < CATEGORIES ? "string" : "number");
	state = 4242;
	for (size_t p = 0; p < policies; p++) {
		yz_buf_init(&sql, a, 1 << 16);
		yz_buf_printf(&b, "<decision id='p%1$zu' name='p%1$zu'><variable name='p%1$zu' typeRef='boolean'/>", p);
		for (int i = 0; i < FACTS; i++)
			yz_buf_printf(&b, "<informationRequirement><requiredInput href='#%s'/></informationRequirement>", fact_name(i));
		yz_buf_addz(&b, "<literalExpression><text>");
		policy(&b, &sql);
		yz_buf_addz(&b, "</text></literalExpression></decision>");
		if (sql_out)
			fprintf(sql_out, "%s\"%s\"", p ? ",\n" : "[", sql.ptr);
	}
	if (sql_out)
		fprintf(sql_out, "]\n");
	yz_buf_addz(&b, "</definitions>");
	return yz_buf_str(&b);
}

static int write_out(const char *folder, size_t rows, size_t policies)
{
	char path[4096];
	struct yz_arena *a = yz_arena_create(0);
	snprintf(path, sizeof path, "%s/policies.json", folder);
	FILE *f = fopen(path, "w");
	if (!f)
		return perror(path), 1;
	model(a, policies, f);
	fclose(f);
	yz_arena_destroy(a);
	snprintf(path, sizeof path, "%s/rows.csv", folder);
	if (!(f = fopen(path, "w")))
		return perror(path), 1;
	for (int i = 0; i < FACTS; i++)
		fprintf(f, "%s%s", i ? "," : "", fact_name(i));
	fputc('\n', f);
	state = 7;
	for (size_t r = 0; r < rows; r++) {
		struct row row;
		random_row(&row);
		for (int i = 0; i < FACTS; i++) {
			if (i)
				fputc(',', f);
			if (!row.missing[i])
				fprintf(f, i < CATEGORIES ? "k%u" : "%u", row.v[i]);
		}
		fputc('\n', f);
	}
	return fclose(f) ? 1 : 0;
}

static struct yz_feel_value value(struct yz_str (*names)[100], const struct row *r, int i)
{
	if (r->missing[i])
		return (struct yz_feel_value){0};
	return i < CATEGORIES ? yz_feel_string(names[0][r->v[i]]) : yz_feel_int(r->v[i]);
}

static struct yz_dmn_sheet *register_of(const struct yz_dmn_fact *facts, size_t rows, double *seconds)
{
	static char texts[100][8];
	static struct yz_str names[1][100];
	struct yz_err err = {0};
	for (unsigned i = 0; i < 100; i++) {
		snprintf(texts[i], sizeof texts[i], "k%u", i);
		names[0][i] = yz_str(texts[i]);
	}
	struct yz_dmn_sheet *s = yz_dmn_sheet_create(facts, FACTS);
	state = 7;
	for (size_t r = 0; r < rows; r++) {
		struct row row;
		struct yz_feel_value v[FACTS];
		random_row(&row);
		for (int i = 0; i < FACTS; i++)
			v[i] = value(names, &row, i);
		yz_dmn_sheet_add(s, v, &err);
	}
	double begin = now();
	yz_dmn_sheet_close(s);
	*seconds = now() - begin;
	return s;
}

static int compare(struct yz_arena *a, const char *path, const size_t *counts, size_t n, double ours)
{
	struct yz_err err = {0};
	const struct yz_json *j = yz_json_load(a, path, NULL, &err), *theirs = yz_json_get(j, "counts");
	if (!j || yz_json_len(theirs) != n)
		return fprintf(stderr, "%s: no counts\n", path), 1;
	size_t differ = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t c = -1;
		yz_str_int(yz_json_at(theirs, i)->text, &c);
		differ += (size_t)c != counts[i];
	}
	double seconds = strtod(yz_str_z(a, yz_json_get(j, "seconds")->text), NULL);
	printf("DuckDB, a count a policy: %.2f s of a core; ours: %.3f s: %.0f times; %zu of %zu counts differ\n", seconds, ours,
	       seconds / ours, differ, n);
	return differ != 0;
}

int main(int argc, char **argv)
{
	size_t rows = setting("ROWS", 1000000), policies = setting("POLICIES", 2000), nfacts, matches = 0, nears = 0;
	if (argc == 3 && !strcmp(argv[1], "--write"))
		return write_out(argv[2], rows, policies);
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	char text[512];
	double begin = now(), built;
	const struct yz_dmn_source source = {YZ_LIT("policies.dmn"), model(a, policies, NULL)};
	const struct yz_dmn *m = yz_dmn_load(a, &source, 1, NULL, NULL, &err);
	if (!m)
		return fprintf(stderr, "%s\n", yz_err_print(&err, text, sizeof text)), 1;
	const struct yz_dmn_fact *facts = yz_dmn_facts(a, m, &nfacts);
	const struct yz_dmn_node **nodes = yz_new_n(a, policies, const struct yz_dmn_node *);
	for (size_t i = 0; i < policies; i++)
		nodes[i] = yz_dmn_find(m, yz_str_printf(a, "p%zu", i));
	const struct yz_dmn_rules *r = yz_dmn_rules_new(a, m, nodes, policies, facts, nfacts, NULL);
	printf("%zu policies loaded and planned: %.2f s\n", policies, now() - begin);
	struct yz_dmn_sheet *s = register_of(facts, rows, &built);
	printf("%zu rows indexed: %.2f s, %.0f MB\n", rows, built, (double)yz_dmn_sheet_bytes(s) / 1e6);

	struct yz_dmn_swept w;
	size_t *counts = yz_new_n(a, policies, size_t);
	yz_dmn_swept_init(&w, s);
	begin = now();
	for (size_t i = 0; i < policies; i++) {
		yz_dmn_sweep(r, i, s, (struct yz_feel_value){0}, &w);
		counts[i] = w.nmatch;
		matches += w.nmatch;
		nears += w.nnear;
	}
	double swept = now() - begin;
	printf("%zu policies swept, matches and near matches: %.3f s (%.0f and %.0f a policy)\n", policies, swept,
	       (double)matches / (double)policies, (double)nears / (double)policies);

	struct yz_feel_value record[FACTS];
	uint8_t *answers = yz_alloc(a, policies);
	struct yz_arena *scratch = yz_arena_create(0);
	enum { RECORDS = 200 };
	begin = now();
	for (size_t k = 0; k < RECORDS; k++) {
		struct yz_feel_run run;
		yz_arena_reset(scratch);
		yz_feel_run_init(&run, scratch);
		for (size_t f = 0; f < nfacts; f++)
			record[f] = yz_dmn_sheet_value(s, k * 37 % rows, f);
		yz_dmn_sweep_record(r, record, &run, answers);
	}
	printf("one changed record against %zu policies: %.0f us\n", policies, (now() - begin) / RECORDS * 1e6);
	begin = now();
	for (size_t k = 0; k < RECORDS; k++) {
		struct yz_feel_run run;
		struct yz_dmn_eval e;
		yz_arena_reset(scratch);
		yz_feel_run_init(&run, scratch);
		for (size_t f = 0; f < nfacts; f++)
			record[f] = yz_dmn_sheet_value(s, k * 37 % rows, f);
		yz_dmn_begin(&e, m, &run);
		e.explain = true;
		yz_dmn_set_record(&e, facts, nfacts, record);
		yz_dmn_decide(&e, nodes[k % policies]);
	}
	printf("one pair decided and explained: %.1f us\n", (now() - begin) / RECORDS * 1e6);
	yz_dmn_swept_finish(&w);
	int status = argc > 1 ? compare(a, argv[1], counts, policies, swept) : 0;
	yz_dmn_sheet_destroy(s);
	yz_arena_destroy(scratch);
	yz_arena_destroy(a);
	return status;
}
