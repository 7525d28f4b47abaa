/* SPDX-License-Identifier: Apache-2.0 */
#include "calendar/days.h"

#include "base/map.h"
#include "fmt/json.h"

#include <string.h>

bool yz_notice_add(struct yz_notice *n, struct yz_notice_day day, struct yz_err *err)
{
	char date[16];
	int year = yz_day_civil(day.day).year;
	if (n->days.len == YZ_NOTICE_DAYS)
		return yz_fail(err, YZ_LIMIT, "line %d: more than %d days", day.line, YZ_NOTICE_DAYS);
	if (year < YZ_CALENDAR_FIRST || year > YZ_CALENDAR_LAST)
		return yz_fail(err, YZ_LIMIT, "line %d: the year %d is not between %d and %d", day.line, year,
			       YZ_CALENDAR_FIRST, YZ_CALENDAR_LAST);
	if (!day.off && yz_weekday(day.day) < 5)
		return yz_fail(err, YZ_BAD_INPUT, "line %d: %s is an exchanged working day but no Saturday or Sunday",
			       day.line, yz_day_print(day.day, date));
	yz_day first = yz_day_from(YZ_CALENDAR_FIRST, 1, 1);
	if (!n->seen)
		n->seen = yz_new_n(n->arena, (size_t)(yz_day_from(YZ_CALENDAR_LAST + 1, 1, 1) - first), uint16_t);
	uint16_t *seen = &n->seen[day.day - first];
	struct yz_notice_day *d = *seen ? &n->days.at[*seen - 1] : NULL;
	if (d && d->off != day.off)
		return yz_fail(err, YZ_BAD_INPUT, "line %d: %s is a day off and an exchanged working day", day.line,
			       yz_day_print(day.day, date));
	if (d) {
		d->in_lieu |= day.in_lieu;
		return true;
	}
	*yz_vec_push(n->arena, &n->days) = day;
	*seen = (uint16_t)n->days.len;
	return true;
}

/* "New Year's Day,元旦,1" names the day in its second part; "元旦" in its only one. */
static struct yz_str chinese_name(struct yz_str s)
{
	struct yz_str part, rest = s;
	struct yz_str name = s;
	for (int i = 0; i < 2 && yz_str_cut(&rest, ',', &part); i++)
		name = part;
	return yz_str_trim(name);
}

static bool read_days(struct yz_notice *n, const struct yz_json *doc, const char *list, bool off, bool in_lieu,
		      struct yz_err *err)
{
	const struct yz_json *days = yz_json_get(doc, list);
	if (!days)
		return true;
	if (!yz_json_is(days, YZ_JSON_OBJECT))
		return yz_fail(err, YZ_SYNTAX, "line %u: \"%s\" is no object of dates", days->line, list);
	for (size_t i = 0; i < days->count; i++) {
		struct yz_str key = days->members[i].key;
		const struct yz_json *v = days->members[i].value;
		struct yz_notice_day d = {.off = off, .in_lieu = in_lieu, .line = (int)v->line};
		if (!yz_day_parse(key, &d.day))
			return yz_fail(err, YZ_SYNTAX, "line %u: \"%.*s\" in \"%s\" is no date like 2026-01-01",
				       v->line, (int)(key.len > 40 ? 40 : key.len), key.ptr, list);
		if (!yz_json_is(v, YZ_JSON_STRING))
			return yz_fail(err, YZ_SYNTAX, "line %u: %.*s in \"%s\" has no name", v->line, YZ_P(key), list);
		d.name = chinese_name(v->text);
		if (!yz_notice_add(n, d, err))
			return false;
	}
	return true;
}

bool yz_notice_read_json(struct yz_notice *n, struct yz_str text, struct yz_err *err)
{
	struct yz_json_limits limits = {YZ_NOTICE_BYTES, 8, 3 * YZ_NOTICE_DAYS};
	const struct yz_json *doc = yz_json_read(n->arena, text, &limits, err);
	if (!doc)
		return false;
	if (!yz_json_is(doc, YZ_JSON_OBJECT) || (!yz_json_get(doc, "holidays") && !yz_json_get(doc, "workdays")))
		return yz_fail(err, YZ_SYNTAX, "no notice: neither \"holidays\" nor \"workdays\"");
	return read_days(n, doc, "holidays", true, false, err) && read_days(n, doc, "workdays", false, false, err) &&
	       read_days(n, doc, "inLieuDays", true, true, err);
}

/* iCalendar (RFC 5545). */

enum { LINE_MOST = 8192, SPAN_MOST = 60 };

struct ical {
	struct yz_str rest;
	int line; /* of the content line last taken */
	int next; /* number of the line `rest` begins with */
	char buf[LINE_MOST];
};

static bool raw_line(struct ical *s, struct yz_str *line)
{
	if (s->rest.len == 0)
		return false;
	const char *end = memchr(s->rest.ptr, '\n', s->rest.len);
	size_t len = end ? (size_t)(end - s->rest.ptr) : s->rest.len;
	*line = yz_str_n(s->rest.ptr, len);
	s->rest = yz_str_n(s->rest.ptr + len + (end != NULL), s->rest.len - len - (end != NULL));
	if (line->len > 0 && line->ptr[line->len - 1] == '\r')
		line->len--;
	s->next++;
	return true;
}

/* One content line with its continuations joined (3.1); false at the end or on error. */
static bool content_line(struct ical *s, struct yz_str *line, struct yz_err *err)
{
	struct yz_str part;
	size_t n = 0;
	s->line = s->next;
	if (!raw_line(s, &part))
		return false;
	for (;;) {
		if (part.len > LINE_MOST - n)
			return yz_fail(err, YZ_LIMIT, "line %d is longer than %d bytes", s->line, LINE_MOST);
		memcpy(s->buf + n, part.ptr, part.len);
		n += part.len;
		if (s->rest.len == 0 || (s->rest.ptr[0] != ' ' && s->rest.ptr[0] != '\t'))
			break;
		raw_line(s, &part);
		part = yz_str_n(part.ptr + 1, part.len > 0 ? part.len - 1 : 0);
	}
	*line = yz_str_n(s->buf, n);
	return true;
}

/* "DTSTART;VALUE=DATE:20260101": name before ; or :, value behind the first : outside quotes. */
static bool split(struct yz_str line, struct yz_str *name, struct yz_str *value)
{
	bool quoted = false;
	size_t i = 0;
	while (i < line.len && line.ptr[i] != ';' && line.ptr[i] != ':')
		i++;
	*name = yz_str_n(line.ptr, i);
	for (; i < line.len; i++) {
		if (line.ptr[i] == '"')
			quoted = !quoted;
		if (line.ptr[i] == ':' && !quoted) {
			*value = yz_str_n(line.ptr + i + 1, line.len - i - 1);
			return true;
		}
	}
	return false;
}

struct event {
	int line, start_line;
	bool has_start, has_end;
	yz_day start, end; /* end is exclusive */
	int duration;
	bool recurs;
	char summary[256];
};

/* "20260101", and "20260101T000000" of calendars that give times. */
static bool ical_day(struct yz_str v, yz_day *day)
{
	char iso[10];
	if (v.len < 8 || (v.len > 8 && v.ptr[8] != 'T'))
		return false;
	memcpy(iso, v.ptr, 4);
	iso[4] = iso[7] = '-';
	memcpy(iso + 5, v.ptr + 4, 2);
	memcpy(iso + 8, v.ptr + 6, 2);
	return yz_day_parse(yz_str_n(iso, 10), day);
}

static void unescape(struct yz_str v, char *out, size_t size)
{
	size_t n = 0;
	for (size_t i = 0; i < v.len && n + 1 < size; i++) {
		if (v.ptr[i] == '\\' && i + 1 < v.len)
			i++;
		out[n++] = v.ptr[i];
	}
	out[n] = '\0';
}

static bool property(struct event *e, int line, struct yz_str name, struct yz_str v, struct yz_err *err)
{
	if (yz_str_eqz(name, "DTSTART")) {
		e->has_start = ical_day(v, &e->start);
		if (!e->has_start)
			return yz_fail(err, YZ_SYNTAX, "line %d: DTSTART is no date like 20260101", line);
	} else if (yz_str_eqz(name, "DTEND")) {
		e->has_end = ical_day(v, &e->end);
		if (!e->has_end)
			return yz_fail(err, YZ_SYNTAX, "line %d: DTEND is no date like 20260101", line);
	} else if (yz_str_eqz(name, "DURATION")) {
		int64_t n;
		if (v.len < 3 || v.ptr[0] != 'P' || v.ptr[v.len - 1] != 'D' ||
		    !yz_str_int(yz_str_n(v.ptr + 1, v.len - 2), &n) || n < 1 || n > SPAN_MOST)
			return yz_fail(err, YZ_SYNTAX, "line %d: DURATION is no number of days like P3D", line);
		e->duration = (int)n;
	} else if (yz_str_eqz(name, "RRULE") || yz_str_eqz(name, "RDATE")) {
		e->recurs = true;
	} else if (yz_str_eqz(name, "SUMMARY")) {
		unescape(v, e->summary, sizeof e->summary);
	}
	return true;
}

/* Which words calendars in use publish: 元旦（休）, 春节（班）, 国庆节 假期 第1天/共7天, 国庆节 补班. */
static bool sorted(struct yz_str summary, bool *off, struct yz_str *name)
{
	static const char *const work[] = {"补班", "上班", "班"}, *const rest[] = {"假期", "放假", "休假",
										   "休息", "调休", "休"};
	size_t at = SIZE_MAX;
	*off = false;
	for (size_t i = 0; i < 3 && at == SIZE_MAX; i++)
		at = yz_str_find(summary, yz_str(work[i]), 0);
	for (size_t i = 0; i < 6 && at == SIZE_MAX; i++) {
		at = yz_str_find(summary, yz_str(rest[i]), 0);
		*off = at != SIZE_MAX;
	}
	if (at == SIZE_MAX)
		return false;
	/* The name stands before the mark and its bracket. */
	struct yz_str n = yz_str_trim(yz_str_n(summary.ptr, at));
	for (;;) {
		struct yz_str was = n;
		if (yz_str_ends(n, YZ_LIT("（")))
			n.len -= 3;
		else if (n.len > 0 && strchr("([-", n.ptr[n.len - 1]))
			n.len--;
		n = yz_str_trim(n);
		if (n.len == was.len)
			break;
	}
	*name = n;
	return true;
}

static bool finish_event(struct yz_notice *n, const struct event *e, struct yz_err *err)
{
	bool off;
	struct yz_str name;
	if (!sorted(yz_str(e->summary), &off, &name))
		return true;
	if (!e->has_start)
		return yz_fail(err, YZ_SYNTAX, "line %d: the event \"%s\" has no DTSTART", e->line, e->summary);
	if (e->recurs)
		return yz_fail(err, YZ_BAD_INPUT, "line %d: the event \"%s\" recurs; a notice names each day", e->line,
			       e->summary);
	/* A DTEND of the same day is written by calendars that give times. */
	yz_day end =
		e->has_end ? (e->end == e->start ? e->start + 1 : e->end) : e->start + (e->duration ? e->duration : 1);
	if (end < e->start || end - e->start > SPAN_MOST)
		return yz_fail(err, YZ_BAD_INPUT, "line %d: the event \"%s\" does not end within %d days", e->line,
			       e->summary, SPAN_MOST);
	name = yz_str_dup(n->arena, name);
	for (yz_day d = e->start; d < end; d++) {
		struct yz_notice_day day = {.day = d, .off = off, .name = name, .line = e->line};
		if (!yz_notice_add(n, day, err))
			return false;
	}
	return true;
}

bool yz_notice_read_ical(struct yz_notice *n, struct yz_str text, struct yz_err *err)
{
	struct ical s = {.rest = text, .next = 1};
	struct yz_str line, name, value;
	struct event e = {0};
	struct yz_err failed = {0};
	bool begun = false, in_event = false;
	int deeper = 0; /* alarms inside an event */
	while (content_line(&s, &line, &failed)) {
		if (line.len == 0)
			continue;
		if (!split(line, &name, &value))
			return yz_fail(err, YZ_SYNTAX, "line %d is neither JSON nor iCalendar: no \":\"", s.line);
		bool begin = yz_str_eqz(name, "BEGIN"), end = yz_str_eqz(name, "END");
		if (!begun && !(begin && yz_str_eqz(value, "VCALENDAR")))
			return yz_fail(err, YZ_SYNTAX, "line %d: not BEGIN:VCALENDAR", s.line);
		begun = true;
		if (begin && yz_str_eqz(value, "VEVENT") && !in_event) {
			e = (struct event){.line = s.line};
			in_event = true;
		} else if (in_event && begin) {
			deeper++;
		} else if (in_event && end && deeper > 0) {
			deeper--;
		} else if (in_event && end) {
			in_event = false;
			if (!finish_event(n, &e, err))
				return false;
		} else if (in_event && deeper == 0 && !property(&e, s.line, name, value, err)) {
			return false;
		}
	}
	if (failed.code) {
		if (err)
			*err = failed;
		return false;
	}
	if (!begun || in_event)
		return yz_fail(err, YZ_SYNTAX, "line %d: the text ends before %s", s.line,
			       in_event ? "END:VEVENT" : "BEGIN:VCALENDAR");
	if (n->days.len == 0)
		return yz_fail(err, YZ_BAD_INPUT, "no event says 休 or 班");
	return true;
}
