/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/pay.h"

#include "gov/site.h"

#include <stdio.h>
#include <string.h>

#define PROVIDER(name) extern const struct yz_pay_provider yz_pay_##name;
#include "gov/pay_providers.def"
#undef PROVIDER

static const struct yz_pay_provider *const providers[] = {
#define PROVIDER(name) &yz_pay_##name,
#include "gov/pay_providers.def"
#undef PROVIDER
};

bool yz_pay_find(struct yz_site *site, struct yz_arena *a, struct yz_str name, struct yz_pay *out, struct yz_err *err)
{
	for (size_t i = 0; i < sizeof providers / sizeof *providers; i++)
		if (yz_str_eqz(name, providers[i]->name)) {
			*out = (struct yz_pay){site, providers[i], yz_str_printf(a, "%s/pay/notice/%s", site->base_url, providers[i]->name)};
			return true;
		}
	*out = (struct yz_pay){.site = site};
	return yz_fail(err, YZ_NOT_FOUND, "no payment channel %.*s; setting pay.provider names one", YZ_P(name));
}

bool yz_pay_of(struct yz_site *site, struct yz_arena *a, struct yz_pay *out, struct yz_err *err)
{
	struct yz_conn *conn = yz_db_read(site->db, err);
	if (!conn)
		return false;
	struct yz_str name = yz_site_setting(conn, a, "pay.provider", "");
	yz_db_release(conn);
	*out = (struct yz_pay){.site = site};
	return !name.len || yz_pay_find(site, a, name, out, err);
}

/* ---- amounts as written ---- */

struct yz_str yz_yuan(struct yz_arena *a, int64_t fen)
{
	return yz_str_printf(a, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
}

struct yz_str yz_yuan_show(struct yz_arena *a, int64_t fen)
{
	char digits[32], out[48];
	int n = snprintf(digits, sizeof digits, "%lld", (long long)(fen / 100)), k = 0;
	for (int i = 0; i < n; i++) {
		if (i && (n - i) % 3 == 0)
			out[k++] = ',';
		out[k++] = digits[i];
	}
	out[k] = '\0';
	return yz_str_printf(a, "%s.%02lld", out, (long long)(fen % 100));
}

static bool read_yuan(struct yz_str s, int64_t most, int64_t *fen)
{
	int64_t v = 0;
	size_t i = 0, places = 0;
	bool point = false;
	if (!s.len || s.len > 20 || s.ptr[0] == '.')
		return false;
	for (; i < s.len; i++) {
		char c = s.ptr[i];
		if (c == '.' && !point) {
			point = true;
			continue;
		}
		if (c < '0' || c > '9' || (point && places == 2))
			return false;
		places += point;
		v = v * 10 + (c - '0');
		if (v > most)
			return false;
	}
	if (point && !places)
		return false;
	for (; places < 2; places++)
		v *= 10;
	*fen = v;
	return v <= most;
}

bool yz_yuan_parse(struct yz_str s, int64_t *fen)
{
	return read_yuan(s, YZ_PAY_MOST, fen);
}

bool yz_yuan_parse_sum(struct yz_str s, int64_t *fen)
{
	return read_yuan(s, YZ_PAY_LINES * YZ_PAY_MOST, fen);
}
