/* SPDX-License-Identifier: Apache-2.0 */
#include "dmn/load.h"

#include <assert.h>
#include <stdlib.h>

/* ---- words ---- */

const char *yz_dsay(struct yz_str english)
{
	static const char *const table[][2] = {
#define SAY(en, zh) {en, zh},
#include "dmn/messages.def"
#undef SAY
	};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (yz_str_eqz(english, table[i][0]))
			return table[i][1];
	return NULL;
}

static const char *in(enum yz_feel_lang lang, const char *english)
{
	const char *zh = lang == YZ_FEEL_ZH ? yz_dsay(yz_str(english)) : NULL;
	return zh ? zh : english;
}

/* ---- places ---- */

enum called {
	PLAIN,    /* by its words */
	NAMED,    /* and its name */
	VARIABLE, /* and the name of the variable or parameter in it */
	NUMBERED, /* and which of its kind it is */
};

static const struct {
	const char *element, *words;
	enum called called;
} elements[] = {
	{"decision", "decision", NAMED},
	{"inputData", "input data", NAMED},
	{"businessKnowledgeModel", "business knowledge model", NAMED},
	{"decisionService", "decision service", NAMED},
	{"knowledgeSource", "knowledge source", NAMED},
	{"itemDefinition", "item definition", NAMED},
	{"itemComponent", "component", NAMED},
	{"functionItem", "function item", PLAIN},
	{"parameters", "parameter", NAMED},
	{"allowedValues", "allowed values", PLAIN},
	{"typeConstraint", "type constraint", PLAIN},
	{"import", "import", NAMED},
	{"variable", "variable", PLAIN},
	{"informationRequirement", "information requirement", NUMBERED},
	{"knowledgeRequirement", "knowledge requirement", NUMBERED},
	{"outputDecision", "output decision", NUMBERED},
	{"encapsulatedDecision", "encapsulated decision", NUMBERED},
	{"inputDecision", "input decision", NUMBERED},
	{"decisionTable", "decision table", PLAIN},
	{"input", "input", NUMBERED},
	{"output", "output", NUMBERED},
	{"inputExpression", "expression", PLAIN},
	{"inputValues", "input values", PLAIN},
	{"outputValues", "output values", PLAIN},
	{"defaultOutputEntry", "default", PLAIN},
	{"rule", "rule", NUMBERED},
	{"inputEntry", "input", NUMBERED},
	{"outputEntry", "output", NUMBERED},
	{"context", "context", PLAIN},
	{"contextEntry", "entry", VARIABLE},
	{"functionDefinition", "function", PLAIN},
	{"encapsulatedLogic", "function", PLAIN},
	{"formalParameter", "parameter", NAMED},
	{"invocation", "invocation", PLAIN},
	{"binding", "binding", VARIABLE},
	{"list", "list", PLAIN},
	{"relation", "relation", PLAIN},
	{"column", "column", NAMED},
	{"row", "row", NUMBERED},
	{"conditional", "conditional", PLAIN},
	{"if", "if", PLAIN},
	{"then", "then", PLAIN},
	{"else", "else", PLAIN},
	{"filter", "filter", PLAIN},
	{"in", "in", PLAIN},
	{"match", "match", PLAIN},
	{"for", "for", PLAIN},
	{"return", "return", PLAIN},
	{"some", "some", PLAIN},
	{"every", "every", PLAIN},
	{"satisfies", "satisfies", PLAIN},
};

static size_t number_of(struct yz_dload *l, const struct yz_xml *el, bool of_its_kind)
{
	const struct yz_xml *parent = el->parent;
	const char *kind = of_its_kind ? el->name.ptr : NULL; /* names are kept once */
	struct yz_dnumber *k = &l->numbers[(((uintptr_t)parent >> 4) ^ of_its_kind) % 8];
	if (!parent)
		return 1;
	for (int turn = 0; turn < 2; turn++) {
		if (k->parent != parent || k->kind != kind || turn)
			*k = (struct yz_dnumber){parent, kind, 0, 1};
		for (; k->at < parent->n; k->at++) {
			if (parent->children[k->at] == el)
				return k->n;
			k->n += !kind || parent->children[k->at]->name.ptr == kind;
		}
	}
	return 1;
}

/* A part of the path: nothing for elements that only hold others. */
static void add_part(struct yz_dload *l, struct yz_buf *b, const struct yz_xml *el, enum yz_feel_lang lang)
{
	size_t i = 0, n = sizeof elements / sizeof *elements;
	while (i < n && !yz_str_eqz(el->name, elements[i].element))
		i++;
	bool item = el->parent && (yz_str_eqz(el->parent->name, "list") || yz_str_eqz(el->parent->name, "row")) &&
		    !yz_str_eqz(el->name, "description");
	if (b->len && (i < n || item))
		yz_buf_addz(b, " / ");
	if (item)
		yz_buf_printf(b, "%s %zu%s", in(lang, "item"), number_of(l, el, false), i < n ? " / " : "");
	if (i == n)
		return;
	yz_buf_addz(b, in(lang, elements[i].words));
	const struct yz_xml *variable = yz_dchild(el, "variable");
	if (elements[i].called == NUMBERED) {
		yz_buf_printf(b, " %zu", number_of(l, el, true));
	} else if (elements[i].called != PLAIN) {
		if (elements[i].called == VARIABLE)
			el = variable ? variable : yz_dchild(el, "parameter");
		struct yz_str name = el ? yz_dname_of(l, el) : yz_str(in(lang, "result"));
		yz_buf_addc(b, ' ');
		yz_buf_adds(b, name);
	}
}

static struct yz_str path(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el, enum yz_feel_lang lang)
{
	const struct yz_xml *chain[256];
	size_t n = 0;
	struct yz_buf b;
	for (; el && el != f->root && n < sizeof chain / sizeof *chain; el = el->parent)
		chain[n++] = el;
	yz_buf_init(&b, l->arena, 4096);
	while (n)
		add_part(l, &b, chain[--n], lang);
	return yz_buf_str(&b);
}

struct yz_str yz_dplace_path(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el)
{
	return path(l, f, el, YZ_FEEL_EN);
}

struct yz_dmn_place yz_dplace(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el)
{
	struct yz_dmn_place p = {.file = f->file};
	if (!el)
		return p;
	struct yz_xml_at at = yz_xml_where(f->source, el);
	p.line = at.line;
	p.column = at.column;
	p.element = yz_dplace_path(l, f, el);
	for (; el && !p.id.len; el = el->parent)
		p.id = yz_xml_attr(el, "id");
	return p;
}

/* ---- findings ---- */

/* NULL: it is only counted, or not even that. */
static struct yz_dmn_diag *add(struct yz_dload *l, enum yz_feel_severity severity, const struct yz_dfile *f)
{
	if (l->quiet || f->again)
		return NULL;
	if (severity == YZ_FEEL_ERROR)
		l->dmn->nerrors++;
	if (l->counts[severity]++ >= l->limits->diags)
		return NULL;
	struct yz_dmn_diag *d = yz_new(l->arena, struct yz_dmn_diag);
	d->severity = severity;
	*yz_vec_push(l->arena, &l->findings) = (struct yz_dfinding){f, d, l->findings.len};
	return d;
}

static struct yz_dmn_diag *put_diag(struct yz_dload *l, enum yz_feel_severity severity, const struct yz_dfile *f,
				    const struct yz_xml *el, const char *fmt, va_list ap)
{
	struct yz_dmn_diag *d = add(l, severity, f);
	const char *zh = yz_dsay(yz_str(fmt));
	va_list again;
	if (!d)
		return &l->unkept;
	assert(zh);
	va_copy(again, ap);
	d->message = yz_str(yz_vprintf(l->arena, fmt, ap));
	d->zh.message = yz_str(yz_vprintf(l->arena, zh, again));
	va_end(again);
	d->place = yz_dplace(l, f, el);
	d->zh.element = path(l, f, el, YZ_FEEL_ZH);
	return d;
}

struct yz_dmn_diag *yz_ddiag(struct yz_dload *l, enum yz_feel_severity severity, const struct yz_dfile *f,
			     const struct yz_xml *el, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	struct yz_dmn_diag *d = put_diag(l, severity, f, el, fmt, ap);
	va_end(ap);
	return d;
}

/* The finding says what the error says, and the place is the finding's. */
bool yz_dload_fail(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *el, const char *fmt, ...)
{
	va_list ap;
	if (l->failed)
		return false;
	l->failed = true;
	l->quiet = false;
	va_start(ap, fmt);
	put_diag(l, YZ_FEEL_ERROR, f, el, fmt, ap);
	va_end(ap);
	va_start(ap, fmt);
	const char *message = yz_vprintf(l->arena, fmt, ap);
	va_end(ap);
	struct yz_dmn_place p = yz_dplace(l, f, el);
	yz_fail(l->err, YZ_LIMIT, "%s", message);
	if (p.element.len)
		yz_fail_in(l->err, "%.*s", YZ_P(p.element));
	return yz_fail_in(l->err, "%.*s: line %u, column %u", YZ_P(p.file), p.line, p.column);
}

/* A name that is nothing here but a node of the file: what is missing is the requirement. */
static void suggest(struct yz_dload *l, const struct yz_dfile *f, struct yz_str name, struct yz_dmn_diag *d)
{
	static const char *const kinds[] = {
		[YZ_DMN_INPUT] = "an information requirement on this input data",
		[YZ_DMN_DECISION] = "an information requirement on this decision",
		[YZ_DMN_BKM] = "a knowledge requirement on this knowledge model",
		[YZ_DMN_SERVICE] = "a knowledge requirement on this decision service",
	};
	struct yz_dnew *n = yz_map_get(&f->by_name, yz_dname(l, name));
	if (n && !d->expected.len)
		d->expected = yz_str(kinds[n->node.face.kind]);
}

void yz_ddiag_feel(struct yz_dload *l, const struct yz_dfile *f, const struct yz_xml *text, size_t skipped,
		   const struct yz_feel_diag *diags)
{
	for (const struct yz_feel_diag *fd = diags; fd; fd = fd->next) {
		struct yz_dmn_diag *d = add(l, fd->severity, f);
		if (!d)
			continue;
		struct yz_xml_at at = yz_xml_text_where(f->source, text, skipped + fd->place.from);
		d->message = fd->message;
		d->zh.message = yz_feel_diag_text(l->arena, fd, YZ_FEEL_ZH);
		d->zh.element = path(l, f, text, YZ_FEEL_ZH);
		d->expected = fd->expected;
		d->found = fd->found;
		d->place = yz_dplace(l, f, text);
		d->place.line = at.line;
		d->place.column = at.column;
		size_t from = skipped + fd->place.from, to = skipped + fd->place.to;
		if (from < to && to <= text->text.len)
			suggest(l, f, yz_str_n(text->text.ptr + from, to - from), d);
	}
}

static int by_place(const void *a, const void *b)
{
	const struct yz_dfinding *x = a, *y = b;
	if (x->file->index != y->file->index)
		return x->file->index < y->file->index ? -1 : 1;
	if (x->diag->place.line != y->diag->place.line)
		return x->diag->place.line < y->diag->place.line ? -1 : 1;
	if (x->diag->place.column != y->diag->place.column)
		return x->diag->place.column < y->diag->place.column ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

void yz_ddiag_finish(struct yz_dload *l)
{
	const struct yz_dmn_diag **next = &l->dmn->diags;
	if (l->findings.len)
		qsort(l->findings.at, l->findings.len, sizeof *l->findings.at, by_place);
	for (size_t i = 0; i < l->findings.len; i++) {
		struct yz_dmn_diag *d = l->findings.at[i].diag;
		const char *expected = yz_dsay(d->expected);
		d->zh.expected = expected ? yz_str(expected) : d->expected;
		d->zh.found = d->zh.found.len ? d->zh.found : d->found;
		*next = l->findings.at[i].diag;
		next = &l->findings.at[i].diag->next;
	}
}
