/* fmt/xml_place.h - where the parser's elements stand in the text (private to fmt).
 *
 * libxml2 counts lines to 65,535, knows no column of a node and reads ahead of
 * what it reports; so a scanner of our own goes along: the text is known to be
 * well-formed, and the next start tag is the next "<" that begins one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_FMT_XML_PLACE_H
#define YZ_FMT_XML_PLACE_H

#include "fmt/xml.h"

struct yz_xml_scan {
	struct yz_str text;
	size_t at;              /* behind the last start tag */
	size_t counted;         /* lines and characters are counted up to here … */
	struct yz_xml_at place; /* … which is here */
	int bytes;              /* of a character: what the text declares */
};

/* Goes on to the next start tag: where it begins. */
size_t yz_xml_scan_tag(struct yz_xml_scan *s);
/* Line and column of a place, which is not before the last one asked for. */
struct yz_xml_at yz_xml_scan_at(struct yz_xml_scan *s, size_t at);
/* Where the text begins that comes next, before any other start tag. */
size_t yz_xml_scan_text(const struct yz_xml_scan *s);

#endif
