/* What a guide is for, and what it knows.
 *
 * What the registers know, by the name of the fact.  A fact of another name is asked, so a model that means the
 * applicant says so in the name: 年龄 in a form for an old person is not the age of who fills it in.
 *
 *	fact                                        from
 *	申请人姓名 申请人名称, x-fill applicant.name     the verified name
 *	申请人类型                                    natural or legal person, where the allowed values have a word for it
 *	申请人出生日期 申请人年龄 申请人性别              the verified identity number
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/guide_make.h"

#include "base/utf8.h"
#include "gov/person.h"
#include "text/ident.h"

enum { NUMERAL_MOST = 60 };

/* ---- what it is for ---- */

static bool find_item(struct yz_guide_make *m, struct yz_str code, struct yz_err *err)
{
	const struct yz_version *v = yz_version_now(m->site, m->conn, m->a, code, err);
	if (!v)
		return false;
	if (!v->decision)
		return yz_fail(err, YZ_NOT_FOUND, "item %.*s has no decision to guide by", YZ_P(code));
	m->targets = yz_new(m->a, struct yz_guide_target);
	m->targets[0].version = v;
	m->ntargets = 1;
	m->what = yz_str_printf(m->a, "item:%.*s", YZ_P(v->code));
	return true;
}

/* Those that can be done, round by round, each round as the bundle lists them. */
static void order_targets(struct yz_guide_make *m)
{
	struct yz_guide_target *sorted = yz_new_n(m->a, m->ntargets, struct yz_guide_target);
	bool *taken = yz_new_n(m->a, m->ntargets, bool);
	for (size_t n = 0; n < m->ntargets;) {
		size_t next = SIZE_MAX, first = SIZE_MAX;
		for (size_t i = 0; i < m->ntargets && next == SIZE_MAX; i++) {
			bool ready = !taken[i];
			if (!taken[i] && first == SIZE_MAX)
				first = i;
			for (size_t k = 0; ready && k < yz_json_len(m->targets[i].after); k++)
				for (size_t j = 0; j < m->ntargets; j++)
					ready &= taken[j] || !yz_str_eq(m->targets[j].version->key,
									yz_json_text(yz_json_at(m->targets[i].after, k)));
			if (ready)
				next = i;
		}
		if (next == SIZE_MAX)
			next = first; /* a ring, which pack check refuses */
		taken[next] = true;
		sorted[n++] = m->targets[next];
	}
	m->targets = sorted;
}

static bool find_bundle(struct yz_guide_make *m, struct yz_str key, struct yz_err *err)
{
	struct yz_rows *r = yz_select(m->conn, m->a, err, "SELECT body FROM bundle WHERE key = $1", YZ_S(key));
	if (!r)
		return false;
	if (!r->count)
		return yz_fail(err, YZ_NOT_FOUND, "there is no item and no bundle %.*s", YZ_P(key));
	if (!(m->bundle = yz_json_read(m->a, yz_row_str(r, 0, 0), NULL, err)))
		return yz_fail_in(err, "bundle %.*s", YZ_P(key));
	const struct yz_json *items = yz_json_get(m->bundle, "items");
	m->targets = yz_new_n(m->a, yz_json_len(items), struct yz_guide_target);
	for (size_t i = 0; i < yz_json_len(items) && m->ntargets < YZ_GUIDE_ITEMS; i++) {
		struct yz_err missing = {0};
		const struct yz_version *v =
			yz_version_now(m->site, m->conn, m->a, yz_json_str(yz_json_at(items, i), "item"), &missing);
		if (!v && missing.code != YZ_NOT_FOUND) {
			*err = missing;
			return false;
		}
		if (!v)
			continue; /* abolished meanwhile */
		m->targets[m->ntargets++] = (struct yz_guide_target){.version = v, .after = yz_json_get(yz_json_at(items, i), "after")};
	}
	/* Without a decision there is nothing to ask, but one list of what all of them want. */
	if (!m->ntargets)
		return yz_fail(err, YZ_NOT_FOUND, "no item of bundle %.*s is published", YZ_P(key));
	order_targets(m);
	m->bundle_key = key;
	m->what = yz_str_printf(m->a, "bundle:%.*s", YZ_P(key));
	return true;
}

bool yz_gmake_find(struct yz_guide_make *m, struct yz_str what, struct yz_err *err)
{
	struct yz_err missing = {0};
	if (find_item(m, what, &missing))
		return true;
	if (missing.code == YZ_NOT_FOUND && find_bundle(m, what, err))
		return true;
	if (missing.code != YZ_NOT_FOUND)
		*err = missing;
	return false;
}

bool yz_gmake_target(struct yz_guide_make *m, struct yz_str stored, struct yz_err *err)
{
	struct yz_str kind;
	yz_str_cut(&stored, ':', &kind);
	return yz_str_eqz(kind, "item") ? find_item(m, stored, err) : find_bundle(m, stored, err);
}

struct yz_str yz_gmake_rules(const struct yz_guide_make *m)
{
	struct yz_buf b;
	yz_buf_init(&b, m->a, 1000);
	for (size_t i = 0; i < m->ntargets; i++)
		yz_buf_printf(&b, "%s%lld", i ? " " : "", (long long)m->targets[i].version->id);
	return yz_buf_str(&b);
}

bool yz_gmake_fact(const struct yz_guide_make *m, struct yz_str name, const struct yz_version **v, const struct yz_dmn_node **input,
		   const struct yz_feel_type **type)
{
	for (size_t i = 0; i < m->ntargets; i++) {
		*v = m->targets[i].version;
		if ((*v)->decision && yz_decision_fact((*v)->decision, name, input, type))
			return true;
	}
	return false;
}

/* ---- facts ---- */

static struct yz_guide_told *told_of(struct yz_guide_make *m, struct yz_str name)
{
	for (size_t i = 0; i < m->told.len; i++)
		if (yz_str_eq(m->told.at[i].name, name))
			return &m->told.at[i];
	return NULL;
}

static bool take_one(struct yz_guide_make *m, struct yz_str name, const struct yz_json *json, struct yz_err *err)
{
	const struct yz_version *v;
	const struct yz_dmn_node *input;
	const struct yz_feel_type *type;
	struct yz_feel_value value;
	if (!yz_gmake_fact(m, name, &v, &input, &type))
		return yz_fail(err, YZ_NOT_FOUND, "there is no fact called %.*s", YZ_P(name));
	/* Every item that asks it must understand it alike. */
	for (size_t i = 0; i < m->ntargets; i++)
		if (m->targets[i].version->decision && yz_decision_fact(m->targets[i].version->decision, name, &input, &type) &&
		    !yz_decision_value(m->a, m->targets[i].version->decision, name, json, &value, err))
			return false;
	struct yz_guide_told *old = told_of(m, name);
	struct yz_guide_told one = {.name = name, .json = json, .value = value, .matters = true};
	if (old)
		*old = one;
	else if (m->told.len < YZ_GUIDE_FACTS)
		*yz_vec_push(m->a, &m->told) = one;
	else
		return yz_fail(err, YZ_LIMIT, "a guide keeps at most %d facts", YZ_GUIDE_FACTS);
	return true;
}

bool yz_gmake_take(struct yz_guide_make *m, const struct yz_json *facts, bool strict, struct yz_err *err)
{
	if (facts && !yz_json_is(facts, YZ_JSON_OBJECT))
		return yz_fail(err, YZ_BAD_INPUT, "facts are an object: {\"fact\": value}");
	for (size_t i = 0; i < yz_json_len(facts); i++) {
		struct yz_err wrong = {0};
		if (!take_one(m, facts->members[i].key, facts->members[i].value, &wrong) && strict) {
			*err = wrong;
			return false;
		}
	}
	return true;
}

/* ---- as a form sends them ---- */

static struct yz_str half_width(struct yz_arena *a, struct yz_str s)
{
	struct yz_buf b;
	yz_buf_init(&b, a, s.len + 1);
	for (size_t i = 0; i < s.len;) {
		uint32_t c = yz_utf8_next(s, &i);
		yz_buf_add_utf8(&b, c >= 0xFF01 && c <= 0xFF5E ? c - 0xFEE0 : c == 0x3002 ? '.' : c);
	}
	return yz_buf_str(&b);
}

static bool refuse(struct yz_err *err, struct yz_str name, const char *msgid)
{
	yz_fail(err, YZ_BAD_INPUT, "%s", msgid);
	return yz_fail_in(err, "%.*s", YZ_P(name));
}

static bool read_number(struct yz_guide_make *m, struct yz_str name, struct yz_str s, const struct yz_json **json, struct yz_err *err)
{
	struct yz_dec d;
	struct yz_buf b;
	yz_buf_init(&b, m->a, NUMERAL_MOST);
	if (!yz_dec_parse(half_width(m->a, s), &d))
		return refuse(err, name, N_("请填一个数，例如 12.5"));
	yz_buf_add_dec(&b, d);
	if (b.full)
		return refuse(err, name, N_("请填一个数，例如 12.5"));
	*json = yz_json_new_num(m->a, yz_buf_str(&b));
	return true;
}

static bool read_boolean(struct yz_guide_make *m, struct yz_str name, struct yz_str s, const struct yz_json **json, struct yz_err *err)
{
	bool yes = yz_str_eqz(s, "true") || yz_str_eqz(s, "是"), no = yz_str_eqz(s, "false") || yz_str_eqz(s, "否");
	if (!yes && !no)
		return refuse(err, name, N_("请选“是”或者“否”"));
	*json = yz_json_new_bool(m->a, yes);
	return true;
}

static bool read_one(struct yz_guide_make *m, struct yz_str name, const struct yz_feel_type *t, struct yz_str s,
		     const struct yz_json **json, struct yz_err *err)
{
	yz_day day;
	s = yz_str_trim(s);
	if (t && t->kind == YZ_FEEL_NUMBER)
		return read_number(m, name, s, json, err);
	if (t && t->kind == YZ_FEEL_BOOLEAN)
		return read_boolean(m, name, s, json, err);
	if (t && t->kind == YZ_FEEL_DATE && !yz_day_parse(s, &day))
		return refuse(err, name, N_("请填日期，例如 2026-01-05"));
	*json = yz_json_new_str(m->a, s);
	return true;
}

bool yz_gmake_typed(struct yz_guide_make *m, struct yz_str name, const struct yz_str *values, size_t n, const struct yz_json **json,
		    struct yz_err *err)
{
	const struct yz_version *v;
	const struct yz_dmn_node *input;
	const struct yz_feel_type *t;
	*json = NULL;
	if (!yz_gmake_fact(m, name, &v, &input, &t))
		return yz_fail(err, YZ_NOT_FOUND, "there is no fact called %.*s", YZ_P(name));
	size_t bytes = 0;
	for (size_t i = 0; i < n; i++)
		bytes += values[i].len;
	if (bytes > YZ_GUIDE_VALUE)
		return yz_fail(err, YZ_TOO_LARGE, "the answer to %.*s is over %d bytes", YZ_P(name), YZ_GUIDE_VALUE);
	if (!n)
		return true;
	if (!t || t->kind != YZ_FEEL_LIST)
		return n == 1 ? read_one(m, name, t, values[0], json, err) : refuse(err, name, N_("这个问题只能选一个答案"));
	struct yz_json *list = yz_json_new_array(m->a);
	for (size_t i = 0; i < n; i++) {
		const struct yz_json *one;
		if (!yz_str_trim(values[i]).len)
			continue; /* none of them, which a form can send too */
		if (!read_one(m, name, t->item, values[i], &one, err))
			return false;
		yz_json_push(m->a, list, one);
	}
	*json = list;
	return true;
}

/* ---- what registers know ---- */

struct known {
	const struct yz_person *person;
	struct yz_ident_person ident;
	bool has_ident;
	yz_day today;
};

static bool is_one_of(struct yz_str s, const char *const *list)
{
	for (; *list; list++)
		if (yz_str_eqz(s, *list))
			return true;
	return false;
}

/* The word that the fact's allowed values have for a person of this kind. */
static const struct yz_json *kind_word(struct yz_guide_make *m, const struct yz_version *v, const struct yz_feel_type *t, bool legal)
{
	static const char *const natural[] = {"居民个人", "个人", "自然人", "公民", NULL};
	static const char *const other[] = {"企业", "法人", "单位", "企业法人", NULL};
	const struct yz_feel_value *values;
	size_t n;
	yz_dmn_allowed(v->decision->model, t, &values, &n);
	for (size_t i = 0; i < n; i++)
		if (values[i].kind == YZ_FEEL_STRING && is_one_of(yz_feel_str(values[i]), legal ? other : natural))
			return yz_json_new_str(m->a, yz_feel_str(values[i]));
	return NULL;
}

static const struct yz_json *register_value(struct yz_guide_make *m, const struct known *k, struct yz_str name, const struct yz_version *v,
					    const struct yz_feel_type *t)
{
	static const char *const names[] = {"申请人姓名", "申请人名称", NULL};
	const struct yz_field *field = v->form ? yz_form_field(v->form, name) : NULL;
	char day[16];
	bool legal = yz_str_eqz(k->person->kind, "legal");
	if (is_one_of(name, names) || (field && yz_str_eqz(field->fill, "applicant.name")))
		return yz_json_new_str(m->a, k->person->name);
	if (yz_str_eqz(name, "申请人类型"))
		return kind_word(m, v, t, legal);
	if (legal || !k->has_ident)
		return NULL;
	if (yz_str_eqz(name, "申请人出生日期"))
		return yz_json_new_str(m->a, yz_str_dup(m->a, yz_str(yz_day_print(k->ident.born, day))));
	if (yz_str_eqz(name, "申请人年龄"))
		return yz_json_new_int(m->a, yz_ident_age(k->ident.born, k->today));
	if (yz_str_eqz(name, "申请人性别"))
		return yz_json_new_str(m->a, k->ident.female ? YZ_LIT("女") : YZ_LIT("男"));
	return NULL;
}

static void take_known(struct yz_guide_make *m, const struct known *k, const struct yz_version *v)
{
	size_t n;
	const struct yz_dmn_node *const *nodes = yz_dmn_nodes(v->decision->model, &n);
	for (size_t i = 0; i < n; i++) {
		struct yz_err ignored = {0};
		if (nodes[i]->kind != YZ_DMN_INPUT || told_of(m, nodes[i]->name))
			continue;
		const struct yz_json *json = register_value(m, k, nodes[i]->name, v, nodes[i]->type);
		if (!json || !take_one(m, nodes[i]->name, json, &ignored))
			continue;
		struct yz_guide_told *one = told_of(m, nodes[i]->name);
		one->source = YZ_GUIDE_REGISTER;
		one->register_name = N_("实名信息");
	}
}

bool yz_gmake_registers(struct yz_guide_make *m, struct yz_err *err)
{
	struct known k = {.today = yz_instant_day(m->now, m->site->offset)};
	if (!m->who || !m->who->person || m->who->principal_proof < 1)
		return true;
	if (!(k.person = yz_person_load(m->site, m->conn, m->a, m->who->principal, err)))
		return false;
	k.has_ident = yz_ident_person_read(k.person->id_no, k.today, &k.ident);
	for (size_t i = 0; i < m->ntargets; i++)
		if (m->targets[i].version->decision)
			take_known(m, &k, m->targets[i].version);
	return true;
}

/* ---- for dmn, and for storage ---- */

const struct yz_dmn_told *yz_gmake_known(const struct yz_guide_make *m, size_t *n)
{
	struct yz_dmn_told *known = yz_new_n(m->a, m->told.len, struct yz_dmn_told);
	for (size_t i = 0; i < m->told.len; i++)
		known[i] = (struct yz_dmn_told){.name = m->told.at[i].name, .value = m->told.at[i].value};
	*n = m->told.len;
	return known;
}

void yz_gmake_weigh(struct yz_guide_make *m)
{
	size_t n;
	const struct yz_dmn_told *known = yz_gmake_known(m, &n);
	bool *needless = yz_new_n(m->a, n + 1, bool), *all = yz_new_n(m->a, n + 1, bool);
	for (size_t i = 0; i < n; i++)
		all[i] = true;
	for (size_t t = 0; t < m->ntargets; t++)
		for (int role = 0; m->targets[t].version->decision && role < YZ_SAYS; role++) {
			const struct yz_dmn_guide *g = yz_decision_guide(m->targets[t].version->decision, (enum yz_decision_role)role);
			struct yz_feel_run run;
			if (!g)
				continue;
			yz_feel_run_init(&run, m->a);
			run.limits = &yz_decision_limits;
			run.now = yz_feel_instant(m->now, m->site->offset);
			yz_dmn_needless(g, known, n, &run, needless);
			for (size_t i = 0; i < n; i++)
				all[i] &= needless[i];
		}
	for (size_t i = 0; i < n; i++)
		m->told.at[i].matters = !all[i];
}

struct yz_str yz_gmake_stored(const struct yz_guide_make *m)
{
	struct yz_buf b;
	struct yz_jw w;
	yz_buf_init(&b, m->a, YZ_GUIDE_BYTES);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	for (size_t i = 0; i < m->told.len; i++) {
		if (m->told.at[i].source != YZ_GUIDE_TOLD)
			continue;
		yz_jw_keys(&w, m->told.at[i].name);
		yz_jw_value(&w, m->told.at[i].json);
	}
	yz_jw_end(&w, '}');
	return b.full ? (struct yz_str){0} : yz_buf_str(&b);
}
