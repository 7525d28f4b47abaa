/* gov/attach.h - a file that somebody uploaded: looked at, bounded, kept by what is in it (private to gov).
 *
 * What it is says its content, never its name.  It lies in the site's files before yz_attach returns, so the write that names
 * it (yz_attach_name) comes afterwards.
 *
 * Ownership: type is static; name is a piece of what was given.
 * Failure:   err; what she can mend is told to the field `field`.
 * Threads:   any; no connection may be held for yz_attach.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_ATTACH_H
#define YZ_GOV_ATTACH_H

#include "base/date.h"
#include "db/blob.h"
#include "fmt/json.h"

struct yz_site;

enum { YZ_ATTACH_MB = 20, YZ_ATTACH_NAME = 120 /* characters */ };

struct yz_attached {
	struct yz_blob blob;
	const char *type; /* "application/pdf" */
	struct yz_str name;
};
/* types: extensions as a material lists them; NULL or empty: PDF, PNG and JPEG.  most: megabytes. */
bool yz_attach(struct yz_site *site, const char *field, const char *path, struct yz_str name, const struct yz_json *types, int64_t most,
	       struct yz_attached *out, struct yz_err *err);
/* Inside a write. */
bool yz_attach_name(struct yz_conn *conn, const struct yz_attached *file, yz_instant now, struct yz_err *err);

#endif
