/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/run.h"

#include <math.h>
#include <stdlib.h>

#define LONGEST ((double)(3650 * YZ_DAY))

static uint64_t mix(uint64_t z)
{
	z += 0x9E3779B97F4A7C15u;
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

double yz_sim_chance(uint64_t seed, uint64_t nth, uint64_t place, uint32_t purpose)
{
	return (double)(mix(mix(mix(seed) ^ nth * 0xD6E8FEB86659FD93u) ^ place ^ ((uint64_t)purpose << 56)) >> 11) * 0x1p-53;
}

uint64_t yz_sim_place(struct yz_str s)
{
	/* FNV-1a: yz_str_hash is seeded by the process, and would not give the same run twice. */
	uint64_t h = 14695981039346656037u;
	for (size_t i = 0; i < s.len; i++)
		h = (h ^ (unsigned char)s.ptr[i]) * 1099511628211u;
	return h >> 8;
}

/* The standard normal's inverse, by Acklam's rational approximation: relative error below 1.2e-9. */
static double normal(double p)
{
	static const double a[] = {-3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02,
				   -3.066479806614716e+01, 2.506628277459239e+00};
	static const double b[] = {-5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01,
				   -1.328068155288572e+01};
	static const double c[] = {-7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838e+00, -2.549732539343734e+00,
				   4.374664141464968e+00, 2.938163982698783e+00};
	static const double d[] = {7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996e+00, 3.754408661907416e+00};
	double tail = p < 0.5 ? p : 1 - p;
	if (tail >= 0.02425) {
		double q = p - 0.5, r = q * q;
		return (((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q /
		       (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1);
	}
	double q = sqrt(-2 * log(tail > 0 ? tail : 0x1p-54));
	double x = (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
	return p < 0.5 ? x : -x;
}

int64_t yz_sim_draw(const struct yz_sim_dist *d, double u)
{
	double x = d->a;
	switch (d->kind) {
	case YZ_SIM_CONST:
		break;
	case YZ_SIM_EXPONENTIAL:
		x = -d->a * log1p(-u);
		break;
	case YZ_SIM_UNIFORM:
		x = d->a + (d->b - d->a) * u;
		break;
	case YZ_SIM_LOGNORMAL: {
		double s2 = log1p(d->b * d->b);
		x = d->a * exp(normal(u) * sqrt(s2) - s2 / 2);
		break;
	}
	case YZ_SIM_EMPIRICAL:
		x = d->n ? (double)d->sample[(size_t)(u * (double)d->n)] : 0;
		break;
	}
	return x < 1 ? 1 : x > LONGEST ? (int64_t)LONGEST : (int64_t)x;
}

double yz_sim_mean(const struct yz_sim_dist *d)
{
	if (d->kind == YZ_SIM_UNIFORM)
		return (d->a + d->b) / 2;
	if (d->kind != YZ_SIM_EMPIRICAL)
		return d->a;
	double sum = 0;
	for (size_t i = 0; i < d->n; i++)
		sum += (double)d->sample[i];
	return d->n ? sum / (double)d->n : 0;
}

/* ---- as written ---- */

bool yz_sim_number_read(const struct yz_json *v, double *out)
{
	char text[64], *end;
	if (!yz_json_is(v, YZ_JSON_NUMBER) || v->text.len >= sizeof text)
		return false;
	memcpy(text, v->text.ptr, v->text.len);
	text[v->text.len] = '\0';
	*out = strtod(text, &end);
	return !*end && isfinite(*out);
}

static bool number(const struct yz_json *v, double unit, double *out)
{
	double x;
	if (!yz_sim_number_read(v, &x) || !(x >= 0) || x * unit > LONGEST)
		return false;
	*out = x * unit;
	return true;
}

bool yz_sim_dist_read(const struct yz_json *v, struct yz_sim_dist *out, struct yz_err *err)
{
	static const struct {
		const char *name;
		yz_instant unit;
	} units[] = {{"minutes", YZ_MINUTE}, {"hours", YZ_HOUR}, {"days", YZ_DAY}};
	*out = (struct yz_sim_dist){0};
	for (size_t i = 0; i < 3; i++) {
		const struct yz_json *n = yz_json_get(v, units[i].name), *spread = yz_json_get(v, "spread");
		double unit = (double)units[i].unit;
		if (!n)
			continue;
		if (yz_json_is(n, YZ_JSON_ARRAY) && n->len == 2 && number(n->items[0], unit, &out->a) && number(n->items[1], unit, &out->b) &&
		    out->a <= out->b && !spread) {
			out->kind = YZ_SIM_UNIFORM;
			return true;
		}
		if (!number(n, unit, &out->a))
			break;
		if (yz_json_bool(v, "exponential", false))
			out->kind = YZ_SIM_EXPONENTIAL;
		else if (spread && (!number(spread, 1, &out->b) || out->b > 10))
			return yz_fail(err, YZ_BAD_INPUT, "line %u: spread is a number from 0 to 10", spread->line);
		else if (out->b > 0)
			out->kind = YZ_SIM_LOGNORMAL;
		return true;
	}
	return yz_fail(err, YZ_BAD_INPUT, "line %u: a time is written {\"minutes\": 30}, or hours, days; a number or [least, most]",
		       v ? v->line : 0);
}
