/* SPDX-License-Identifier: Apache-2.0 */
#include "fmt/xml_event.h"

#include "fmt/xml_pull.h"

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- what the callbacks write ---- */

/* Room for `more` elements of `size`; false, and the parser stops, when there is no memory. */
static bool room(struct yz_xml_events *p, void **at, size_t *cap, size_t len, size_t more, size_t size)
{
	if (p->spent || more <= *cap - len)
		return !p->spent;
	size_t wanted = 2 * (len + more);
	void *grown = realloc(*at, wanted * size);
	if (!grown) {
		p->spent = true;
		xmlStopParser(p->parser);
		return false;
	}
	*at = grown;
	*cap = wanted;
	return true;
}

static struct yz_xml_event *add_event(struct yz_xml_events *p, enum yz_xml_event_kind kind)
{
	/* What follows an error has no place in what came before it. */
	if (p->failed || !room(p, (void **)&p->events, &p->cap, p->len, 1, sizeof *p->events))
		return NULL;
	p->events[p->len] = (struct yz_xml_event){.kind = kind};
	return &p->events[p->len++];
}

static bool add_bytes(struct yz_xml_events *p, const void *bytes, size_t n, size_t *from)
{
	if (!room(p, (void **)&p->bytes, &p->bytes_cap, p->nbytes, n + 1, 1))
		return false;
	*from = p->nbytes;
	if (n)
		memcpy(p->bytes + p->nbytes, bytes, n);
	p->bytes[p->nbytes + n] = '\0';
	p->nbytes += n + 1;
	return true;
}

static void add_pair(struct yz_xml_events *p, const xmlChar *name, const xmlChar *ns, const xmlChar *value, size_t n)
{
	if (!room(p, (void **)&p->pairs, &p->pairs_cap, p->npairs, 1, sizeof *p->pairs))
		return;
	struct yz_xml_pair pair = {name, ns, 0, n};
	if (add_bytes(p, value, n, &pair.from))
		p->pairs[p->npairs++] = pair;
}

static void begin(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *ns, int nspaces,
		  const xmlChar **spaces, int nattrs, int ndefaulted, const xmlChar **attrs)
{
	struct yz_xml_events *p = ctx;
	struct yz_xml_event *e = add_event(p, YZ_XML_BEGIN);
	if (!e)
		return;
	e->name = name;
	e->ns = ns;
	e->pairs = p->npairs;
	e->nspaces = (size_t)nspaces;
	e->nattrs = (size_t)nattrs;
	for (int i = 0; i < nspaces; i++)
		add_pair(p, spaces[2 * i], NULL, spaces[2 * i + 1],
			 spaces[2 * i + 1] ? strlen((const char *)spaces[2 * i + 1]) : 0);
	for (int i = 0; i < nattrs; i++)
		add_pair(p, attrs[5 * i], attrs[5 * i + 2], attrs[5 * i + 3],
			 (size_t)(attrs[5 * i + 4] - attrs[5 * i + 3]));
}

static void end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *ns)
{
	add_event(ctx, YZ_XML_END);
}

static void text(void *ctx, const xmlChar *bytes, int n)
{
	struct yz_xml_events *p = ctx;
	size_t from;
	if (n <= 0 || !add_bytes(p, bytes, (size_t)n, &from))
		return;
	struct yz_xml_event *e = add_event(p, YZ_XML_TEXT);
	if (e) {
		e->from = from;
		e->len = (size_t)n;
	}
}

static void note_error(void *ctx, xmlErrorPtr e)
{
	struct yz_xml_events *p = ctx;
	if (e->level < XML_ERR_ERROR || p->failed)
		return;
	p->failed = true;
	p->line = e->line;
	p->column = e->int2;
	const char *message = e->message ? e->message : "not well-formed";
	snprintf(p->message, sizeof p->message, "%.*s", (int)strcspn(message, "\r\n"), message);
}

static void refuse(struct yz_xml_events *p, const char *what)
{
	if (p->failed)
		return;
	p->failed = true;
	p->line = p->parser->input ? p->parser->input->line : 0;
	snprintf(p->message, sizeof p->message, "%s", what);
	xmlStopParser(p->parser);
}

static void refuse_doctype(void *ctx, const xmlChar *name, const xmlChar *external, const xmlChar *system)
{
	refuse(ctx, "entities and document types are not accepted");
}

static void refuse_reference(void *ctx, const xmlChar *name)
{
	refuse(ctx, "entities and document types are not accepted");
}

/* ---- parsing ---- */

static void free_events(void *ctx)
{
	yz_xml_events_close(ctx);
}

struct yz_xml_events *yz_xml_events_open(struct yz_arena *a, struct yz_str whole, struct yz_err *err)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
			     .startElementNs = begin,
			     .endElementNs = end,
			     .characters = text,
			     .ignorableWhitespace = text,
			     .serror = note_error,
			     .internalSubset = refuse_doctype,
			     .reference = refuse_reference};
	if (whole.len > INT_MAX)
		return yz_fail_null(err, YZ_TOO_LARGE, "%zu bytes of XML", whole.len);
	if (!yz_xml_prolog_ok(whole, err))
		return NULL;
	pthread_once(&once, xmlInitParser);
	struct yz_xml_events *p = yz_new(a, struct yz_xml_events);
	yz_arena_defer(a, free_events, p);
	p->rest = whole;
	p->parser = xmlCreatePushParserCtxt(&sax, p, NULL, 0, NULL);
	if (!p->parser)
		return yz_fail_null(err, YZ_INTERNAL, "no memory for the XML parser");
	/* Without a document type there are none but the five; with NOENT "&amp;" in an attribute comes as "&". */
	xmlCtxtUseOptions(p->parser, XML_PARSE_NONET | XML_PARSE_NOENT);
	return p;
}

static bool fail(const struct yz_xml_events *p, struct yz_err *err)
{
	if (p->spent)
		return yz_fail(err, YZ_INTERNAL, "no memory for the XML parser");
	yz_fail(err, YZ_SYNTAX, "%s", p->message[0] ? p->message : "not well-formed");
	if (p->column > 0)
		return yz_fail_in(err, "line %d, column %d", p->line, p->column);
	return p->line > 0 ? yz_fail_in(err, "line %d", p->line) : false;
}

static void silent(void *ctx, const char *fmt, ...)
{
}

/* libxml2 prints what is wrong with an encoding wherever nobody else listens. */
static int parse_silently(struct yz_xml_events *p, size_t n)
{
	xmlGenericErrorFunc before = xmlGenericError;
	void *ctx = xmlGenericErrorContext;
	xmlSetGenericErrorFunc(NULL, silent);
	int code = xmlParseChunk(p->parser, p->rest.ptr, (int)n, p->ended);
	xmlSetGenericErrorFunc(ctx, before);
	return code;
}

/* Parses the next piece; its events replace the old ones. */
static void parse_piece(struct yz_xml_events *p)
{
	enum { PIECE = 32 * 1024 };
	size_t n = p->rest.len < PIECE ? p->rest.len : PIECE;
	p->len = p->npairs = p->nbytes = p->at = 0;
	p->ended = n == p->rest.len;
	int code = parse_silently(p, n);
	p->rest.ptr += n;
	p->rest.len -= n;
	if (code != XML_ERR_OK && !p->failed && !p->parser->wellFormed)
		p->failed = true;
}

/* What stands before an error comes first, so that whoever reads knows where it is. */
const struct yz_xml_event *yz_xml_events_next(struct yz_xml_events *p, bool *failed, struct yz_err *err)
{
	*failed = false;
	while (p->at == p->len || p->spent) {
		if (p->spent || p->failed) {
			fail(p, err);
			*failed = true;
			return NULL;
		}
		if (p->ended)
			return NULL;
		parse_piece(p);
	}
	return &p->events[p->at++];
}

struct yz_str yz_xml_event_bytes(const struct yz_xml_events *p, size_t from, size_t len)
{
	return yz_str_n(p->bytes + from, len);
}

void yz_xml_events_close(struct yz_xml_events *p)
{
	if (!p || !p->parser)
		return;
	xmlFreeParserCtxt(p->parser);
	free(p->events);
	free(p->pairs);
	free(p->bytes);
	p->parser = NULL;
}
