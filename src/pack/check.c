/* SPDX-License-Identifier: Apache-2.0 */
#include "pack/check.h"

#include <stdarg.h>

static void add(struct yz_checker *c, bool error, uint32_t line, const char *mend, const char *fmt, va_list ap)
{
	if (c->out->len > YZ_FINDINGS)
		return;
	struct yz_pack_finding *f = yz_vec_push(c->a, c->out);
	*f = (struct yz_pack_finding){.error = error, .file = c->file, .line = line};
	if (c->out->len > YZ_FINDINGS) {
		f->error = true;
		f->what = YZ_LIT("there are more findings than are listed");
		f->mend = YZ_LIT("mend these first");
		f->zh.what = YZ_LIT("还有别的问题没有列出来");
		f->zh.mend = YZ_LIT("请先改好这些");
		return;
	}
	f->what = yz_str(yz_vprintf(c->a, fmt, ap));
	f->mend = yz_str(mend ? yz_strdup(c->a, mend) : "");
	f->zh.what = yz_check_chinese(c->a, f->what);
	f->zh.mend = yz_check_chinese(c->a, f->mend);
}

void yz_check_error(struct yz_checker *c, uint32_t line, const char *mend, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add(c, true, line, mend, fmt, ap);
	va_end(ap);
}

void yz_check_warn(struct yz_checker *c, uint32_t line, const char *mend, const char *fmt, ...)
{
	va_list ap;
	va_start(ap, fmt);
	add(c, false, line, mend, fmt, ap);
	va_end(ap);
}

void yz_check_zh(struct yz_checker *c, const char *mend, const char *fmt, ...)
{
	if (!c->out->len || c->out->len > YZ_FINDINGS)
		return;
	struct yz_pack_finding *f = &c->out->at[c->out->len - 1];
	va_list ap;
	va_start(ap, fmt);
	f->zh.what = yz_str(yz_vprintf(c->a, fmt, ap));
	va_end(ap);
	f->zh.mend = yz_str(yz_strdup(c->a, mend));
}

size_t yz_check_errors(const struct yz_pack_findings *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->len; i++)
		n += f->at[i].error;
	return n;
}

void yz_check_keys(struct yz_checker *c, const struct yz_json *object, const char *where, const char *const *keys)
{
	for (size_t i = 0; yz_json_is(object, YZ_JSON_OBJECT) && i < object->count; i++) {
		struct yz_str key = object->members[i].key;
		bool known = false;
		for (const char *const *k = keys; *k && !known; k++)
			known = yz_str_eqz(key, *k);
		if (known)
			continue;
		struct yz_buf list;
		yz_buf_init(&list, c->a, 4096);
		yz_buf_addz(&list, "remove it, or write one of ");
		for (const char *const *k = keys; *k; k++)
			yz_buf_printf(&list, "%s%s", k == keys ? "" : ", ", *k);
		yz_check_error(c, object->members[i].value->line, list.ptr, "%s%s\"%.*s\" is no key of the grammar", where,
			       *where ? ": " : "", YZ_P(key));
	}
}

bool yz_check_key_name(struct yz_str key)
{
	if (!key.len || key.len > 60)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		char ch = key.ptr[i];
		if (!(ch >= 'a' && ch <= 'z') && !(ch >= '0' && ch <= '9') && ch != '-')
			return false;
	}
	return true;
}
