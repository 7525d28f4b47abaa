/* print/sniff.h - what a file is, by its content and never by its name.
 *
 * A type is given only when the structure holds: a PDF has its header, end and
 * a cross-reference that is where the end says; a PNG its signature, a first
 * chunk with the right CRC, sane dimensions and a chain of chunks to IEND; a JPEG
 * segments up to its scan and an end; a ZIP a directory that fmt/zip.h accepts.
 * What begins like one of these and is broken, or is a picture of more than
 * YZ_FILE_PIXELS, is YZ_FILE_OTHER with the fault in words.  Content is not decoded:
 * a picture that passes may still be broken inside.
 *
 * A zip bomb is YZ_FILE_ZIP with a fault, whatever its name or its members say;
 * so is an office file with macros.
 *
 * Bounds:  time linear in the bytes; memory in the number of archive members.
 * Threads: any.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_PRINT_SNIFF_H
#define YZ_PRINT_SNIFF_H

#include "base/str.h"

enum yz_file_type {
	YZ_FILE_OTHER,
	YZ_FILE_PDF,
	YZ_FILE_PNG,
	YZ_FILE_JPEG,
	YZ_FILE_WEBP,
	YZ_FILE_HEIC,
	YZ_FILE_BMP,
	YZ_FILE_TIFF,
	YZ_FILE_OFD,
	YZ_FILE_DOCX,
	YZ_FILE_XLSX,
	YZ_FILE_ZIP, /* any other */
};

/* Pixels of a picture: decoded, four bytes each. */
#define YZ_FILE_PIXELS (200u * 1000 * 1000)

struct yz_sniffed {
	enum yz_file_type type;
	uint32_t width, height; /* pictures: pixels as stored; 0 unknown */
	uint64_t unpacked;      /* zip family: bytes its directory promises; 0 when refused */
	const char *fault;      /* message id, what is wrong; NULL when nothing is */
};

/* The whole file. */
struct yz_sniffed yz_sniff(struct yz_str bytes);
/* "application/pdf"; application/octet-stream for OTHER. */
const char *yz_file_mime(enum yz_file_type type);
/* "pdf"; "bin" for OTHER. */
const char *yz_file_ext(enum yz_file_type type);
/* May be shown in a browser as it is: PDF, PNG, JPEG, WebP. */
bool yz_file_shows(enum yz_file_type type);

#endif
