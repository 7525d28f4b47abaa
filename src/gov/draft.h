/* gov/draft.h - an application being filled in: facts and files, kept as she types.
 *
 * A draft belongs to who fills it and to whom it is for (principal).  Facts are
 * saved as they are, valid or not; yz_draft_check says what still stands in the
 * way of submitting.  Files are in the site's folder before the row names them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_DRAFT_H
#define YZ_GOV_DRAFT_H

#include "gov/case.h"

struct yz_version;

struct yz_draft {
	int64_t id, person, principal, item;
	struct yz_str item_code, item_name, item_key;
	const struct yz_json *item_body, *form, *facts;
	int page;
	yz_instant updated;
	struct yz_case_material *materials;
	size_t nmaterials;
	/* What these facts ask for (pack/form.h, gov/item.h). */
	struct yz_draft_need {
		struct yz_str key, name;
		const struct yz_json *material; /* the item's material */
		bool must;
		size_t given;                  /* files uploaded: they go before what proves it */
		struct yz_licence_proof proof; /* what proves it without a file */
		struct yz_str given_by;        /* the item of the same joint application that will give it; else empty */
	} *needs;
	size_t nneeds;
	struct yz_str situation, situation_name;
	struct yz_str refusal; /* why it is likely not to be accepted, by the item's decision; she may submit all the same */
	const struct yz_version *version; /* gov/version.h */
	const struct yz_draft_joint *joint; /* what it is part of, or NULL */
};

/* A draft among others of one application (gov/joint.h). */
struct yz_draft_joint {
	struct yz_str no, name;
	bool sent;  /* the whole was submitted: this one waits, or is to be completed */
	bool waits;
	/* By field of its form. */
	struct yz_draft_shared {
		int64_t draft;         /* asked in this one, which stands before it; 0: nowhere else */
		int page;
		struct yz_str item_name;
		struct yz_str given_by; /* read off the licence that this item of the application will give; else empty */
	} *fields;
};

struct yz_draft_error {
	struct yz_str field;    /* form field, or material key */
	bool material;
	struct yz_str text;     /* for the page, in her language */
};

/* Opens her unfinished draft for this item, or a new one filled from what is known. */
bool yz_draft_open(struct yz_site *site, const struct yz_actor *who, struct yz_str item_code, int64_t *id, struct yz_err *err);
/* A clerk's draft for a person at the counter: principal is that person, whom this clerk verified
 * within twelve hours; else FORBIDDEN. */
bool yz_draft_open_for(struct yz_site *site, const struct yz_actor *clerk, int64_t principal, struct yz_str item_code,
		       int64_t *id, struct yz_err *err);
struct yz_draft *yz_draft_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
			       int64_t id, struct yz_err *err);
/* Replaces the values of the given fields (an object of strings and lists as typed); others stay. */
bool yz_draft_save(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t id,
		   const struct yz_json *fields, int page, struct yz_err *err);
/* Takes a temporary file in: sniffed, bounded by the material's own limits, stored by content.
 * case_no empty: for a draft; else: the supply of a marked material. */
bool yz_material_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t draft, struct yz_str case_no,
		     struct yz_str key, const char *path, struct yz_str file_name, int64_t *id, struct yz_err *err);
bool yz_material_remove(struct yz_site *site, const struct yz_actor *who, int64_t draft, int64_t material, struct yz_err *err);
/* The paper of a licence that was taken before it was made; true where there is nothing to make.  No connection may be held. */
bool yz_material_make(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, int64_t material, struct yz_err *err);
/* Opens a file for reading by who may see its draft or case: *fd, *size, *type. */
bool yz_material_open(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		      int64_t material, int *fd, int64_t *size, struct yz_str *type, struct yz_str *file_name, struct yz_err *err);
/* What is wrong; none means it can be submitted.  page < 0: all pages and materials. */
size_t yz_draft_check(struct yz_site *site, struct yz_arena *a, const struct yz_draft *d, const char *lang, int page,
		      struct yz_draft_error **errors);
bool yz_draft_discard(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err);

struct yz_draft_row {
	int64_t id;
	struct yz_str item_name, item_code, principal_name;
	yz_instant updated;
};
size_t yz_draft_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_draft_row **rows, struct yz_err *err);

#endif
