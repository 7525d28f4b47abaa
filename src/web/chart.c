/* SPDX-License-Identifier: Apache-2.0 */
#include "web/chart.h"

#include "fmt/html.h"

#include <stdio.h>

enum { WIDTH = 360, BAR = 14, ROW = 18, LABEL = 20, GAP = 10, PLOT = 150, LEGEND = 20, MARKS_APART = 3 };

static void text(struct yz_buf *out, double x, double y, const char *anchor, struct yz_str s)
{
	yz_buf_printf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"13\" text-anchor=\"%s\">", x, y, anchor);
	yz_html_text(out, s);
	yz_buf_addz(out, "</text>");
}

static void begin(struct yz_buf *out, const char *title, double height)
{
	yz_buf_printf(out, "<svg class=\"chart\" viewBox=\"0 0 %d %.0f\" role=\"img\" aria-label=\"", WIDTH, height);
	yz_html_textz(out, title);
	yz_buf_addz(out, "\">");
}

static void number(char buf[64], double value, double half, const char *name, const char *unit)
{
	if (half >= 0.05)
		snprintf(buf, 64, "%s %.1f ±%.1f %s", name, value, half, unit);
	else
		snprintf(buf, 64, "%s %.1f %s", name, value, unit);
}

static double most_of(const struct yz_chart_bar *bars, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++)
		for (int s = 0; s < YZ_CHART_SERIES; s++)
			if (bars[i].there[s] && bars[i].value[s] + bars[i].half[s] > most)
				most = bars[i].value[s] + bars[i].half[s];
	return most > 0 ? most : 1;
}

void yz_chart_bars(struct yz_buf *out, const char *title, const struct yz_chart_bar *bars, size_t n, const char *const names[YZ_CHART_SERIES],
		   const char *unit)
{
	/* The longest bar leaves room for what stands behind it. */
	double scale = 190 / most_of(bars, n), y = 0, height = 0;
	for (size_t i = 0; i < n; i++) {
		height += LABEL + GAP;
		for (int s = 0; s < YZ_CHART_SERIES; s++)
			height += bars[i].there[s] && names[s] ? ROW : 0;
	}
	begin(out, title, height);
	for (size_t i = 0; i < n; i++) {
		text(out, 0, y + 14, "start", bars[i].label);
		y += LABEL;
		for (int s = 0; s < YZ_CHART_SERIES; s++) {
			char said[64];
			if (!bars[i].there[s] || !names[s])
				continue;
			double w = bars[i].value[s] * scale, h = bars[i].half[s] * scale;
			yz_buf_printf(out, "<rect class=\"s%d\" x=\"0\" y=\"%.1f\" width=\"%.1f\" height=\"%d\"/>", s, y, w > 1 ? w : 1, BAR);
			if (h >= 1)
				yz_buf_printf(out, "<path class=\"range\" d=\"M%.1f %.1fH%.1f\"/>", w - h > 0 ? w - h : 0, y + BAR / 2.0, w + h);
			number(said, bars[i].value[s], bars[i].half[s], names[s], unit);
			text(out, w + h + 6, y + 12, "start", yz_str(said));
			y += ROW;
		}
		y += GAP;
	}
	yz_buf_addz(out, "</svg>");
}

void yz_chart_lines(struct yz_buf *out, const char *title, const double *const series[YZ_CHART_SERIES], size_t n,
		    const char *const names[YZ_CHART_SERIES], const struct yz_str *marks, size_t nmarks, size_t each)
{
	double most = 0, left = 34, right = WIDTH - 6, x = left;
	char said[64];
	for (int s = 0; s < YZ_CHART_SERIES; s++)
		for (size_t i = 0; names[s] && i < n; i++)
			most = series[s][i] > most ? series[s][i] : most;
	most = most > 0 ? most : 1;
	begin(out, title, PLOT + LEGEND + 24);
	yz_buf_printf(out, "<path class=\"axis\" d=\"M%.1f 10V%dH%.1f\"/>", left, PLOT, right);
	snprintf(said, sizeof said, most < 10 ? "%.1f" : "%.0f", most);
	text(out, left - 4, 18, "end", yz_str(said));
	text(out, left - 4, PLOT, "end", YZ_LIT("0"));
	for (int s = 0; s < YZ_CHART_SERIES; s++) {
		if (!names[s] || n < 2)
			continue;
		yz_buf_printf(out, "<polyline class=\"l%d\" points=\"", s);
		for (size_t i = 0; i < n; i++)
			yz_buf_printf(out, "%.1f,%.1f ", left + (right - left) * (double)i / (double)(n - 1), PLOT - (PLOT - 12) * series[s][i] / most);
		yz_buf_addz(out, "\"/>");
		yz_buf_printf(out, "<path class=\"l%d\" d=\"M%.1f %dh26\"/>", s, x, PLOT + 34);
		text(out, x + 30, PLOT + 38, "start", yz_str(names[s]));
		x += 110;
	}
	for (size_t i = 0; i < nmarks && n > 1; i += MARKS_APART)
		text(out, left + (right - left) * (double)(i * each) / (double)(n - 1), PLOT + 16, i ? "middle" : "start", marks[i]);
	yz_buf_addz(out, "</svg>");
}

void yz_chart_columns(struct yz_buf *out, const double *values, size_t n)
{
	enum { STEP = 10, COLUMN = 7, TALL = 40 };
	double most = 1;
	for (size_t i = 0; i < n; i++)
		most = values[i] > most ? values[i] : most;
	yz_buf_printf(out, "<svg class=\"columns\" viewBox=\"0 0 %zu %d\" preserveAspectRatio=\"none\" aria-hidden=\"true\">", n * STEP, TALL);
	for (size_t i = 0; i < n; i++) {
		double h = values[i] > 0 ? TALL * values[i] / most : 1;
		yz_buf_printf(out, "<rect%s x=\"%zu\" y=\"%.1f\" width=\"%d\" height=\"%.1f\"/>", i + 1 == n ? " class=\"last\"" : "", i * STEP, TALL - h,
			      COLUMN, h);
	}
	yz_buf_addz(out, "</svg>");
}
