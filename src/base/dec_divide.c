/* base/dec_divide.c - whole numbers of 128 and 256 bits divided by multiplying.
 *
 * Processors multiply many times faster than they divide; what is divided by
 * is turned round once, or stands turned round in a table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/dec_wide.h"

#include <assert.h>

/* 1 / 10^n, cut to 128 bits of which the highest is set. */
#define TENTH(hi, lo) ((u128)hi << 64 | lo)
static const u128 tenths[39] = {
	0,
	TENTH(0xcccccccccccccccc, 0xcccccccccccccccc),
	TENTH(0xa3d70a3d70a3d70a, 0x3d70a3d70a3d70a3),
	TENTH(0x83126e978d4fdf3b, 0x645a1cac083126e9),
	TENTH(0xd1b71758e219652b, 0xd3c36113404ea4a8),
	TENTH(0xa7c5ac471b478423, 0x0fcf80dc33721d53),
	TENTH(0x8637bd05af6c69b5, 0xa63f9a49c2c1b10f),
	TENTH(0xd6bf94d5e57a42bc, 0x3d32907604691b4c),
	TENTH(0xabcc77118461cefc, 0xfdc20d2b36ba7c3d),
	TENTH(0x89705f4136b4a597, 0x31680a88f8953030),
	TENTH(0xdbe6fecebdedd5be, 0xb573440e5a884d1b),
	TENTH(0xafebff0bcb24aafe, 0xf78f69a51539d748),
	TENTH(0x8cbccc096f5088cb, 0xf93f87b7442e45d3),
	TENTH(0xe12e13424bb40e13, 0x2865a5f206b06fb9),
	TENTH(0xb424dc35095cd80f, 0x538484c19ef38c94),
	TENTH(0x901d7cf73ab0acd9, 0x0f9d37014bf60a10),
	TENTH(0xe69594bec44de15b, 0x4c2ebe687989a9b3),
	TENTH(0xb877aa3236a4b449, 0x09befeb9fad487c2),
	TENTH(0x9392ee8e921d5d07, 0x3aff322e62439fcf),
	TENTH(0xec1e4a7db69561a5, 0x2b31e9e3d06c32e5),
	TENTH(0xbce5086492111aea, 0x88f4bb1ca6bcf584),
	TENTH(0x971da05074da7bee, 0xd3f6fc16ebca5e03),
	TENTH(0xf1c90080baf72cb1, 0x5324c68b12dd6338),
	TENTH(0xc16d9a0095928a27, 0x75b7053c0f178293),
	TENTH(0x9abe14cd44753b52, 0xc4926a9672793542),
	TENTH(0xf79687aed3eec551, 0x3a83ddbd83f52204),
	TENTH(0xc612062576589dda, 0x95364afe032a819d),
	TENTH(0x9e74d1b791e07e48, 0x775ea264cf55347d),
	TENTH(0xfd87b5f28300ca0d, 0x8bca9d6e188853fc),
	TENTH(0xcad2f7f5359a3b3e, 0x096ee45813a04330),
	TENTH(0xa2425ff75e14fc31, 0xa1258379a94d028d),
	TENTH(0x81ceb32c4b43fcf4, 0x80eacf948770ced7),
	TENTH(0xcfb11ead453994ba, 0x67de18eda5814af2),
	TENTH(0xa6274bbdd0fadd61, 0xecb1ad8aeacdd58e),
	TENTH(0x84ec3c97da624ab4, 0xbd5af13bef0b113e),
	TENTH(0xd4ad2dbfc3d07787, 0x955e4ec64b44e864),
	TENTH(0xaa242499697392d2, 0xdde50bd1d5d0b9e9),
	TENTH(0x881cea14545c7575, 0x7e50d64177da2e54),
	TENTH(0xd9c7dced53c72255, 0x96e7bd358c904a21),
};
#undef TENTH

u128 yz_u128_over_ten(u128 c, int n, u128 *rest)
{
	uint64_t w[4];
	assert(n > 0 && n <= 38);
	yz_u256_mul(c, tenths[n], w);
	/* 217706 / 2^16 is just above log2(10).  A cut factor makes the quotient one too small at most. */
	u128 q = ((u128)w[3] << 64 | w[2]) >> (n * 217706 >> 16), r = c - q * yz_p10[n];
	if (r >= yz_p10[n]) {
		q++;
		r -= yz_p10[n];
	}
	*rest = r;
	return q;
}

/* w /= d, in place; the remainder. */
uint64_t yz_u256_div_small(uint64_t w[4], uint64_t d)
{
	uint64_t r = 0;
	for (int i = 3; i >= 0; i--) {
		u128 part = (u128)r << 64 | w[i];
		w[i] = (uint64_t)(part / d);
		r = (uint64_t)(part % d);
	}
	return r;
}

/* How often d, whose highest bit is set, goes into 2^192, less 2^64 (Möller and Granlund, Improved division by
 * invariant integers, algorithm 6). */
static uint64_t reciprocal(u128 d)
{
	uint64_t d1 = (uint64_t)(d >> 64), d0 = (uint64_t)d;
	uint64_t v = (uint64_t)(((u128)~d1 << 64 | UINT64_MAX) / d1), p = d1 * v + d0;
	if (p < d0) {
		v--;
		if (p >= d1) {
			v--;
			p -= d1;
		}
		p -= d1;
	}
	u128 t = (u128)v * d0;
	p += (uint64_t)(t >> 64);
	if (p < (uint64_t)(t >> 64)) {
		v--;
		if (((u128)p << 64 | (uint64_t)t) >= d)
			v--;
	}
	return v;
}

/* (*n * 2^64 + next) / d, where *n < d; the remainder in *n (algorithm 4). */
static uint64_t divide_step(u128 *n, uint64_t next, u128 d, uint64_t v)
{
	u128 q = (u128)v * (uint64_t)(*n >> 64) + *n;
	uint64_t digit = (uint64_t)(q >> 64) + 1;
	u128 r = (u128)((uint64_t)*n - (digit - 1) * (uint64_t)(d >> 64)) << 64 | next;
	r -= (u128)(uint64_t)d * (digit - 1) + d;
	if ((uint64_t)(r >> 64) >= (uint64_t)q) {
		digit--;
		r += d;
	}
	if (r >= d) {
		digit++;
		r -= d;
	}
	*n = r;
	return digit;
}

/* w / d; the quotient must fit 128 bits. */
u128 yz_u256_div(const uint64_t w[4], u128 d, bool *rest)
{
	if (!(d >> 64)) {
		uint64_t q[4] = {w[0], w[1], w[2], w[3]};
		*rest = yz_u256_div_small(q, (uint64_t)d) != 0;
		assert(!q[2] && !q[3]);
		return (u128)q[1] << 64 | q[0];
	}
	int s = __builtin_clzll((uint64_t)(d >> 64));
	u128 high = (u128)w[3] << 64 | w[2], low = (u128)w[1] << 64 | w[0];
	assert(!s || !(w[3] >> (64 - s)));
	d <<= s;
	high = high << s | (s ? low >> (128 - s) : 0);
	low <<= s;
	assert(high < d);
	uint64_t v = reciprocal(d), q1 = divide_step(&high, (uint64_t)(low >> 64), d, v),
		 q0 = divide_step(&high, (uint64_t)low, d, v);
	*rest = high != 0;
	return (u128)q1 << 64 | q0;
}
