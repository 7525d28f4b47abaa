/* gov/person.h - accounts: natural and legal persons, their proof, agents and passwords.
 *
 * Identity has levels: 0 self-declared (a check digit is no proof), 1 verified in person by a
 * clerk, 2 by an identity provider or certificate.  Licences and register data are
 * shown and filled in only from level 1.  An enterprise acts through its verified
 * legal representative and the agents she names, with scope and expiry.
 *
 * At level 0 an id number is a claim, and any number of accounts may make it: so registering
 * tells nobody whether a number is known here, and who claims hers takes nothing from
 * her.  From level 1 it is hers alone, and she signs in with it.
 *
 * Personal values are stored encrypted, with a keyed digest where they are looked up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_PERSON_H
#define YZ_GOV_PERSON_H

#include "base/arena.h"
#include "base/date.h"
#include "gov/permission.h"

struct yz_site;
struct yz_conn;

struct yz_person {
	int64_t id, legal_rep;
	struct yz_str kind; /* natural, legal */
	struct yz_str login, name, id_no, mobile, email, address, region, lang;
	int proof;
	bool active;
	yz_instant created;
};

/* What the registration page sends.  Errors name the field in err->where. */
struct yz_registration {
	struct yz_str kind, login, password, name, id_no, mobile, email, legal_rep_name, legal_rep_id;
	struct yz_str lang;
};
/* GB 11643 / GB 32100 checked; login 4-40 characters; password 10-200, not the login, not a common one.  A login
 * that is taken is told, an id number never. */
bool yz_person_register(struct yz_site *site, struct yz_arena *a, const struct yz_registration *r, int64_t *id,
			struct yz_err *err);
/* At the counter: finds who is verified to have the id number, else the account that claims it and whose login she
 * names (r->login), else makes one without password.  The clerk has seen the document `how`: proof becomes 1. */
bool yz_person_verify(struct yz_site *site, struct yz_arena *a, const struct yz_actor *clerk, const struct yz_registration *r,
		      struct yz_str how, int64_t *id, struct yz_err *err);
struct yz_person *yz_person_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t id, struct yz_err *err);
bool yz_person_update(struct yz_site *site, const struct yz_actor *who, struct yz_str mobile, struct yz_str email,
		      struct yz_str address, struct yz_str lang, struct yz_err *err);
/* Whether these are the last four characters of the person's id. */
bool yz_person_tail(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str tail, bool *fits,
		    struct yz_err *err);
/* 刘*洋, 9901**********1234 */
struct yz_str yz_mask_name(struct yz_arena *a, struct yz_str name);
struct yz_str yz_mask_id(struct yz_arena *a, struct yz_str id);

/* Signing in: login; once verified also id number or mobile.  The same answer and the same time for an unknown
 * login and a wrong password.  The token is for the cookie; only its digest is stored. */
bool yz_sign_in(struct yz_site *site, struct yz_arena *a, struct yz_str login, struct yz_str password, struct yz_str *token,
		struct yz_err *err);
bool yz_sign_out(struct yz_site *site, struct yz_str token, struct yz_err *err);
/* Who this token is, with posts and principal; *stale asks for yz_session_touch.  A token unknown, expired (12 h, 30 min idle for staff)
 * gives an actor with person 0 and true. */
bool yz_session_load(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str token,
		     struct yz_actor *who, struct yz_str *csrf, bool *stale, struct yz_err *err);
/* A person as an actor for herself, without a session: commands and tests. */
bool yz_actor_of(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_actor *who,
		 struct yz_err *err);
/* Remembers that the session was used; for one that is stale, with no connection held. */
bool yz_session_touch(struct yz_site *site, struct yz_str token, struct yz_err *err);
/* Acts from now on for `principal` (herself, her enterprise, who named her agent). */
bool yz_session_act_for(struct yz_site *site, struct yz_str token, const struct yz_actor *who, int64_t principal,
			struct yz_err *err);

/* A browser that has signed in to an account keeps a token: guesses made elsewhere, however many, do not close the
 * account to it.  It opens nothing by itself. */
struct yz_str yz_device_token(struct yz_site *site, struct yz_arena *a, int64_t person);
/* Whether the token was made for the account that `login` names. */
bool yz_device_known(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str login, struct yz_str token,
		     bool *known, struct yz_err *err);

/* Recovery: a mail in the language of her account, with a link good for 30 minutes, once.  Always true for an unknown login.  Another request within
 * ten minutes sends nothing: whoever asks again and again neither fills her mailbox nor spoils her link. */
bool yz_recovery_begin(struct yz_site *site, struct yz_arena *a, struct yz_str login, struct yz_err *err);
/* For the technician at the machine: the address itself, once and for a day, instead of a mail.  A site just made has no
 * other way in.  YZ_NOT_FOUND: no such account. */
#define YZ_RECOVERY_LINK (24 * YZ_HOUR)
bool yz_recovery_link(struct yz_site *site, struct yz_arena *a, struct yz_str login, struct yz_str *address, struct yz_err *err);
/* *person: whose link it was. */
bool yz_recovery_finish(struct yz_site *site, struct yz_arena *a, struct yz_str token, struct yz_str password, int64_t *person,
			struct yz_err *err);
bool yz_password_change(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str old,
			struct yz_str fresh, struct yz_err *err);

struct yz_agency {
	int64_t id, principal, agent;
	struct yz_str principal_name, agent_name, scope, scope_name;
	yz_instant from_at, until_at, revoked;
};
/* agent by her login and name, both right; only a principal of proof ≥ 1 may name one. */
bool yz_agency_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str agent_login,
		   struct yz_str agent_name, struct yz_str scope, yz_instant until_at, struct yz_err *err);
bool yz_agency_revoke(struct yz_site *site, const struct yz_actor *who, int64_t id, struct yz_err *err);
/* May `agent` act for `principal` in this item now: named, not revoked, not over, or her legal representative. */
bool yz_agency_holds(struct yz_conn *conn, int64_t principal, int64_t agent, struct yz_str item_code, yz_instant now, bool *holds,
		     struct yz_err *err);
/* Both sides: whom she named, and who named her. */
size_t yz_agency_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		      struct yz_agency **out, struct yz_err *err);

/* The administrator's: people of the region, their posts. */
struct yz_staff {
	struct yz_person person;
	struct yz_post *posts;
	size_t nposts;
};
size_t yz_staff_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who,
		     struct yz_str words, struct yz_staff **out, struct yz_err *err);
bool yz_staff_add(struct yz_site *site, struct yz_arena *a, const struct yz_actor *who, struct yz_str login, struct yz_str name,
		  struct yz_str password, int64_t *id, struct yz_err *err);
bool yz_post_add(struct yz_site *site, const struct yz_actor *who, int64_t person, struct yz_str org, enum yz_role role,
		 struct yz_str region, struct yz_str title, struct yz_err *err);
bool yz_post_end(struct yz_site *site, const struct yz_actor *who, int64_t post, struct yz_err *err);
bool yz_person_set_active(struct yz_site *site, const struct yz_actor *who, int64_t person, bool active, struct yz_err *err);

#endif
