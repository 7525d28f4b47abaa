/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/schema_node.h"

#include "base/date.h"

#define N_(msgid) (msgid) /* for tools/po-extract; whoever shows it translates it */

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *date_fault(struct yz_str s, void *ctx)
{
	yz_day day;
	return yz_day_parse(s, &day) ? NULL : N_("请填写日期，例如 2026-11-22");
}

static const char *instant_fault(struct yz_str s, void *ctx)
{
	yz_instant t;
	return yz_instant_parse(s, &t) ? NULL : N_("请填写日期和时间，例如 2026-11-22T10:32:00+08:00");
}

/* Labels of letters, digits and inner hyphens, ≤ 63 each, with a dot between; at least two. */
static bool is_domain(struct yz_str s)
{
	struct yz_str label;
	size_t labels = 0;
	if (!s.len || s.len > 253)
		return false;
	while (yz_str_cut(&s, '.', &label)) {
		labels++;
		if (!label.len || label.len > 63 || label.ptr[0] == '-' || label.ptr[label.len - 1] == '-')
			return false;
		for (size_t i = 0; i < label.len; i++)
			if (!is_letter(label.ptr[i]) && !is_digit(label.ptr[i]) && label.ptr[i] != '-')
				return false;
	}
	return labels >= 2;
}

/* RFC 5321, 4.1.2 without quoted names and addresses in brackets, which nobody has. */
static const char *email_fault(struct yz_str s, void *ctx)
{
	const char *const fault = N_("请填写电子邮箱，例如 name@example.cn");
	struct yz_str local, atom, domain = s;
	if (s.len > 254 || !yz_str_cut(&domain, '@', &local) || !domain.ptr || !is_domain(domain) || local.len > 64)
		return fault;
	while (yz_str_cut(&local, '.', &atom)) {
		if (!atom.len)
			return fault;
		for (size_t i = 0; i < atom.len; i++)
			if (!is_letter(atom.ptr[i]) && !is_digit(atom.ptr[i]) &&
			    !memchr("!#$%&'*+-/=?^_`{|}~", atom.ptr[i], 19))
				return fault;
	}
	return NULL;
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

/* RFC 3986, 3: a scheme, then only characters a URI may hold, % before two digits. */
static const char *uri_fault(struct yz_str s, void *ctx)
{
	const char *const fault = N_("请填写完整的网址，例如 https://www.example.gov.cn/");
	size_t i = 0;
	if (!s.len || !is_letter(s.ptr[0]))
		return fault;
	while (i < s.len && (is_letter(s.ptr[i]) || is_digit(s.ptr[i]) || (s.ptr[i] && strchr("+-.", s.ptr[i]))))
		i++;
	if (i == s.len || s.ptr[i] != ':')
		return fault;
	bool host = i + 2 < s.len && s.ptr[i + 1] == '/' && s.ptr[i + 2] == '/', fragment = false;
	size_t authority = i + 3;
	for (i++; i < s.len; i++) {
		char c = s.ptr[i];
		if (host && i >= authority && (c == '/' || c == '?' || c == '#'))
			host = false;
		if (c == '%' && (s.len - i < 3 || !is_hex(s.ptr[i + 1]) || !is_hex(s.ptr[i + 2])))
			return fault;
		if ((c == '[' || c == ']') && !host)
			return fault;
		if (c == '#' && fragment)
			return fault;
		fragment = fragment || c == '#';
		if (!c || (!is_letter(c) && !is_digit(c) && !strchr("-._~:/?#[]@!$&'()*+,;=%", c)))
			return fault;
	}
	return NULL;
}

const struct yz_schema_format yz_schema_formats[] = {
	{"date", date_fault, NULL},
	{"date-time", instant_fault, NULL},
	{"email", email_fault, NULL},
	{"uri", uri_fault, NULL},
};
const size_t yz_schema_nformats = sizeof yz_schema_formats / sizeof *yz_schema_formats;
