/* cmd/dmn_ask.c - the next question, and the proof that no answer leads nowhere: yizhan dmn ask, yizhan dmn prove.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/cmd.h"
#include "cmd/dmn.h"

#include "base/map.h"
#include "fmt/json.h"
#include "pack/decision.h"
#include "text/text.h"

#include <stdio.h>
#include <unistd.h>

enum { OUTPUT_MOST = 64 << 20 };

typedef YZ_VEC(struct yz_dmn_told) told_list;

/* ---- what is known ---- */

static const struct yz_dmn_node *input_called(const struct yz_dmn *m, struct yz_str name)
{
	const struct yz_dmn_node *n = yz_dmn_find(m, name);
	return n && n->kind == YZ_DMN_INPUT ? n : NULL;
}

/* The type of a fact, or of a whole input; false: there is none of this name. */
static bool type_of(const struct yz_dmn *m, struct yz_str name, const struct yz_feel_type **t)
{
	const struct yz_dmn_node *n = input_called(m, name);
	if (n) {
		*t = n->type;
		return true;
	}
	for (size_t dot = name.len; dot-- > 0;) {
		if (name.ptr[dot] != '.' || !type_of(m, yz_str_n(name.ptr, dot), t))
			continue;
		struct yz_str last = yz_str_n(name.ptr + dot + 1, name.len - dot - 1);
		for (size_t i = 0; *t && (*t)->kind == YZ_FEEL_CONTEXT && i < (*t)->nfields; i++)
			if (yz_str_eq((*t)->fields[i].name, last)) {
				*t = (*t)->fields[i].type;
				return true;
			}
		return false;
	}
	return false;
}

static bool add_told(struct yz_args *args, const struct yz_dmn *m, struct yz_str name, const struct yz_json *json,
		     told_list *out, struct yz_err *err)
{
	const struct yz_feel_type *t;
	struct yz_arena *a = args->arena;
	struct yz_feel_value v;
	struct yz_feel_run run;
	struct yz_buf text;
	struct yz_jw w;
	if (!type_of(m, name, &t))
		return yz_fail(err, YZ_NOT_FOUND, T(args->lang, "模型里没有叫“%.*s”的事实"), YZ_P(name));
	if (t && t->kind == YZ_FEEL_CONTEXT && yz_json_is(json, YZ_JSON_OBJECT)) {
		for (size_t i = 0; i < yz_json_len(json); i++)
			if (!add_told(args, m, yz_str_printf(a, "%.*s.%.*s", YZ_P(name), YZ_P(json->members[i].key)),
				      json->members[i].value, out, err))
				return false;
		return true;
	}
	yz_buf_init(&text, a, OUTPUT_MOST);
	yz_jw_init(&w, &text);
	yz_jw_value(&w, json);
	if (!yz_dmn_read_json(a, yz_buf_str(&text), t, &v, err) && !yz_cmd_retell(args, err, N_("值和它的类型对不上")))
		return yz_fail_in(err, "%.*s", YZ_P(name));
	yz_feel_run_init(&run, a);
	if (v.kind != YZ_FEEL_NULL && yz_feel_coerce(&run, v, t).kind == YZ_FEEL_NULL)
		return yz_fail(err, YZ_SYNTAX, T(args->lang, "%.*s 不允许 %.*s"), YZ_P(name), YZ_P(yz_buf_str(&text)));
	*yz_vec_push(a, out) = (struct yz_dmn_told){.name = name, .value = v};
	return true;
}

static bool read_known(struct yz_args *args, const struct yz_dmn *m, told_list *out, struct yz_err *err)
{
	const char *given = yz_option(args, "known");
	if (!given)
		return true;
	const bool file = access(given, R_OK) == 0;
	const struct yz_json *json = file ? yz_cmd_json_file(args, given, err) : yz_json_read(args->arena, yz_str(given), NULL, err);
	if (!json)
		return !file && yz_cmd_retell(args, err, N_("不是合乎规矩的 JSON"));
	if (!yz_json_is(json, YZ_JSON_OBJECT))
		return yz_fail(err, YZ_SYNTAX, T(args->lang, "--known 要给一个 JSON 对象"));
	for (size_t i = 0; i < yz_json_len(json); i++)
		if (!add_told(args, m, json->members[i].key, json->members[i].value, out, err))
			return false;
	return true;
}

/* ---- printing ---- */

static struct yz_str json_of(struct yz_arena *a, struct yz_feel_value v)
{
	struct yz_buf b;
	yz_buf_init(&b, a, OUTPUT_MOST);
	yz_dmn_write_json(&b, v);
	return yz_str_trim(yz_buf_str(&b));
}

/* As a cell would say it. */
static struct yz_str cell_of(struct yz_arena *a, const struct yz_dmn_answer *x)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	if (!x->band) {
		yz_feel_write(&b, x->value);
	} else if (x->low.kind == YZ_FEEL_NULL) {
		yz_buf_addz(&b, x->high_in ? "<= " : "< ");
		yz_feel_write(&b, x->high);
	} else if (x->high.kind == YZ_FEEL_NULL) {
		yz_buf_addz(&b, x->low_in ? ">= " : "> ");
		yz_feel_write(&b, x->low);
	} else {
		yz_buf_addc(&b, x->low_in ? '[' : '(');
		yz_feel_write(&b, x->low);
		yz_buf_addz(&b, "..");
		yz_feel_write(&b, x->high);
		yz_buf_addc(&b, x->high_in ? ']' : ')');
	}
	return yz_buf_str(&b);
}

/* The words of a question, with its hint, stand in the model as the description of the input. */
static struct yz_str words_of(const struct yz_dmn_question *q)
{
	struct yz_decision_words w = yz_decision_words(yz_str_eq(q->fact, q->input->name) ? q->input->description : (struct yz_str){0});
	return w.hint.len ? yz_str_n(w.question.ptr, (size_t)(w.hint.ptr + w.hint.len - w.question.ptr)) : w.question;
}

static void print_question(const struct yz_args *args, const struct yz_dmn_question *q)
{
	struct yz_str words = words_of(q);
	fprintf(args->out, words.len ? T(args->lang, "问“%.*s”：%.*s\n") : T(args->lang, "问“%.*s”\n"), YZ_P(q->fact), YZ_P(words));
	for (size_t i = 0; i < q->nanswers; i++)
		fprintf(args->out, "  %.*s\n", YZ_P(cell_of(args->arena, &q->answers[i])));
	if (q->free)
		fprintf(args->out, "  %s\n", q->nanswers ? T(args->lang, "（也可以直接填）") : T(args->lang, "（直接填）"));
}

static void put_question(struct yz_args *args, struct yz_jw *w, const struct yz_dmn_question *q)
{
	yz_jw_key(w, "ask");
	yz_jw_object(w);
	yz_jw_kstr(w, "fact", q->fact);
	if (words_of(q).len)
		yz_jw_kstr(w, "question", words_of(q));
	if (q->type)
		yz_jw_kz(w, "type", yz_feel_kind_name(q->type->kind));
	yz_jw_key(w, "answers");
	yz_jw_array(w);
	for (size_t i = 0; i < q->nanswers; i++) {
		yz_jw_object(w);
		if (q->answers[i].band)
			yz_jw_kstr(w, "band", cell_of(args->arena, &q->answers[i]));
		yz_jw_key(w, "value");
		yz_jw_raw(w, json_of(args->arena, q->answers[i].value));
		yz_jw_end(w, '}');
	}
	yz_jw_end(w, ']');
	yz_jw_kbool(w, "free", q->free);
	yz_jw_end(w, '}');
}

static void print_json(struct yz_args *args, const struct yz_dmn_asked *asked, const told_list *known, const bool *needless)
{
	struct yz_buf out;
	struct yz_jw w;
	yz_buf_init(&out, args->arena, OUTPUT_MOST);
	yz_jw_init(&w, &out);
	yz_jw_object(&w);
	if (asked->decided) {
		yz_jw_key(&w, "outcome");
		yz_jw_raw(&w, json_of(args->arena, asked->outcome));
	} else {
		put_question(args, &w, &asked->question);
	}
	yz_jw_key(&w, "needless");
	yz_jw_array(&w);
	for (size_t i = 0; i < known->len; i++)
		if (needless[i])
			yz_jw_str(&w, known->at[i].name);
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	yz_cmd_json(args, &out);
}

static const struct yz_dmn *model_of(struct yz_args *args, const struct yz_dmn_node **decision, struct yz_err *err)
{
	const char *name = yz_option(args, "decision");
	const struct yz_dmn *m = yz_cmd_model(args, args->argv[0], NULL, err);
	*decision = NULL;
	if (!m)
		return NULL;
	if (yz_dmn_errors(m))
		fprintf(args->err, T(args->lang, "%s：有 %zu 处错误，用 yizhan dmn check 看\n"), args->argv[0], yz_dmn_errors(m));
	if (name && (!(*decision = yz_dmn_find(m, yz_str(name))) || (*decision)->kind == YZ_DMN_INPUT))
		return yz_fail_null(err, YZ_NOT_FOUND, T(args->lang, "模型里没有叫“%s”的决策"), name);
	return m;
}

int yz_cmd_dmn_ask(struct yz_args *args)
{
	struct yz_err err = {0};
	const struct yz_dmn_node *decision;
	struct yz_feel_run run;
	struct yz_dmn_asked asked;
	told_list known = {0};
	if (args->argc != 1 || !yz_option(args, "decision"))
		return yz_cmd_usage(args, N_("请给出 DMN 文件和 --decision 决策名"));
	const struct yz_dmn *m = model_of(args, &decision, &err);
	if (!m || !read_known(args, m, &known, &err))
		return yz_cmd_fail(args, &err);
	const struct yz_dmn_guide *g = yz_dmn_guide_new(args->arena, m, decision);
	bool *needless = yz_new_n(args->arena, known.len + 1, bool);
	yz_feel_run_init(&run, args->arena);
	run.now = yz_cmd_now();
	yz_dmn_needless(g, known.at, known.len, &run, needless);
	yz_dmn_ask(g, known.at, known.len, &run, &asked);
	if (args->json) {
		print_json(args, &asked, &known, needless);
		return 0;
	}
	if (asked.decided)
		fprintf(args->out, "%.*s\n", YZ_P(json_of(args->arena, asked.outcome)));
	else
		print_question(args, &asked.question);
	for (size_t i = 0; i < known.len; i++)
		if (needless[i])
			fprintf(args->out, T(args->lang, "“%.*s”已经不影响结果\n"), YZ_P(known.at[i].name));
	return 0;
}

/* ---- prove ---- */

static void print_place(const struct yz_args *args, const struct yz_dmn_place *p)
{
	fprintf(args->out, "%.*s:%u:%u: %.*s: ", YZ_P(p->file), p->line, p->column, YZ_P(p->element));
}

static void print_proof(struct yz_args *args, const struct yz_dmn_proof *p)
{
	enum yz_feel_lang lang = args->lang == YZ_LANG_EN ? YZ_FEEL_EN : YZ_FEEL_ZH;
	for (const struct yz_dmn_finding *f = p->findings; f; f = f->next) {
		struct yz_buf text;
		yz_buf_init(&text, args->arena, OUTPUT_MOST);
		yz_dmn_finding_text(f, lang, &text);
		print_place(args, &f->place);
		fprintf(args->out, "%.*s\n", YZ_P(yz_buf_str(&text)));
	}
	for (size_t i = 0; i < p->nunread; i++) {
		const struct yz_dmn_unread *u = &p->unread[i];
		print_place(args, &u->place);
		fprintf(args->out, u->value ? T(args->lang, "看不透“%.*s”，当作什么值都可能\n") : T(args->lang, "看不透“%.*s”，当作成立不成立都可能\n"),
			YZ_P(u->text));
	}
	fprintf(args->out, T(args->lang, "看过 %zu 张表、%zu 项事实，发现 %zu 处问题\n"), p->tables, p->facts, p->nfindings);
}

int yz_cmd_dmn_prove(struct yz_args *args)
{
	struct yz_err err = {0};
	const struct yz_dmn_node *decision;
	struct yz_dmn_proof proof;
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出 DMN 文件"));
	const struct yz_dmn *m = model_of(args, &decision, &err);
	if (!m || !yz_dmn_prove(args->arena, m, decision, 0, &proof, &err))
		return yz_cmd_fail(args, &err);
	if (args->json) {
		struct yz_buf out;
		yz_buf_init(&out, args->arena, OUTPUT_MOST);
		yz_dmn_proof_json(&proof, args->lang == YZ_LANG_EN ? YZ_FEEL_EN : YZ_FEEL_ZH, &out);
		yz_cmd_json(args, &out);
	} else {
		print_proof(args, &proof);
	}
	return proof.nfindings || yz_dmn_errors(m) ? 1 : 0;
}
