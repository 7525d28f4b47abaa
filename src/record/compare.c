/* SPDX-License-Identifier: Apache-2.0 */
#include "record/row.h"

/* A rule is asked about one person, or at most so many (a household). */
enum { PERSONS_MOST = 50, DOUBTS_MOST = 500 };

/* A few values a rule: far less than a page may cost. */
static const struct yz_feel_limits limits = {.steps = 500000};

struct comparing {
	struct yz_conn *conn;
	struct yz_arena *a;
	const struct yz_record_env *env;
	const struct yz_compare_asked *asked;
	const struct yz_comparison *comparison;
	struct yz_feel_run run;
	YZ_VEC(struct yz_doubt) doubts;
	YZ_VEC(struct yz_pull) pulls; /* one a record, however many rules read it */
	struct yz_map registers;
};

static struct yz_feel_value value_of(struct yz_arena *a, const struct yz_reg_field *f, struct yz_str kept)
{
	struct yz_feel_value v = {0};
	if (kept.len)
		yz_feel_read(a, yz_reg_feel_kind(f->type), kept, &v);
	return v;
}

static struct yz_feel_value record_value(struct comparing *c, const struct yz_register *g, const struct yz_record *k)
{
	struct yz_feel_entry *e = yz_new_n(c->a, g->nfields, struct yz_feel_entry);
	for (size_t i = 0; i < g->nfields; i++)
		e[i] = (struct yz_feel_entry){g->fields[i].name, value_of(c->a, &g->fields[i], k->values[i])};
	return yz_feel_context(c->a, e, g->nfields);
}

/* record and records first, then the facts it names; what nobody told is null. */
static struct yz_feel_value eval(struct comparing *c, const struct yz_feel *f, struct yz_feel_value record, struct yz_feel_value records)
{
	size_t n;
	const struct yz_feel_name *names = yz_feel_names(f, &n);
	struct yz_feel_value *inputs = yz_new_n(c->a, n, struct yz_feel_value);
	inputs[0] = record;
	inputs[1] = records;
	for (size_t i = 2; i < n; i++) {
		const struct yz_feel_value *v = c->asked->facts.kind == YZ_FEEL_CONTEXT ? yz_feel_get(c->asked->facts, names[i].name) : NULL;
		if (v)
			inputs[i] = *v;
		else if (yz_str_eqz(names[i].name, "facts"))
			inputs[i] = c->asked->facts;
	}
	yz_feel_run_again(&c->run);
	return yz_feel_eval(f, &c->run, inputs);
}

static const struct yz_register *register_of(struct comparing *c, const struct yz_compare_rule *rule, struct yz_err *err)
{
	const struct yz_register *g = yz_map_get(&c->registers, rule->reg);
	if (g)
		return g;
	if (!(g = yz_register_load(c->conn, c->a, rule->reg, err)))
		return NULL;
	if (!yz_register_shared(g, c->asked->org, c->comparison->purpose))
		return yz_fail_null(err, YZ_FORBIDDEN, "the register %.*s is not shared with %.*s for %.*s", YZ_P(g->key), YZ_P(c->asked->org),
				    YZ_P(c->comparison->purpose));
	yz_map_put(&c->registers, rule->reg, (void *)g);
	return g;
}

static bool gather(struct comparing *c, const struct yz_register *g, const struct yz_compare_rule *rule, struct yz_feel_value by,
		   struct yz_records *out, struct yz_err *err)
{
	struct yz_feel_value one[1] = {by};
	size_t field = yz_register_field(g, rule->find), n = by.kind == YZ_FEEL_LIST ? yz_feel_len(by) : 1;
	*out = (struct yz_records){0};
	if (n > PERSONS_MOST)
		return yz_fail(err, YZ_LIMIT, "a rule asks about more than %d", PERSONS_MOST);
	for (size_t i = 0; i < n; i++) {
		struct yz_feel_value v = by.kind == YZ_FEEL_LIST ? yz_feel_at(by, i) : one[0];
		struct yz_records some;
		if (v.kind == YZ_FEEL_NULL)
			continue;
		if (!yz_record_find(c->conn, c->a, c->env, g, field, yz_feel_text(c->a, v), &some, err))
			return false;
		struct yz_record *all = yz_new_n(c->a, out->len + some.len, struct yz_record);
		if (out->len)
			memcpy(all, out->at, out->len * sizeof *all);
		if (some.len)
			memcpy(all + out->len, some.at, some.len * sizeof *all);
		*out = (struct yz_records){all, out->len + some.len};
	}
	return true;
}

static void pulled(struct comparing *c, const struct yz_register *g, const struct yz_compare_rule *rule, const struct yz_record *k)
{
	for (size_t i = 0; i < c->pulls.len; i++)
		if (c->pulls.at[i].record == k->id) {
			c->pulls.at[i].what = yz_str_printf(c->a, "%.*s %.*s", YZ_P(c->pulls.at[i].what), YZ_P(rule->key));
			return;
		}
	*yz_vec_push(c->a, &c->pulls) = (struct yz_pull){.record = k->id, .reg = g->key, .subject = yz_str(k->subject), .what = rule->key,
							 .case_id = c->asked->case_id, .purpose = c->comparison->purpose,
							 .by_person = c->env->actor, .at = c->env->now};
}

static bool doubt(struct comparing *c, const struct yz_register *g, const struct yz_compare_rule *rule, const struct yz_record *k,
		  struct yz_err *err)
{
	size_t field = yz_register_field(g, rule->field);
	if (c->doubts.len >= DOUBTS_MOST)
		return yz_fail(err, YZ_LIMIT, "more than %d doubts", DOUBTS_MOST);
	*yz_vec_push(c->a, &c->doubts) = (struct yz_doubt){
		.rule = rule->key, .reg = g->key, .register_name = g->name, .field = rule->field, .text = rule->text,
		.severity = rule->severity, .record = k ? k->id : 0,
		.value = k && field != SIZE_MAX ? yz_record_show(c->a, &g->fields[field], k->values[field], true) : YZ_LIT("")};
	return true;
}

static bool apply(struct comparing *c, const struct yz_compare_rule *rule, struct yz_err *err)
{
	const struct yz_register *g = register_of(c, rule, err);
	struct yz_compare_code code;
	struct yz_records found;
	struct yz_feel_value null = {0};
	if (!g || !yz_compare_compile(c->a, rule, g, &code, NULL, err))
		return false;
	struct yz_feel_value by = eval(c, code.by, null, null);
	if (by.kind == YZ_FEEL_NULL)
		return true;
	if (!gather(c, g, rule, by, &found, err))
		return false;
	struct yz_feel_value *values = yz_new_n(c->a, found.len, struct yz_feel_value);
	for (size_t i = 0; i < found.len; i++) {
		values[i] = record_value(c, g, &found.at[i]);
		pulled(c, g, rule, &found.at[i]);
	}
	struct yz_feel_value all = yz_feel_list(values, found.len);
	if (rule->all || rule->absent) {
		bool asked = !rule->absent || !found.len;
		bool holds = asked && (!code.when || yz_feel_is_true(eval(c, code.when, found.len ? values[0] : null, all)));
		return !holds || doubt(c, g, rule, found.len ? &found.at[0] : NULL, err);
	}
	for (size_t i = 0; i < found.len; i++)
		if ((!code.when || yz_feel_is_true(eval(c, code.when, values[i], all))) && !doubt(c, g, rule, &found.at[i], err))
			return false;
	return true;
}

bool yz_record_compare(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_compare_asked *asked,
		       struct yz_compared *out, struct yz_err *err)
{
	struct comparing c = {.conn = conn, .a = a, .env = env, .asked = asked};
	yz_map_init(&c.registers, a);
	yz_feel_run_init(&c.run, a);
	c.run.limits = &limits;
	c.run.now = yz_feel_instant(env->now, env->offset);
	*out = (struct yz_compared){0};
	if (!(c.comparison = yz_comparison_load(conn, a, asked->comparison, err)))
		return false;
	for (size_t i = 0; i < c.comparison->nrules; i++)
		if (!apply(&c, &c.comparison->rules[i], err))
			return yz_fail_in(err, "comparison %.*s, rule %.*s", YZ_P(asked->comparison), YZ_P(c.comparison->rules[i].key));
	*out = (struct yz_compared){.doubts = c.doubts.at, .ndoubts = c.doubts.len, .name = c.comparison->name,
				    .purpose = c.comparison->purpose, .pulls = c.pulls.at, .npulls = c.pulls.len};
	return true;
}

bool yz_compared_keep(struct yz_conn *conn, struct yz_arena *a, const struct yz_record_env *env, const struct yz_compare_asked *asked,
		      const struct yz_compared *compared, struct yz_err *err)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, 200000);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "comparison", asked->comparison);
	yz_jw_kstr(&j, "purpose", compared->purpose);
	yz_jw_kint(&j, "doubts", (int64_t)compared->ndoubts);
	yz_jw_key(&j, "records");
	yz_jw_array(&j);
	for (size_t i = 0; i < compared->npulls; i++) {
		if (!yz_pull_add(conn, &compared->pulls[i], err))
			return false;
		yz_jw_int(&j, compared->pulls[i].record);
	}
	yz_jw_end(&j, ']');
	yz_jw_end(&j, '}');
	return yz_record_note(conn, env, "register.compare", "case", asked->case_id, asked->comparison, yz_buf_str(&b), err);
}
