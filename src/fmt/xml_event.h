/* fmt/xml_event.h - libxml2's SAX as a list of events (private to fmt).
 *
 * The callbacks only write down what they are told, in memory of their own: an
 * arena past its budget may jump away, which must not happen inside them.  A
 * piece of the text is parsed, its events are taken, then the next piece.  This
 * takes half the work of libxml2's reader, which builds nodes to be read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_XML_EVENT_H
#define YZ_FMT_XML_EVENT_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <libxml/parser.h>

enum yz_xml_event_kind { YZ_XML_BEGIN, YZ_XML_END, YZ_XML_TEXT };

/* An attribute, or (ns_decl) a prefix, NULL for the default, declared to mean `value`. */
struct yz_xml_pair {
	const xmlChar *name, *ns; /* the parser's, as long as it lives */
	size_t from, len;         /* the value in `bytes` */
};

struct yz_xml_event {
	enum yz_xml_event_kind kind;
	const xmlChar *name, *ns;
	size_t pairs; /* the first of its pairs: prefixes, then attributes */
	size_t nspaces, nattrs;
	size_t from, len; /* TEXT: in `bytes` */
};

struct yz_xml_events {
	xmlParserCtxtPtr parser;
	struct yz_str rest; /* of the text */
	bool ended, failed, spent;
	int line, column; /* of the first error; 0 when unknown */
	char message[200];
	struct yz_xml_event *events;
	struct yz_xml_pair *pairs;
	char *bytes;
	size_t len, cap, npairs, pairs_cap, nbytes, bytes_cap, at;
};

/* Goes with the arena; the text must live as long.  NULL when it is refused before parsing. */
struct yz_xml_events *yz_xml_events_open(struct yz_arena *a, struct yz_str text, struct yz_err *err);
/* The next event, until the one after it is asked for; NULL at the end, or with err filled: *failed. */
const struct yz_xml_event *yz_xml_events_next(struct yz_xml_events *p, bool *failed, struct yz_err *err);
struct yz_str yz_xml_event_bytes(const struct yz_xml_events *p, size_t from, size_t len);
/* Frees the parser before the arena goes. */
void yz_xml_events_close(struct yz_xml_events *p);

#endif
