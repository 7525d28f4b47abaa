/* Reading a pack's folder.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack.h"

#include "fmt/csv.h"
#include "fmt/file.h"
#include "pack/check.h"
#include "pack/pack_check.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { FILES_MOST = 20000, REGIONS_MOST = 100000, CSV_BYTES = 64 << 20, MODEL_BYTES = 8 << 20 };

static int by_name(const void *x, const void *y)
{
	return strcmp(*(char *const *)x, *(char *const *)y);
}

/* The names in a folder, sorted; hidden ones left out.  0 and *there false where there is no such folder. */
static char **list_folder(struct yz_arena *a, const char *path, size_t *n, bool *there)
{
	YZ_VEC(char *) names = {0};
	DIR *dir = opendir(path);
	*there = dir != NULL;
	*n = 0;
	if (!dir)
		return NULL;
	for (struct dirent *e; (e = readdir(dir)) && names.len < FILES_MOST;)
		if (e->d_name[0] != '.')
			*yz_vec_push(a, &names) = yz_strdup(a, e->d_name);
	closedir(dir);
	if (names.len)
		qsort(names.at, names.len, sizeof *names.at, by_name);
	*n = names.len;
	return names.at;
}

/* "line 3, column 5" of a reader's error, for the finding. */
static uint32_t line_of(const struct yz_err *err)
{
	const char *p = strstr(err->where, "line ");
	return p ? (uint32_t)strtoul(p + 5, NULL, 10) : 0;
}

static const struct yz_json *read_json(struct yz_reading *r, const char *name)
{
	struct yz_err err = {0};
	struct yz_str text;
	r->c.file = yz_str(yz_strdup(r->c.a, name));
	if (!yz_file_read(r->c.a, yz_printf(r->c.a, "%s/%s", r->dir, name), yz_json_default.bytes, &text, &err)) {
		yz_check_error(&r->c, 0, "make it a readable file", "%s", err.msg);
		return NULL;
	}
	const struct yz_json *json = yz_json_read(r->c.a, text, NULL, &err);
	if (!json)
		yz_check_error(&r->c, line_of(&err), "write it as JSON (RFC 8259)", "%s", err.msg);
	return json;
}

static const struct yz_json *read_optional(struct yz_reading *r, const char *name)
{
	struct stat st;
	return stat(yz_printf(r->c.a, "%s/%s", r->dir, name), &st) == 0 ? read_json(r, name) : NULL;
}

/* a.json stands behind a-b.json in a folder, but a before a-b among keys. */
static int by_key(const void *x, const void *y)
{
	return yz_str_cmp(((const struct yz_pack_file *)x)->key, ((const struct yz_pack_file *)y)->key);
}

static void read_folder(struct yz_reading *r, const char *folder, const char *ending, struct yz_pack_files *out)
{
	size_t n;
	bool there;
	char **names = list_folder(r->c.a, yz_printf(r->c.a, "%s/%s", r->dir, folder), &n, &there);
	struct yz_pack_file *more = yz_new_n(r->c.a, out->len + n, struct yz_pack_file);
	if (out->len)
		memcpy(more, out->at, out->len * sizeof *more);
	out->at = more;
	for (size_t i = 0; i < n; i++) {
		struct yz_str name = yz_str(names[i]), path = yz_str_printf(r->c.a, "%s/%s", folder, names[i]);
		struct yz_str key = yz_str_ends(name, yz_str(ending)) ? yz_str_n(name.ptr, name.len - strlen(ending)) : (struct yz_str){0};
		r->c.file = path;
		if (!yz_check_key_name(key)) {
			yz_check_error(&r->c, 0, yz_printf(r->c.a, "name it KEY%s with a-z, 0-9 and -, at most 60", ending),
				       "%s is no name for a file in %s", names[i], folder);
			continue;
		}
		struct yz_pack_file f = {.key = key, .path = path};
		if (strcmp(ending, ".json") == 0) {
			if (!(f.json = read_json(r, path.ptr)))
				continue;
		} else {
			struct yz_err err = {0};
			if (!yz_file_read(r->c.a, yz_printf(r->c.a, "%s/%s", r->dir, path.ptr), MODEL_BYTES, &f.text, &err)) {
				yz_check_error(&r->c, 0, "make it a readable file", "%s", err.msg);
				continue;
			}
		}
		out->at[out->len++] = f;
	}
	if (out->len)
		qsort(out->at, out->len, sizeof *out->at, by_key);
	for (size_t i = 1; i < out->len; i++) {
		if (!yz_str_eq(out->at[i - 1].key, out->at[i].key))
			continue;
		r->c.file = out->at[i].path;
		yz_check_error(&r->c, 0, "give it a name of its own", "%.*s has the same key", YZ_P(out->at[i - 1].path));
	}
}

/* ---- regions.csv ---- */

static size_t significant(int level)
{
	static const size_t digits[] = {0, 2, 4, 6, 9, 12};
	return digits[level];
}

static bool digits_only(struct yz_str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return false;
	return s.len > 0;
}

static void check_region(struct yz_reading *r, const struct yz_csv_row *row, struct yz_str level, struct yz_str parent,
			 const struct yz_pack_region *up, struct yz_pack_region *out)
{
	struct yz_checker *c = &r->c;
	uint32_t line = (uint32_t)row->line;
	int64_t n;
	if (!yz_str_int(level, &n) || n < 1 || n > 5) {
		yz_check_error(c, line, "write 1 province … 5 village", "level \"%.*s\"", YZ_P(level));
		return;
	}
	out->level = (int)n;
	size_t want = significant(out->level);
	bool fits = digits_only(out->code) && (out->code.len == want || (n < 3 && out->code.len == 6));
	for (size_t i = want; fits && i < out->code.len; i++)
		fits = out->code.ptr[i] == '0';
	if (!fits)
		yz_check_error(c, line, "write 6 digits down to the county, 9 for a town, 12 for a village",
			       "%.*s is no code of level %d", YZ_P(out->code), out->level);
	if (!out->name.len)
		yz_check_error(c, line, "write its name", "%.*s has no name", YZ_P(out->code));
	if (parent.len && !up)
		yz_check_error(c, line, "put the parent's row above", "the parent %.*s is not above", YZ_P(parent));
	if (up && up->level >= out->level)
		yz_check_error(c, line, "write the parent one level up", "%.*s lies below %.*s of the same or a lower level",
			       YZ_P(out->code), YZ_P(up->code));
	if (up && up->level && fits && memcmp(up->code.ptr, out->code.ptr, significant(up->level)) != 0)
		yz_check_error(c, line, "mend the code or the parent", "%.*s does not begin as its parent %.*s", YZ_P(out->code),
			       YZ_P(up->code));
}

static void read_regions(struct yz_reading *r)
{
	struct yz_arena *a = r->c.a;
	struct yz_err err = {0};
	struct yz_str text;
	struct yz_csv_row row;
	YZ_VEC(struct yz_pack_region) regions = {0};
	r->c.file = YZ_LIT("regions.csv");
	if (!yz_file_read(a, yz_printf(a, "%s/regions.csv", r->dir), CSV_BYTES, &text, &err)) {
		yz_check_error(&r->c, 0, "add it: code,name,level,parent", "%s", err.msg);
		return;
	}
	struct yz_csv *csv = yz_csv_open(a, text, NULL, &err);
	static const char *const head[] = {"code", "name", "level", "parent"};
	bool first = true;
	while (csv && regions.len < REGIONS_MOST && yz_csv_next(csv, &row, &err)) {
		if (row.n != 4) {
			yz_check_error(&r->c, (uint32_t)row.line, "write code,name,level,parent", "%zu fields instead of 4", row.n);
			continue;
		}
		if (first) {
			first = false;
			for (int i = 0; i < 4; i++)
				if (!yz_str_eqz(row.fields[i], head[i]))
					yz_check_error(&r->c, (uint32_t)row.line, "write the first row as code,name,level,parent",
						       "column %d is called %.*s", i + 1, YZ_P(row.fields[i]));
			continue;
		}
		struct yz_pack_region g = {.code = yz_str_dup(a, row.fields[0]), .name = yz_str_dup(a, row.fields[1]),
					   .parent = yz_str_dup(a, row.fields[3])};
		const struct yz_pack_region *up = NULL;
		size_t at = (size_t)(uintptr_t)yz_map_get(&r->regions, g.parent);
		if (at)
			up = &regions.at[at - 1];
		if (yz_map_has(&r->regions, g.code)) {
			yz_check_error(&r->c, (uint32_t)row.line, "remove one of the rows", "%.*s stands twice", YZ_P(g.code));
			continue;
		}
		check_region(r, &row, row.fields[2], g.parent, up, &g);
		g.path = up ? yz_str_printf(a, "%.*s%.*s/", YZ_P(up->path), YZ_P(g.code)) : yz_str_printf(a, "/%.*s/", YZ_P(g.code));
		*yz_vec_push(a, &regions) = g;
		yz_map_put(&r->regions, g.code, (void *)(uintptr_t)regions.len);
	}
	if (err.code)
		yz_check_error(&r->c, line_of(&err), "mend the table", "%s: %s", err.where, err.msg);
	r->pack->regions = regions.at;
	r->pack->nregions = regions.len;
}

/* ---- the whole ---- */

/* One table a language, of all there are. */
static void merge_texts(struct yz_reading *r, const struct yz_pack_files *more)
{
	for (size_t i = 0; i < more->len; i++) {
		const struct yz_pack_file *f = &more->at[i];
		struct yz_pack_file *known = (struct yz_pack_file *)yz_pack_find(&r->pack->texts, f->key);
		r->c.file = f->path;
		if (!known || !yz_json_is(known->json, YZ_JSON_OBJECT) || !yz_json_is(f->json, YZ_JSON_OBJECT)) {
			yz_check_error(&r->c, 0, "add texts/LANG.json to the pack itself, both as {\"text\": \"translation\"}",
				       "the pack has no translations into %.*s to add to", YZ_P(f->key));
			continue;
		}
		struct yz_json *both = yz_json_new_object(r->c.a);
		for (size_t k = 0; k < known->json->count; k++)
			yz_json_put(r->c.a, both, known->json->members[k].key, known->json->members[k].value);
		for (size_t k = 0; k < f->json->count; k++)
			yz_json_put(r->c.a, both, f->json->members[k].key, f->json->members[k].value);
		known->json = both;
	}
}

/* systems/NAME: a part of the pack by itself, that another county's pack may take as it is. */
static void read_system(struct yz_reading *r, const char *name)
{
	static const char *const known[] = {"items", "forms", "processes", "decisions", "bundles", "policies", "texts", "tests", "knowledge",
					    "registers", "comparisons", "monitors", "records", "people.json", "README.md", NULL};
	struct yz_pack *p = r->pack;
	struct yz_pack_files texts = {0};
	const struct {
		const char *folder, *ending;
		struct yz_pack_files *out;
	} parts[] = {{"forms", ".json", &p->forms}, {"processes", ".bpmn", &p->processes}, {"decisions", ".dmn", &p->decisions},
		     {"items", ".json", &p->items}, {"bundles", ".json", &p->bundles}, {"policies", ".json", &p->policies},
		     {"texts", ".json", &texts}, {"tests", ".json", &p->tests}, {"knowledge", ".json", &p->knowledge},
		     {"registers", ".json", &p->registers}, {"comparisons", ".json", &p->comparisons},
		     {"monitors", ".json", &p->monitors}, {"records", ".csv", &p->records}};
	size_t n;
	bool there;
	const char *base = yz_printf(r->c.a, "systems/%s", name);
	char **names = list_folder(r->c.a, yz_printf(r->c.a, "%s/%s", r->dir, base), &n, &there);
	for (size_t i = 0; i < n; i++) {
		bool found = false;
		for (const char *const *k = known; *k && !found; k++)
			found = strcmp(names[i], *k) == 0;
		r->c.file = yz_str_printf(r->c.a, "%s/%s", base, names[i]);
		if (!found)
			yz_check_error(&r->c, 0, "remove it, or see docs/formats/pack.md for the names", "%s belongs to no system", names[i]);
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		read_folder(r, yz_printf(r->c.a, "%s/%s", base, parts[i].folder), parts[i].ending, parts[i].out);
	merge_texts(r, &texts);
	const struct yz_json *people = read_optional(r, yz_printf(r->c.a, "%s/people.json", base));
	struct yz_json *all = yz_json_new_array(r->c.a);
	for (size_t i = 0; people && i < yz_json_len(p->people); i++)
		yz_json_push(r->c.a, all, yz_json_at(p->people, i));
	for (size_t i = 0; i < yz_json_len(people); i++)
		yz_json_push(r->c.a, all, yz_json_at(people, i));
	if (people)
		p->people = all;
}

static void read_systems(struct yz_reading *r)
{
	size_t n;
	bool there;
	char **names = list_folder(r->c.a, yz_printf(r->c.a, "%s/systems", r->dir), &n, &there);
	for (size_t i = 0; i < n; i++)
		read_system(r, names[i]);
}

static void check_top(struct yz_reading *r)
{
	static const char *const known[] = {"systems", "pack.json", "regions.csv", "orgs", "people.json", "calendar.json", "themes.json", "items",
					    "forms", "processes", "decisions", "bundles", "policies", "scoring", "enterprises.csv", "texts", "messages", "tests", "knowledge", "questions.json", "map.geojson", "registers", "comparisons", "monitors", "records", "README.md", "LICENSE", NULL};
	size_t n;
	bool there;
	char **names = list_folder(r->c.a, r->dir, &n, &there);
	for (size_t i = 0; i < n; i++) {
		bool found = false;
		for (const char *const *k = known; *k && !found; k++)
			found = strcmp(names[i], *k) == 0;
		r->c.file = yz_str(names[i]);
		if (!found)
			yz_check_error(&r->c, 0, "remove it, or see docs/formats/pack.md for the names", "%s belongs to no pack", names[i]);
	}
}

static void read_enterprises(struct yz_reading *r)
{
	struct yz_err err = {0};
	struct stat st;
	const char *path = yz_printf(r->c.a, "%s/enterprises.csv", r->dir);
	r->c.file = YZ_LIT("enterprises.csv");
	if (stat(path, &st) == 0 && !yz_file_read(r->c.a, path, CSV_BYTES, &r->pack->enterprises, &err))
		yz_check_error(&r->c, 0, "make it a readable file", "%s", err.msg);
}

struct yz_pack *yz_pack_load(struct yz_arena *a, const char *dir, struct yz_err *err)
{
	struct yz_pack *p = yz_new(a, struct yz_pack);
	struct yz_pack_findings findings = {0};
	struct yz_reading r = {.c = {.a = a, .out = &findings}, .dir = dir, .pack = p};
	struct stat st;
	if (stat(dir, &st) != 0 || !S_ISDIR(st.st_mode))
		return yz_fail_null(err, YZ_NOT_FOUND, "%s is no folder: %s", dir, errno ? strerror(errno) : "a file");
	const char *head = yz_printf(a, "%s/pack.json", dir);
	if (stat(head, &st) != 0)
		return yz_fail_null(err, YZ_NOT_FOUND, "%s is no pack: there is no pack.json in it", dir);
	yz_map_init(&r.regions, a);
	check_top(&r);
	r.head = read_json(&r, "pack.json");
	read_regions(&r);
	read_folder(&r, "orgs", ".json", &p->orgs);
	p->people = read_optional(&r, "people.json");
	p->calendar = read_optional(&r, "calendar.json");
	p->themes = read_optional(&r, "themes.json");
	p->questions = read_optional(&r, "questions.json");
	p->map = read_optional(&r, "map.geojson");
	read_folder(&r, "forms", ".json", &p->forms);
	read_folder(&r, "processes", ".bpmn", &p->processes);
	read_folder(&r, "decisions", ".dmn", &p->decisions);
	read_folder(&r, "items", ".json", &p->items);
	read_folder(&r, "bundles", ".json", &p->bundles);
	read_folder(&r, "policies", ".json", &p->policies);
	read_folder(&r, "scoring", ".json", &p->scoring);
	read_enterprises(&r);
	read_folder(&r, "texts", ".json", &p->texts);
	read_folder(&r, "messages", ".json", &p->messages);
	read_folder(&r, "tests", ".json", &p->tests);
	read_folder(&r, "knowledge", ".json", &p->knowledge);
	read_folder(&r, "registers", ".json", &p->registers);
	read_folder(&r, "comparisons", ".json", &p->comparisons);
	read_folder(&r, "monitors", ".json", &p->monitors);
	read_folder(&r, "records", ".csv", &p->records);
	read_systems(&r);
	yz_reading_check(&r);
	p->findings = findings.at;
	p->nfindings = findings.len;
	p->nerrors = yz_check_errors(&findings);
	return p;
}

const struct yz_pack_file *yz_pack_find(const struct yz_pack_files *files, struct yz_str key)
{
	size_t lo = 0, hi = files->len;
	while (lo < hi) {
		size_t mid = (lo + hi) / 2;
		int order = yz_str_cmp(files->at[mid].key, key);
		if (!order)
			return &files->at[mid];
		if (order < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return NULL;
}
