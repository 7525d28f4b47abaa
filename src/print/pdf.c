/* SPDX-License-Identifier: Apache-2.0 */
#include "print/pdf.h"

#include "print/flow.h"

#include <cairo-pdf.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

static cairo_status_t take(void *ctx, const unsigned char *bytes, unsigned n)
{
	struct yz_buf *out = ctx;
	yz_buf_add(out, bytes, n);
	return out->full ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

static void metadata(cairo_surface_t *s, struct yz_arena *a, const struct yz_doc *d)
{
	char when[32];
	const struct {
		cairo_pdf_metadata_t what;
		struct yz_str text;
	} all[] = {{CAIRO_PDF_METADATA_TITLE, d->title},
		   {CAIRO_PDF_METADATA_AUTHOR, d->author},
		   {CAIRO_PDF_METADATA_SUBJECT, d->subject},
		   {CAIRO_PDF_METADATA_CREATOR, YZ_LIT("yizhan " YZ_VERSION)}};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].text.len)
			cairo_pdf_surface_set_metadata(s, all[i].what, yz_str_z(a, yz_type_clean(a, all[i].text)));
	yz_instant_print(d->made / YZ_SECOND * YZ_SECOND, when);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, when);
	cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_MOD_DATE, when);
}

static bool draw(struct yz_flow *f, struct yz_pen *p, cairo_surface_t *s, cairo_t *cr, struct yz_err *err)
{
	for (uint32_t n = 0; n < f->pages; n++)
		yz_flow_page(f, p, n);
	if (!yz_pen_begin(p, cr, err))
		return false;
	yz_pen_tag(p, "Document");
	for (uint32_t n = 0; n < f->pages; n++) {
		yz_flow_page(f, p, n);
		cairo_show_page(cr);
	}
	yz_pen_untag(p, "Document");
	cairo_surface_finish(s);
	cairo_status_t status = cairo_status(cr) ? cairo_status(cr) : cairo_surface_status(s);
	if (status == CAIRO_STATUS_WRITE_ERROR)
		return yz_fail(err, YZ_LIMIT, "the file is larger than %d bytes", YZ_PDF_MAX);
	if (status)
		return yz_fail(err, YZ_INTERNAL, "cairo: %s", cairo_status_to_string(status));
	return true;
}

/* Everything of one rendering but the file lives in a scratch arena. */
static bool render(struct yz_arena *scratch, const struct yz_doc *d, struct yz_buf *out, struct yz_err *err)
{
	struct yz_type type;
	struct yz_flow f;
	struct yz_pen *pen = yz_pen_new(scratch);
	yz_type_init(&type, scratch);
	if (!yz_flow_lay(&f, scratch, &type, d, err))
		return false;
	cairo_surface_t *s = cairo_pdf_surface_create_for_stream(take, out, f.look.width, f.look.height);
	metadata(s, scratch, d);
	cairo_t *cr = cairo_create(s);
	bool ok = draw(&f, pen, s, cr, err);
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	return ok;
}

bool yz_pdf_render(const struct yz_doc *d, struct yz_arena *a, struct yz_str *pdf, struct yz_err *err)
{
	static const char *const tags[] = {[YZ_DOC_ZH] = "zh-CN", [YZ_DOC_EN] = "en", [YZ_DOC_UG] = "ug"};
	if (!yz_doc_check(d, err))
		return false;
	struct yz_arena *scratch = yz_arena_create(0);
	struct yz_buf out;
	yz_buf_init(&out, scratch, YZ_PDF_MAX);
	bool ok = render(scratch, d, &out, err);
	if (ok) {
		*pdf = yz_buf_str(&out);
		yz_pdf_language(scratch, pdf, tags[d->lang]);
		*pdf = yz_str_dup(a, *pdf);
	}
	yz_arena_destroy(scratch);
	return ok;
}

static void free_held(void *ctx)
{
	free(*(void **)ctx);
}

/* The copy is not made by the arena: if that is spent it jumps, and the lock
 * would never be given back. */
bool yz_print_pdf(const struct yz_doc *d, struct yz_arena *a, struct yz_str *pdf, struct yz_err *err)
{
	static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER;
	void **held = yz_new(a, void *);
	yz_arena_defer(a, free_held, held);
	pthread_mutex_lock(&one);
	struct yz_arena *scratch = yz_arena_create(0);
	struct yz_str bytes;
	bool ok = yz_pdf_render(d, scratch, &bytes, err);
	if (ok) {
		*held = malloc(bytes.len);
		if (!*held)
			abort();
		*pdf = yz_str_n(memcpy(*held, bytes.ptr, bytes.len), bytes.len);
	}
	yz_arena_destroy(scratch);
	pthread_mutex_unlock(&one);
	return ok;
}

/* --- language --- */

static bool last_number(struct yz_str s, const char *after, unsigned long *out)
{
	size_t at = SIZE_MAX;
	for (size_t i = 0; (i = yz_str_find(s, yz_str(after), i)) != SIZE_MAX; i++)
		at = i;
	if (at == SIZE_MAX)
		return false;
	char digits[24] = {0};
	size_t i = at + strlen(after), n = 0;
	while (i < s.len && (s.ptr[i] == ' ' || s.ptr[i] == '\n'))
		i++;
	while (i < s.len && n < sizeof digits - 1 && s.ptr[i] >= '0' && s.ptr[i] <= '9')
		digits[n++] = s.ptr[i++];
	*out = strtoul(digits, NULL, 10);
	return n > 0;
}

void yz_pdf_language(struct yz_arena *a, struct yz_str *pdf, const char *tag)
{
	unsigned long root, size, xref, info;
	struct yz_str tail = *pdf;
	if (tail.len > 1024)
		tail = yz_str_n(pdf->ptr + pdf->len - 1024, 1024);
	if (!last_number(tail, "/Root", &root) || !last_number(tail, "/Size", &size) ||
	    !last_number(tail, "/Info", &info) || !last_number(tail, "startxref", &xref))
		return;
	struct yz_str open = yz_str_printf(a, "\n%lu 0 obj\n<<", root);
	size_t from = yz_str_find(*pdf, open, xref > 4096 && xref < pdf->len ? xref - 4096 : 0);
	size_t to = from == SIZE_MAX ? SIZE_MAX : yz_str_find(*pdf, YZ_LIT("endobj"), from);
	if (to == SIZE_MAX)
		return;
	struct yz_buf out;
	yz_buf_init(&out, a, pdf->len + 4096);
	yz_buf_adds(&out, *pdf);
	size_t object = out.len;
	bool tagged = yz_str_find(yz_str_n(pdf->ptr + from, to - from), YZ_LIT("/StructTreeRoot"), 0) != SIZE_MAX &&
		      yz_str_find(yz_str_n(pdf->ptr + from, to - from), YZ_LIT("/MarkInfo"), 0) == SIZE_MAX;
	yz_buf_printf(&out, "%lu 0 obj\n<< /Lang (%s) /ViewerPreferences << /DisplayDocTitle true >> %s\n", root, tag,
		      tagged ? "/MarkInfo << /Marked true >>" : "");
	yz_buf_add(&out, pdf->ptr + from + open.len, to - from - open.len);
	yz_buf_addz(&out, "endobj\n");
	size_t table = out.len;
	yz_buf_printf(&out,
		      "xref\n0 0\n%lu 1\n%010zu 00000 n \ntrailer\n<< /Size %lu /Root %lu 0 R /Info %lu 0 R /Prev %lu "
		      ">>\nstartxref\n%zu\n%%%%EOF\n",
		      root, object, size, root, info, xref, table);
	if (!out.full)
		*pdf = yz_buf_str(&out);
}

/* --- fonts --- */

bool yz_print_fonts_check(struct yz_err *err)
{
	static const struct {
		const char *families[2], *package, *use;
	} wanted[] = {
		{{"Noto Serif CJK SC", "FandolSong"}, "fonts-noto-cjk", "Chinese text"},
		{{"Noto Sans CJK SC", "FandolHei"}, "fonts-noto-cjk", "Chinese headings"},
		{{"UKIJ Tuz", "Noto Naskh Arabic"}, "fonts-ukij-uyghur or fonts-noto-core", "Uyghur text"},
	};
	char missing[256];
	size_t n = 0;
	missing[0] = 0;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		bool found = false;
		for (size_t k = 0; k < 2; k++)
			found |= pango_font_map_get_family(yz_type_map(), wanted[i].families[k]) != NULL;
		if (!found)
			n += (size_t)snprintf(missing + n, sizeof missing - n, "%s%s (%s: install %s)", n ? "; " : "",
					      wanted[i].families[0], wanted[i].use, wanted[i].package);
	}
	return n == 0 || yz_fail(err, YZ_UNAVAILABLE, "fonts are missing: %s", missing);
}

void yz_pdf_warm(void)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_doc *d = yz_doc_new(a, YZ_DOC_LETTER, YZ_DOC_ZH, YZ_LIT("1"));
	struct yz_str pdf;
	yz_doc_title(d, YZ_LIT("决定书"));
	yz_doc_heading(d, 1, YZ_LIT("一、"));
	yz_doc_para(d, YZ_LIT("根据。"));
	yz_pdf_render(d, a, &pdf, NULL);
	yz_arena_destroy(a);
}
