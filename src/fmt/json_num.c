/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/json.h"

#include <assert.h>

/* A numeral as digits without zeros at either end: 0.d1d2d3… × 10^exp; no
 * digits is zero. */
struct numeral {
	bool minus;
	size_t len;
	int64_t exp;
	char digits[YZ_JSON_NUMERAL];
};

static void take_apart(struct yz_str s, struct numeral *n)
{
	assert(s.len <= YZ_JSON_NUMERAL);
	size_t i = 0;
	bool dot = false;
	n->len = 0;
	n->exp = 0;
	n->minus = s.len && s.ptr[0] == '-';
	for (i = n->minus; i < s.len && s.ptr[i] != 'e' && s.ptr[i] != 'E'; i++) {
		if (s.ptr[i] == '.') {
			dot = true;
			continue;
		}
		if (n->len || s.ptr[i] != '0') {
			n->digits[n->len++] = s.ptr[i];
			n->exp += !dot;
		} else if (dot) {
			n->exp--;
		}
	}
	while (n->len && n->digits[n->len - 1] == '0')
		n->len--;
	if (i < s.len) {
		bool minus = ++i < s.len && s.ptr[i] == '-';
		i += i < s.len && (minus || s.ptr[i] == '+');
		int64_t e = 0;
		/* Beyond any length of digits the order is settled by the exponent alone. */
		for (; i < s.len; i++)
			e = e > INT64_MAX / 100 ? e : e * 10 + (s.ptr[i] - '0');
		n->exp += minus ? -e : e;
	}
	if (!n->len) {
		n->minus = false;
		n->exp = 0;
	}
}

int yz_json_num_cmp(struct yz_str a, struct yz_str b)
{
	struct numeral x, y;
	take_apart(a, &x);
	take_apart(b, &y);
	if (x.minus != y.minus)
		return x.minus ? -1 : 1;
	int order;
	if (!x.len || !y.len)
		order = (x.len > 0) - (y.len > 0);
	else if (x.exp != y.exp)
		order = x.exp < y.exp ? -1 : 1;
	else
		order = yz_str_cmp(yz_str_n(x.digits, x.len), yz_str_n(y.digits, y.len));
	return x.minus ? -order : order;
}

bool yz_json_num_int(struct yz_str s, int64_t *out)
{
	struct numeral n;
	take_apart(s, &n);
	if (n.exp < (int64_t)n.len || n.exp > 19)
		return n.len == 0 && (*out = 0, true);
	int64_t v = 0;
	for (size_t i = 0; i < (size_t)n.exp; i++) {
		int digit = i < n.len ? n.digits[i] - '0' : 0;
		if (__builtin_mul_overflow(v, 10, &v) || __builtin_sub_overflow(v, digit, &v))
			return false;
	}
	if (!n.minus && __builtin_mul_overflow(v, -1, &v))
		return false;
	*out = v;
	return true;
}

bool yz_json_num_is_int(struct yz_str s)
{
	struct numeral n;
	take_apart(s, &n);
	return n.exp >= (int64_t)n.len;
}

uint64_t yz_json_num_hash(struct yz_str s)
{
	struct numeral n;
	take_apart(s, &n);
	return yz_str_hash(yz_str_n(n.digits, n.len)) ^ (uint64_t)n.exp * 2 ^ n.minus;
}

bool yz_json_num_divisor(struct yz_str s)
{
	struct numeral n;
	take_apart(s, &n);
	return n.len > 0 && n.len <= 18 && !n.minus && n.exp > -10000 && n.exp < 10000;
}

/* Both are whole digits times a power of ten, the digits without zeros at the
 * end: so v can only be a multiple where its power is not the smaller one. */
bool yz_json_num_multiple(struct yz_str v, struct yz_str of)
{
	struct numeral x, y;
	take_apart(v, &x);
	take_apart(of, &y);
	assert(y.len > 0 && y.len <= 18);
	int64_t shift = (x.exp - (int64_t)x.len) - (y.exp - (int64_t)y.len);
	if (!x.len)
		return true;
	if (shift < 0)
		return false;
	unsigned __int128 d = 0, rest = 0, ten = 10;
	for (size_t i = 0; i < y.len; i++)
		d = d * 10 + (unsigned)(y.digits[i] - '0');
	for (size_t i = 0; i < x.len; i++)
		rest = (rest * 10 + (unsigned)(x.digits[i] - '0')) % d;
	ten %= d;
	for (; shift && rest; shift >>= 1) {
		if (shift & 1)
			rest = rest * ten % d;
		ten = ten * ten % d;
	}
	return rest == 0;
}
