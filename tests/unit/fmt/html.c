/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "fmt/html.h"

static struct yz_arena *a;
static struct yz_buf b;

static void start(void)
{
	yz_arena_destroy(a);
	a = yz_arena_create(0);
	yz_buf_init(&b, a, 10000);
}

static void is(const char *text)
{
	assert_string_equal(b.ptr ? b.ptr : "", text);
	start();
}

TEST(text_cannot_leave_its_place)
{
	start();
	yz_html_text(&b, YZ_LIT("<a href=\"x\" id='y'>&amp; 一</a>"));
	is("&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp; 一&lt;/a&gt;");
	yz_html_text(&b, YZ_LIT("a\0b"));
	is("a\xEF\xBF\xBD"
	   "b");
	yz_html_text(&b, (struct yz_str){NULL, 0});
	yz_html_textz(&b, NULL);
	is("");
	yz_html_textf(&b, "%s & %d", "<", 3);
	is("&lt; &amp; 3");
	yz_html_raw(&b, YZ_HTML("<br>"));
	is("<br>");
	yz_html_lines(&b, YZ_LIT("a<\r\nb\n\nc"));
	is("a&lt;<br>b<br><br>c");
}

TEST(only_known_schemes_lead_away)
{
	static const char *const safe[] = {"",
					   "/",
					   "/a/b?c=d#e",
					   "a",
					   "a/b:c",
					   "?a=b:c",
					   "#a:b",
					   "http://a/",
					   "HTTPS://a/",
					   "mailto:a@b.cn",
					   "tel:+8612345",
					   "//a.cn/b",
					   "./javascript:x",
					   "items/一"};
	static const char *const bad[] = {"javascript:alert(1)",
					  "JaVaScRiPt:x",
					  "data:text/html,x",
					  "vbscript:x",
					  " javascript:x",
					  "java\tscript:x",
					  "java\nscript:x",
					  "\x01javascript:x",
					  "file:///etc",
					  "a:b",
					  ":x",
					  "httpsx://a",
					  "http s://a",
					  "ws://a",
					  "blob:x",
					  "/a b",
					  "\x7fx:"};
	start();
	for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
		assert_true(yz_url_safe(yz_str(safe[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_false(yz_url_safe(yz_str(bad[i])));
		yz_html_url(&b, yz_str(bad[i]));
		is("#");
	}
	yz_html_url(&b, YZ_LIT("/a?b=\"c\"&d='e'"));
	is("/a?b=&quot;c&quot;&amp;d=&#39;e&#39;");
	yz_html_url_part(&b, YZ_LIT("a/b?c&d 一\""));
	is("a%2Fb%3Fc%26d%20%E4%B8%80%22");
}

TEST(json_cannot_end_its_script)
{
	start();
	yz_html_json(&b, YZ_LIT("{\"a\":\"</script><!--&\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA一\"}\xE2\x80"));
	is("{\"a\":\"\\u003c/script\\u003e\\u003c!--\\u0026\\u2028\\u2029\xE2\x80\xAA一\"}\xE2\x80");
}
