/* fmt/xml_pull.h - libxml2's reader, made safe (private to fmt).
 *
 * A pull parser and not SAX: an arena past its budget may jump away, which must
 * not happen inside a callback of libxml2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_XML_PULL_H
#define YZ_FMT_XML_PULL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#include <libxml/xmlreader.h>

struct yz_xml_pull {
	xmlTextReaderPtr reader;
	bool failed;
	int line, column; /* of the first error; 0 when unknown */
	char message[200];
	/* of a stream: the block looked at first, then what follows */
	int (*read)(void *ctx, char *to, int n);
	void *ctx;
	struct yz_str first;
};

/* The reader goes with the arena; text must live as long. NULL when the text is refused before parsing. */
struct yz_xml_pull *yz_xml_pull_open(struct yz_arena *a, struct yz_str text, struct yz_err *err);
/* From a stream: read gives bytes, 0 at the end, -1 when broken; it may not touch an arena. */
struct yz_xml_pull *yz_xml_pull_open_stream(struct yz_arena *a, int (*read)(void *ctx, char *to, int n), void *ctx,
					    struct yz_err *err);
/* 1: a node, 0: the end, -1: failed (err filled). */
int yz_xml_pull_next(struct yz_xml_pull *p, struct yz_err *err);
/* The text, CDATA or attribute value at hand, until the next call on the reader.  Checked: within
 * CDATA libxml2 lets bytes pass that are no UTF-8. */
bool yz_xml_pull_text(struct yz_xml_pull *p, struct yz_str *text, struct yz_err *err);
/* Of every reader: what stands before the root is looked at first, so that a DOCTYPE never reaches the parser; … */
bool yz_xml_prolog_ok(struct yz_str text, struct yz_err *err);
/* … and what it says is text is UTF-8 without control characters. */
bool yz_xml_text_ok(struct yz_str text);
/* Frees the reader before the arena goes. */
void yz_xml_pull_close(struct yz_xml_pull *p);
unsigned yz_xml_pull_line(struct yz_xml_pull *p); /* of the current node */

#endif
