/* web/chart.h - charts drawn on the server as SVG (private to web).
 *
 * Drawn for a width of 360 units, so that words in them can be read on a narrow phone; each bar says its number, so that
 * colour alone carries nothing.  A chart is a picture: the table with the same numbers stands beside it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_CHART_H
#define YZ_WEB_CHART_H

#include "base/str.h"

enum { YZ_CHART_SERIES = 3 };

struct yz_chart_bar {
	struct yz_str label;
	bool there[YZ_CHART_SERIES];
	double value[YZ_CHART_SERIES], half[YZ_CHART_SERIES]; /* half: of the range of confidence; 0: none is drawn */
};

/* Bars that lie, grouped by label; names of the series, NULL where it is not drawn.  unit stands behind each number. */
void yz_chart_bars(struct yz_buf *out, const char *title, const struct yz_chart_bar *bars, size_t n, const char *const names[YZ_CHART_SERIES],
		   const char *unit);
/* n values of each series from left to right; marks: what stands below, one for `each` values; every third is drawn. */
void yz_chart_lines(struct yz_buf *out, const char *title, const double *const series[YZ_CHART_SERIES], size_t n,
		    const char *const names[YZ_CHART_SERIES], const struct yz_str *marks, size_t nmarks, size_t each);

/* Columns without words, the last in another colour, for who only glances: hidden from who cannot see, for the numbers
 * stand elsewhere. */
void yz_chart_columns(struct yz_buf *out, const double *values, size_t n);

#endif
