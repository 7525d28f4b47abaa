/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/xml.h"

#include <setjmp.h>
#include <stdio.h>

static struct yz_arena *a;
static struct yz_err err;

static const struct yz_xml *read_z(const char *text)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	err = (struct yz_err){0};
	return yz_xml_read(a, yz_str(text), NULL, &err);
}

TEST(elements_have_namespace_name_attributes_and_line)
{
	const struct yz_xml *e =
		read_z("<?xml version='1.0' encoding='UTF-8'?>\n<!-- c --><?pi x?>\n"
		       "<d:root xmlns='urn:a' xmlns:d='urn:d' id='1' d:id='2' t='a&#10;b &lt;&#x4e00;'>\n"
		       "  <x/>\n  <d:x>一</d:x>\n  <x xmlns=''/>\n</d:root>\n<!-- end -->");
	assert_non_null(e);
	assert_true(yz_xml_is(e, "urn:d", "root"));
	assert_false(yz_xml_is(e, "urn:a", "root"));
	assert_int_equal(e->line, 3);
	assert_int_equal(e->nattrs, 3);
	assert_int_equal(e->nspaces, 2);
	assert_true(yz_str_eqz(yz_xml_attr(e, "id"), "1"));
	assert_true(yz_str_eqz(yz_xml_attr_ns(e, "urn:d", "id"), "2"));
	assert_true(yz_str_eqz(yz_xml_attr(e, "t"), "a\nb <一"));
	assert_null(yz_xml_attr(e, "x").ptr);
	assert_int_equal(e->n, 3);
	assert_true(yz_str_eqz(e->children[0]->ns, "urn:a"));
	assert_true(yz_str_eqz(e->children[2]->ns, ""));
	assert_int_equal(e->children[1]->line, 5);
	assert_int_equal(e->text.len, 0);
	assert_true(yz_str_eqz(yz_xml_child_text(e, "urn:d", "x"), "一"));
	assert_ptr_equal(yz_xml_child(e, NULL, "x"), e->children[0]);
	assert_ptr_equal(yz_xml_next(e->children[0], NULL, "x"), e->children[1]);
	assert_ptr_equal(yz_xml_next(e->children[0], "", "x"), e->children[2]);
	assert_null(yz_xml_next(e->children[2], NULL, "x"));
	assert_null(yz_xml_next(e, NULL, "root"));
	assert_true(yz_str_eqz(yz_xml_prefix(e->children[1], YZ_LIT("d")), "urn:d"));
	assert_true(yz_str_eqz(yz_xml_prefix(e->children[1], YZ_LIT("")), "urn:a"));
	assert_true(yz_str_eqz(yz_xml_prefix(e->children[2], YZ_LIT("")), ""));
	assert_null(yz_xml_prefix(e, YZ_LIT("q")).ptr);
	assert_null(yz_xml_child(NULL, NULL, "x"));
}

static void stands(const char *source, const struct yz_xml *e, const char *tag, size_t at, const char *text)
{
	char found[32];
	struct yz_xml_at p = yz_xml_where(yz_str(source), e);
	snprintf(found, sizeof found, "%u:%u", p.line, p.column);
	assert_string_equal(found, tag);
	p = yz_xml_text_where(yz_str(source), e, at);
	snprintf(found, sizeof found, "%u:%u", p.line, p.column);
	assert_string_equal(found, text);
}

TEST(tags_and_texts_know_line_and_column)
{
	const char *source =
		"\xEF\xBB\xBF<?xml version='1.0'?><!-- <x> -->\n"
		"<r a='>'\n b=\"'&lt;!--'\"><一>二三</一><q\n/><t>&lt;= 3 and\n x</t>\n"
		"  <c><![CDATA[<a>]]><!-- y --><![CDATA[]]>&#x4e00;z<![CDATA[&lt;]]>w</c><u>\r\n v</u></r>";
	const struct yz_xml *e = read_z(source);
	assert_int_equal(yz_xml_where(yz_str(source), e).line, 2);
	assert_int_equal(yz_xml_where(yz_str(source), e).column, 1);
	stands(source, e->children[0], "3:16", 3, "3:20");
	stands(source, e->children[1], "3:25", 0, "3:25");
	stands(source, e->children[2], "4:3", 0, "4:6");
	stands(source, e->children[2], "4:3", 1, "4:10");
	stands(source, e->children[2], "4:3", 10, "5:2");
	assert_true(yz_str_eqz(e->children[3]->text, "<a>一z&lt;w"));
	stands(source, e->children[3], "6:3", 1, "6:16");
	stands(source, e->children[3], "6:3", 3, "6:43");
	stands(source, e->children[3], "6:3", 6, "6:51");
	stands(source, e->children[3], "6:3", 8, "6:62");
	stands(source, e->children[3], "6:3", 11, "6:68");
	stands(source, e->children[4], "6:73", 2, "7:2");
	const char *gbk = "<?xml version='1.0' encoding='gbk'?><r>\xd6\xd0\xce\xc4<a>\xd6\xd0x</a></r>";
	e = read_z(gbk);
	stands(gbk, e->children[0], "1:42", 3, "1:46");
}

TEST(lines_are_counted_as_far_as_they_go)
{
	struct yz_arena *own = yz_arena_create(0);
	char *source = yz_alloc(own, 80010);
	memset(source, '\n', 80000);
	memcpy(source, "<r>", 3);
	memcpy(source + 80000, " <a/></r>", 9);
	const struct yz_xml *e = read_z(source);
	stands(source, e->children[0], "79998:2", 0, "79998:2");
	yz_arena_destroy(own);
}

TEST(mixed_text_keeps_its_order)
{
	const struct yz_xml *e = read_z("<p>a<b>B<i/>C</b>c<![CDATA[<&]]><!-- x -->d<b/> <b>E</b></p>");
	assert_true(yz_str_eqz(e->text, "ac<&d "));
	assert_true(yz_str_eqz(e->children[0]->tail, "c<&d"));
	assert_true(yz_str_eqz(e->children[1]->tail, " "));
	assert_true(yz_str_eqz(yz_xml_all_text(a, e), "aBCc<&d E"));
	e = read_z("<p>  <q>  </q>\n</p>");
	assert_int_equal(e->text.len, 0);
	assert_true(yz_str_eqz(e->children[0]->text, "  "));
	e = read_z("<p><b/>x</p>");
	assert_true(yz_str_eqz(e->text, "x"));
	assert_true(yz_str_eqz(yz_xml_all_text(a, e), "x"));
}

TEST(a_text_longer_than_a_block_stays_whole)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 22);
	yz_buf_addz(&b, "<t>");
	for (int i = 0; i < 100000; i++)
		yz_buf_printf(&b, "%d一,", i);
	yz_buf_addz(&b, "</t>");
	const struct yz_xml *e = yz_xml_read(a, yz_buf_str(&b), NULL, &err);
	assert_non_null(e);
	assert_true(yz_str_eq(e->text, yz_str_n(b.ptr + 3, b.len - 7)));
}

TEST(nothing_outside_the_text_is_read)
{
	static const char *const bad[] = {
		"<!DOCTYPE a><a/>",
		"<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
		"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
		"<!DOCTYPE a [<!ENTITY % p SYSTEM 'http://127.0.0.1/'> %p;]><a/>",
		"\xEF\xBB\xBF<!DOCTYPE a><a/>",
		"<!ENTITY e 'x'><a/>",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(read_z(bad[i]));
		assert_non_null(strstr(err.msg, "DOCTYPE"));
		assert_non_null(strstr(err.where, "line "));
	}
	assert_null(read_z("<a>&e;</a>"));
	assert_null(read_z("<a b='&e;'/>"));
	assert_non_null(read_z("<a>&lt;!DOCTYPE a&gt;<![CDATA[<!DOCTYPE a>]]></a>"));
}

TEST(what_is_not_well_formed_is_refused_with_its_place)
{
	static const struct {
		const char *text, *where;
	} bad[] = {
		{"", "line 1"},
		{"\n\nhello", "line 3"},
		{"<a>", "line 1"},
		{"<a>\n<b>\n</a>", "line 3"},
		{"<a/><b/>", "line 1"},
		{"<a b=1/>", "line 1, column 6"},
		{"<a b='1' b='2'/>", "line 1"},
		{"<a>\n&nbsp;</a>", "line 2"},
		{"<a>&#0;</a>", "line 1"},
		{"<a>\x01</a>", "line 1"},
		{"<a>\xff</a>", "line 1"},
		{"<a>\n<![CDATA[x\xffy]]></a>", "line"},
		{"<a><![CDATA[x\x01y]]></a>", "line 1"},
		{"<a b='\xe4\xb8'/>", "line 1"},
		{"<p:a/>", "line 1"},
		{"<a p:b='1'/>", "line 1"},
		{"<!-- <a/>", "line 1"},
		{"<?xml version='1.0' encoding='UTF-16'?><a/>", "line 1"},
		{"<?xml version='1.0' encoding='EBCDIC-CP-US'?><a/>", "line 1"},
		{"<?xml version='1.0' encoding='gbk'?>\n<a>\xff\xff</a>", "line 2"},
		{"<a>]]></a>", "line 1"},
		{"<a b='<'/>", "line 1"},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (read_z(bad[i].text))
			fail_msg("accepted: %s", bad[i].text);
		assert_int_equal(err.code, YZ_SYNTAX);
		if (strncmp(err.where, bad[i].where, strlen(bad[i].where)) != 0)
			fail_msg("%s: %s: %s", bad[i].text, err.where, err.msg);
	}
}

TEST(text_in_utf_16_is_refused_by_name)
{
	static const struct yz_str texts[] = {
		{"<\0a\0/\0>\0", 8}, {"\0<\0a\0/\0>", 8}, {"\xFF\xFE<\0a\0/\0>\0", 10}, {"\xFE\xFF\0<\0a\0/\0>", 10}};
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_null(yz_xml_read(a, texts[i], NULL, &err));
		assert_int_equal(err.code, YZ_SYNTAX);
		assert_string_equal(err.msg, "the file is in UTF-16; save it as UTF-8");
		assert_string_equal(err.where, "line 1");
	}
}

TEST(an_error_names_the_element_it_stands_in)
{
	static const struct {
		const char *text, *within;
	} bad[] = {
		{"<a>\n<b name='资格'><c x='1'>1 &lt; 2 < 3</c></b></a>", ", in <c> of <b> \"资格\""},
		{"<a><b name='n'>\n<c/>&x;</b></a>", ", in <b> \"n\""},
		{"<a><b name='n'/>&x;</a>", ", in <a>"},
		{"<a><b name='n'></b><c></a>", ", in <c>"},
		{"<a><b>\x01</b></a>", ", in <b>"},
		{"<a><b><![CDATA[\x01]]></b></a>", ", in <b>"},
		{"<a b=1/>", ""},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_null(read_z(bad[i].text));
		const char *within = strstr(err.where, ", in");
		if (strcmp(within ? within : "", bad[i].within) != 0)
			fail_msg("%s: %s: %s", bad[i].text, err.where, err.msg);
	}
	/* Far behind the first piece that is parsed, and with a name that is too long to tell. */
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 20);
	yz_buf_addz(&b, "<a name='");
	for (int i = 0; i < 61; i++)
		yz_buf_addc(&b, 'n');
	yz_buf_addz(&b, "'>");
	for (int i = 0; i < 20000; i++)
		yz_buf_addz(&b, "<b/>");
	yz_buf_addz(&b, "<c></d>");
	assert_null(yz_xml_read(a, yz_buf_str(&b), NULL, &err));
	assert_non_null(strstr(err.where, ", in <c>"));
	assert_null(strstr(err.where, "nnn"));
}

TEST(text_in_gb18030_is_read)
{
	const struct yz_xml *e = read_z("<?xml version=\"1.0\" encoding=\"GB18030\"?><a>\xd2\xbb\xd5\xbe</a>");
	assert_non_null(e);
	assert_true(yz_str_eqz(e->text, "一站"));
}

TEST(refuses_one_past_each_bound)
{
	struct yz_xml_limits l = {.bytes = 40, .depth = 3, .elements = 4, .attributes = 2};
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	assert_non_null(yz_xml_read(a, YZ_LIT("<a><b><c/></b><d/></a>"), &l, &err));
	assert_null(yz_xml_read(a, YZ_LIT("<a><b><c/></b><d/><e/></a>"), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_null(yz_xml_read(a, YZ_LIT("<a><b><c><d/></c></b></a>"), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_non_null(yz_xml_read(a, YZ_LIT("<a b='' c=''/>"), &l, &err));
	assert_null(yz_xml_read(a, YZ_LIT("<a b='' c='' d=''/>"), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	l.bytes = 100;
	assert_null(yz_xml_read(a, YZ_LIT("<!-- ' --><?p '?><a b='' c='' d='' e='' f=''/>"), &l, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_non_null(yz_xml_read(a, YZ_LIT("<!-- <a ====== --><a b='======' c='>='><![CDATA[<b = = = = = =]]></a>"), &l, &err));
	l.bytes = 40;
	assert_null(yz_xml_read(a, YZ_LIT("<a>                                  </a>"), &l, &err));
	assert_int_equal(err.code, YZ_TOO_LARGE);
}

TEST(an_element_of_a_hundred_thousand_attributes_is_refused_before_they_are_compared)
{
	struct yz_buf b;
	yz_buf_init(&b, a, 1 << 22);
	yz_buf_addz(&b, "<a");
	for (int i = 0; i < 100000; i++)
		yz_buf_printf(&b, " a%d='<'", i);
	yz_buf_addz(&b, "/>");
	assert_null(yz_xml_read(a, yz_buf_str(&b), NULL, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

static jmp_buf spent;

static void on_spent(void *ctx)
{
	(void)ctx;
	longjmp(spent, 1);
}

TEST(an_arena_that_is_spent_leaves_nothing_behind)
{
	struct yz_arena *source = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, source, 1 << 22);
	yz_buf_addz(&b, "<t>");
	for (int i = 0; i < 10000; i++)
		yz_buf_printf(&b, "<e i='%d'>text</e>", i);
	yz_buf_addz(&b, "</t>");
	for (size_t budget = 16 * 1024; budget <= 1024 * 1024; budget *= 4) {
		struct yz_arena *volatile small = yz_arena_create(budget);
		yz_arena_on_spent(small, on_spent, NULL);
		if (!setjmp(spent)) {
			yz_xml_read(small, yz_buf_str(&b), NULL, NULL);
			fail_msg("%zu bytes were enough", budget);
		}
		yz_arena_destroy(small);
	}
	yz_arena_destroy(source);
}

TEST(the_writer_escapes_and_indents)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	struct yz_buf b;
	struct yz_xw w;
	yz_buf_init(&b, a, 10000);
	yz_xw_init(&w, &b);
	w.indent = true;
	yz_xw_begin(&w, "p:r");
	yz_xw_attrz(&w, "xmlns:p", "urn:p");
	yz_xw_attr(&w, "v", YZ_LIT("\"<&>\n\t'\x01\xff一"));
	yz_xw_attri(&w, "n", -5);
	yz_xw_leaf(&w, "t", YZ_LIT("<a> & \"b\"\r]]>"));
	yz_xw_begin(&w, "e");
	yz_xw_leaf(&w, "f", YZ_LIT(""));
	yz_xw_end(&w);
	yz_xw_end(&w);
	assert_string_equal(
		b.ptr,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<p:r xmlns:p=\"urn:p\" v=\"&quot;&lt;&amp;&gt;&#10;&#9;'\xEF\xBF\xBD\xEF\xBF\xBD一\" n=\"-5\">\n"
		"  <t>&lt;a&gt; &amp; \"b\"&#13;]]&gt;</t>\n  <e>\n    <f/>\n  </e>\n</p:r>\n");
	const struct yz_xml *e = yz_xml_read(a, yz_buf_str(&b), NULL, &err);
	assert_true(yz_str_eqz(yz_xml_attr(e, "v"), "\"<&>\n\t'\xEF\xBF\xBD\xEF\xBF\xBD一"));
	assert_true(yz_str_eqz(yz_xml_child_text(e, "", "t"), "<a> & \"b\"\r]]>"));
}

TEST(names_of_elements_are_checked)
{
	static const char *const good[] = {"a", "_", "A-1.b", "申请人", "é"}, *const bad[] = {"",    "1a",  "-a",
											      "a b", "a:b", "a<",
											      "a\"", "\xff"};
	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		assert_true(yz_xml_name_ok(yz_str(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(yz_xml_name_ok(yz_str(bad[i])));
}
