/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "base/arena.h"
#include "fmt_templates.h"
#include "tests/unit/fmt/templates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Catalogues stand above fmt; these say what was asked of them. */
const char *yz_tr(enum yz_lang lang, const char *msgid)
{
	return lang == YZ_LANG_EN && strcmp(msgid, "事项") == 0 ? "It<em>" : msgid;
}

const char *yz_tr_n(enum yz_lang lang, const char *msgid, uint64_t n)
{
	return lang == YZ_LANG_EN && n == 1 ? "the %dst" : msgid;
}

const char *yz_lang_code(enum yz_lang lang)
{
	return lang == YZ_LANG_EN ? "en" : "zh-CN";
}

static void body(struct yz_buf *out, const struct tpl_item *p)
{
	yz_html_textz(out, p->code);
}

TEST(a_template_escapes_by_where_a_tag_stands)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, a, 100000);
	struct tpl_item item = {.name = YZ_LIT("javascript:x"),
				.json = YZ_LIT("{\"a\":\"</script>\"}"),
				.code = "A&B",
				.html = YZ_HTML("<br>"),
				.n = 3,
				.body = body};
	tpl_all(&b, &item, YZ_LIT("<\"'/>"), YZ_LANG_EN);
	assert_string_equal(
		b.ptr,
		"<!doctype html>\n<html lang=\"en\">\n<title>javascript:x - It&lt;em&gt;</title>\n"
		"<p id=\"t\" title='&lt;&quot;&#39;/&gt;' data-n=\"3\">\n"
		"&lt;&quot;&#39;/&gt; 甲乙丙丁 a\n<b>A&amp;B</b> <br>\n</p>\n\n"
		"<a href=\"&lt;&quot;&#39;/&gt;\">1</a>\n"
		"<a href=\"/items/%3C%22%27%2F%3E/3?q=A%26B#x\">2</a>\n"
		"<a href=\"#?n=3\">3</a>\n"
		"<form hx-post=\"/x/%3C%22%27%2F%3E\" hx-vals='{&quot;a&quot;:&quot;&lt;/script&gt;&quot;}'>\n"
		"<input type=\"checkbox\" value=\"&lt;&quot;&#39;/&gt;\">\n<div style=\"width:3%\"></div>\n</form>\n"
		"<script type=\"application/json\" id=\"data\">{\"a\":\"\\u003c/script\\u003e\"}</script>\n"
		"<script src=\"/a.js\" defer></script>\n"
		"<ul>\n<li>0</li>\n<li class=\"one\">the 1st</li>\n<li>共 3 件（A&amp;B）</li>\n</ul>\n"
		"<i>&lt;&quot;&#39;/&gt;</i>: 6\nA&amp;B\n"
		"<pre>\n a\n  &lt;&quot;&#39;/&gt;\n</pre>\n<textarea name=\"x\">\n &lt;&quot;&#39;/&gt;\n</textarea>");
	b.len = 0;
	item.n = 4;
	tpl_all(&b, &item, YZ_LIT(""), YZ_LANG_ZH);
	assert_non_null(strstr(b.ptr, "<input type=\"checkbox\" checked value=\"\">"));
	assert_non_null(strstr(b.ptr, "<html lang=\"zh-CN\">"));
	yz_arena_destroy(a);
}

/* What the generator refuses: the template, the line it names, a part of what it says. */
static const struct {
	const char *html;
	int line;
	const char *says;
} refused[] = {
	{"<a href={{url s}}>", 1, "must be quoted"},
	{"<a href=x>", 1, "must be quoted"},
	{"\n<a\nhref=\"{{= s}}\">", 3, "use {{url}}"},
	{"<a href=\"{{z s}}\">", 1, "use {{url}}"},
	{"<a href=\"java{{= s}}\">", 1, "settle where the URL leads"},
	{"<a href=\"javascript:{{= s}}\">", 1, "settle where the URL leads"},
	{"<a href=\"javascript:{{= s}}/\">", 1, "settle where the URL leads"},
	{"<a href=\"https://a.cn{{= s}}\">", 1, "settle where the URL leads"},
	{"<a href=\"{{if a}}/x/{{end}}{{= s}}\">", 1, "settle where the URL leads"},
	{"<a href=\"{{if a}}{{url s}}{{end}}{{= s}}\">", 1, "settle where the URL leads"},
	{"<a href=\"{{if a}}javascript:{{else}}/{{end}}a/{{= s}}\">", 1, "settle where the URL leads"},
	{"<a href=\"x{{url s}}\">", 1, "settle where the URL leads"},
	{"<a title=\"{{url s}}\">", 1, "may not stand in an attribute"},
	{"<a title=\"{{! s}}\">", 1, "may not stand in an attribute"},
	{"<a {{= s}}>", 1, "outside a quoted value"},
	{"<a {{= s}}=\"x\">", 1, "outside a quoted value"},
	{"<a id{{= s}}>", 1, "outside a quoted value"},
	{"<{{= s}}>", 1, "'<' in text"},
	{"<h{{d n}}>", 1, "outside a quoted value"},
	{"<opt{{if x}}ion{{end}}>", 1, "white space is missing"},
	{"a < b", 1, "&lt;"},
	{"<a b=\"c\"d=\"e\">", 1, "white space is missing before d"},
	{"<p onclick=\"f({{d n}})\">", 1, "in the attribute onclick"},
	{"<p ONCLICK='{{json s}}'>", 1, "in the attribute onclick"},
	{"<p hx-on:click=\"{{z s}}\">", 1, "in the attribute hx-on:click"},
	{"<p hx-trigger=\"{{z s}}\">", 1, "in the attribute hx-trigger"},
	{"<p hx-vals=\"{{= s}}\">", 1, "only {{json}}"},
	{"<iframe srcdoc=\"{{= s}}\">", 1, "in the attribute srcdoc"},
	{"<p style=\"color:{{= s}}\">", 1, "only {{d}}"},
	{"<meta http-equiv=\"refresh\" content=\"0;URL={{= s}}\">", 1, "refresh"},
	{"<script>\nvar x = {{json s}};</script>", 2, "<script>"},
	{"<script>{{if x}}</script>{{end}}", 1, "<script>"},
	{"<script type=\"module\">{{d n}}</script>", 1, "<script>"},
	{"<script type=\"application/json\">{{= s}}</script>", 1, "only {{json}}"},
	{"<style>p { width: {{d n}} }</style>", 1, "<style>"},
	{"<textarea>{{! s}}</textarea>", 1, "<textarea>"},
	{"<title>{{include part}}</title>", 1, "only in text"},
	{"<p title=\"{{call f}}\">", 1, "only in text"},
	{"<!-- {{= s}} -->", 1, "comment"},
	{"{{if a}}<p{{end}}>", 1, "different places"},
	{"{{if a}}<p title=\"{{else}}<p title='{{end}}x'>", 1, "different places"},
	{"<pre>{{for int i = 0; i < 3; i++}}</pre>{{end}}", 1, "different places"},
	{"{{if a}}", 1, "no {{end}}"},
	{"a\n{{end}}", 2, "without {{if}}"},
	{"{{for ;;}}{{else}}{{end}}", 1, "without {{if}}"},
	{"{{if a}}{{else}}{{else}}{{end}}", 1, "without {{if}}"},
	{"{{if}}{{end}}", 1, "without a condition"},
	{"{{for x}}{{end}}", 1, "init; condition; step"},
	{"{{=}}", 1, "without an expression"},
	{"{{_ msg}}", 1, "text in quotes"},
	{"{{_ \"a\", 1}}", 1, "{{_f}}"},
	{"{{_f \"a\"}}", 1, "without arguments"},
	{"{{_n \"%d\"}}", 1, "without its number"},
	{"{{raw s}}", 1, "no tag is called"},
	{"a\nb {{= s", 2, "never closed"},
	{"<p>{{args int x}}", 1, "before everything"},
	{"{{use web/page.h}}", 1, "one header"},
	{"<p title=\"x", 1, "ends inside"},
	{"<script>x", 1, "ends inside"},
	{"<p", 1, "ends inside"},
	{"a\x01", 1, "control character"},
};

TEST(the_generator_refuses_what_it_cannot_make_safe)
{
	enum { N = sizeof refused / sizeof *refused };
	struct yz_arena *a = yz_arena_create(0);
	char dir[] = "/tmp/yz-tplgen-XXXXXX";
	assert_non_null(mkdtemp(dir));
	const char *command = yz_printf(a, "python3 '%s' --check", yz_test_source("tools/tplgen"));
	for (int i = 0; i < N; i++) {
		const char *path = yz_printf(a, "%s/t%d.html", dir, i);
		FILE *f = fopen(path, "w");
		assert_non_null(f);
		fputs(refused[i].html, f);
		fclose(f);
		command = yz_printf(a, "%s %s", command, path);
	}
	FILE *p = popen(yz_printf(a, "%s 2>&1", command), "r");
	assert_non_null(p);
	char said[1000];
	int next = 0;
	while (fgets(said, sizeof said, p)) {
		assert_true(next < N);
		const char *head = yz_printf(a, "%s/t%d.html:%d: error: ", dir, next, refused[next].line);
		if (strncmp(said, head, strlen(head)) != 0 || !strstr(said, refused[next].says))
			fail_msg("case %d %s\nwanted line %d, \"%s\"\ngot %s", next, refused[next].html,
				 refused[next].line, refused[next].says, said);
		next++;
	}
	assert_int_equal(next, N);
	assert_int_not_equal(pclose(p), 0);
	for (int i = 0; i < N; i++)
		unlink(yz_printf(a, "%s/t%d.html", dir, i));
	rmdir(dir);
	yz_arena_destroy(a);
}

static int compiles(struct yz_arena *a, const char *dir, const char *html, char said[2000])
{
	const char *path = yz_printf(a, "%s/x.html", dir);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f,
		"{{args struct yz_str s, struct yz_html h, int n, enum yz_lang lang}}\n{{need \"text/text.h\"}}\n%s\n",
		html);
	fclose(f);
	FILE *p = popen(yz_printf(a,
				  "python3 '%s' --out-c %s/x.c --out-h %s/x.h %s 2>&1 && "
				  "cc -std=gnu17 -Wall -Werror -fsyntax-only -I'%s' %s/x.c 2>&1",
				  yz_test_source("tools/tplgen"), dir, dir, path, yz_test_source("src"), dir),
			"r");
	assert_non_null(p);
	said[fread(said, 1, 1999, p)] = '\0';
	int status = pclose(p);
	unlink(yz_printf(a, "%s/x.c", dir));
	unlink(yz_printf(a, "%s/x.h", dir));
	unlink(path);
	return status;
}

TEST(the_compiler_checks_types_and_names_the_line_of_the_html)
{
	static const char *const wrong[] = {"<p>\n{{! s}}</p>",    "<p>\n{{= h}}</p>", "<p>\n{{z s}}</p>",
					    "<p>\n{{= n}}</p>",    "<p>\n{{d s}}</p>", "<p>\n{{_f \"%s\", n}}</p>",
					    "<p>\n{{! \"x\"}}</p>"};
	if (system("cc --version >/dev/null 2>&1") != 0)
		SKIP("no C compiler named cc");
	struct yz_arena *a = yz_arena_create(0);
	char dir[] = "/tmp/yz-tplgen-XXXXXX", said[2000];
	assert_non_null(mkdtemp(dir));
	if (compiles(a, dir, "<p>{{= s}}{{! h}}{{d n}}{{_f \"%d\", n}}</p>", said) != 0)
		fail_msg("%s", said);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_not_equal(compiles(a, dir, wrong[i], said), 0);
		if (!strstr(said, "x.html:4:"))
			fail_msg("%s: %s", wrong[i], said);
	}
	rmdir(dir);
	yz_arena_destroy(a);
}
