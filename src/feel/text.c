/* SPDX-License-Identifier: Apache-2.0 */
#include "feel/feel.h"

#include "base/utf8.h"
#include "feel/builtin.h"
#include "feel/code.h"
#include "feel/lexer.h"
#include "feel/time.h"
#include "feel/value.h"

static void write_value(struct yz_buf *b, struct yz_feel_value v, unsigned depth);

static void write_string(struct yz_buf *b, struct yz_str s)
{
	yz_buf_addc(b, '"');
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];
		if (c == '"' || c == '\\')
			yz_buf_printf(b, "\\%c", c);
		else if (c == '\n')
			yz_buf_addz(b, "\\n");
		else if (c == '\r')
			yz_buf_addz(b, "\\r");
		else if (c == '\t')
			yz_buf_addz(b, "\\t");
		else if (c < 0x20 || c == 0x7f)
			yz_buf_printf(b, "\\u%04X", c);
		else
			yz_buf_addc(b, (char)c);
	}
	yz_buf_addc(b, '"');
}

static void write_key(struct yz_buf *b, struct yz_str key)
{
	if (yz_feel_is_plain_name(key))
		yz_buf_adds(b, key);
	else
		write_string(b, key);
}

static void write_range(struct yz_buf *b, const struct yz_feel_range *r, unsigned depth)
{
	const char *sign = NULL;
	if (r->form == YZ_FEEL_LESS)
		sign = r->end_included ? "<=" : "<";
	else if (r->form == YZ_FEEL_GREATER)
		sign = r->start_included ? ">=" : ">";
	else if (r->form == YZ_FEEL_EQUALS)
		sign = "=";
	else if (r->form == YZ_FEEL_DIFFERS)
		sign = "!=";
	if (sign) {
		yz_buf_printf(b, "(%s", sign);
		write_value(b, r->form == YZ_FEEL_LESS ? r->end : r->start, depth);
		yz_buf_addc(b, ')');
		return;
	}
	yz_buf_addc(b, r->start_included ? '[' : '(');
	write_value(b, r->start, depth);
	yz_buf_addz(b, "..");
	write_value(b, r->end, depth);
	yz_buf_addc(b, r->end_included ? ']' : ')');
}

static void write_function(struct yz_buf *b, const struct yz_feel_function *f)
{
	if (f->kind == YZ_FEEL_BUILTIN) {
		yz_buf_addz(b, f->builtin->name);
		return;
	}
	if (f->kind == YZ_FEEL_HOST) {
		yz_buf_adds(b, f->host->name);
		return;
	}
	yz_buf_addz(b, "function(");
	for (size_t i = 0; i < f->proto->nparams; i++) {
		yz_buf_addz(b, i ? ", " : "");
		yz_buf_adds(b, f->proto->params[i].name);
	}
	yz_buf_addc(b, ')');
}

static void write_unknown(struct yz_buf *b, const struct yz_feel_deps *deps)
{
	yz_buf_addz(b, "unknown(");
	for (size_t i = 0; i < deps->len; i++) {
		yz_buf_addz(b, i ? ", " : "");
		yz_buf_adds(b, deps->names[i]);
	}
	yz_buf_addc(b, ')');
}

static void write_parts(struct yz_buf *b, struct yz_feel_value v, unsigned depth)
{
	bool list = v.kind == YZ_FEEL_LIST;
	yz_buf_addc(b, list ? '[' : '{');
	for (size_t i = 0; i < yz_feel_len(v) && !b->full; i++) {
		yz_buf_addz(b, i ? ", " : "");
		if (list) {
			write_value(b, v.items[i], depth + 1);
			continue;
		}
		write_key(b, v.context->entries[i].key);
		yz_buf_addz(b, ": ");
		write_value(b, v.context->entries[i].value, depth + 1);
	}
	yz_buf_addc(b, list ? ']' : '}');
}

static void write_value(struct yz_buf *b, struct yz_feel_value v, unsigned depth)
{
	if (depth > yz_feel_default.depth) {
		yz_buf_addz(b, "...");
		return;
	}
	switch (v.kind) {
	case YZ_FEEL_NULL:
		yz_buf_addz(b, "null");
		break;
	case YZ_FEEL_BOOLEAN:
		yz_buf_addz(b, v.flag ? "true" : "false");
		break;
	case YZ_FEEL_NUMBER:
		yz_buf_add_dec(b, yz_feel_dec(v));
		break;
	case YZ_FEEL_STRING:
		write_string(b, yz_feel_str(v));
		break;
	case YZ_FEEL_LIST:
	case YZ_FEEL_CONTEXT:
		write_parts(b, v, depth);
		break;
	case YZ_FEEL_RANGE:
		write_range(b, v.range, depth + 1);
		break;
	case YZ_FEEL_FUNCTION:
		write_function(b, v.function);
		break;
	case YZ_FEEL_UNKNOWN:
		write_unknown(b, v.deps);
		break;
	default:
		yz_buf_addz(b, "@\"");
		yz_write_temporal(b, v);
		yz_buf_addc(b, '"');
	}
}

void yz_feel_write(struct yz_buf *b, struct yz_feel_value v)
{
	write_value(b, v, 0);
}

struct yz_str yz_feel_text(struct yz_arena *a, struct yz_feel_value v)
{
	if (v.kind == YZ_FEEL_STRING)
		return yz_feel_str(v);
	struct yz_buf b;
	yz_buf_init(&b, a, yz_feel_default.string);
	if (v.kind >= YZ_FEEL_DATE && v.kind <= YZ_FEEL_MONTHS)
		yz_write_temporal(&b, v);
	else
		write_value(&b, v, 0);
	return yz_buf_str(&b);
}

bool yz_feel_read(struct yz_arena *a, enum yz_feel_kind kind, struct yz_str text, struct yz_feel_value *out)
{
	struct yz_dec d;
	switch (kind) {
	case YZ_FEEL_BOOLEAN:
		if (!yz_str_eqz(text, "true") && !yz_str_eqz(text, "false"))
			return false;
		*out = yz_feel_bool(text.len == 4);
		return true;
	case YZ_FEEL_NUMBER:
		if (!yz_dec_parse(text, &d))
			return false;
		*out = yz_feel_number(d);
		return true;
	case YZ_FEEL_STRING:
		*out = yz_feel_string(text);
		return true;
	case YZ_FEEL_DATE:
		return yz_read_date(text, out);
	case YZ_FEEL_TIME:
		return yz_read_time(a, text, out);
	case YZ_FEEL_DATE_TIME:
		return yz_read_date_time(a, text, out);
	case YZ_FEEL_DAYS:
	case YZ_FEEL_MONTHS: {
		struct yz_feel_value v;
		if (!yz_read_duration(text, &v) || v.kind != kind)
			return false;
		*out = v;
		return true;
	}
	default:
		return false;
	}
}
