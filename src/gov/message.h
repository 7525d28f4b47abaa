/* gov/message.h - what she is told: in the site, and by mail from an outbox.
 *
 * A message is written in the transaction of the act it tells of.  Mail goes
 * out from rows, by SMTP (libcurl), tried again after 1, 5, 30 minutes and then
 * hourly for three days.  A letter refused for good (5yz) is given up at once; the
 * page of settings shows it.
 *
 *	taken (on disk, for five minutes) ──▶ sent ──▶ marked
 *
 * One process at a time has a letter, so nothing goes out twice but in one case:
 * it dies between the server's yes and the mark.  Then the letter goes again after
 * its five minutes, word for word and with the same Message-ID: a second copy of
 * a notice does less harm than none.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_GOV_MESSAGE_H
#define YZ_GOV_MESSAGE_H

#include "gov/permission.h"
#include "base/arena.h"
#include "base/date.h"
#include "pack/message.h"
#include "text/text.h"

struct yz_site;
struct yz_conn;
struct yz_message_ways;

/* What fills the holes of a message; a name of the pack (an item's; several, a line break between), and a text of ours, are said
 * in her language. */
struct yz_said {
	const char *hole;
	struct yz_str value;
	bool is_name, is_text;
};
/* Inside a write: a message of this kind in the language she reads, in the pack's words or ours; by mail and as a text
 * message too where she has an address and has not chosen otherwise. */
bool yz_message_say(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, int64_t case_id, enum yz_say kind,
		    const struct yz_said *said, size_t n, struct yz_err *err);

/* The same about no case: link, an address on this site. */
bool yz_message_say_at(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str link, enum yz_say kind,
		       const struct yz_said *said, size_t n, struct yz_err *err);
/* The same; *went: by which ways besides the site. */
bool yz_message_say_told(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_str link, enum yz_say kind,
			 const struct yz_said *said, size_t n, struct yz_message_ways *went, struct yz_err *err);

/* By mail alone, to somebody without an account. */
bool yz_mail_say(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str address, enum yz_lang lang, enum yz_say kind,
		 const struct yz_said *said, size_t n, struct yz_err *err);

/* How often, since the process began, a message was said without something its kind declares (pack/messages.def), so that a pack's
 * words with it in them would be sent unfilled.  A fault of the caller's: logged, and no test lets it pass. */
int yz_message_unfilled(void);

/* Inside a write: a message in words of the caller's, and mail where she gave an address and wants it of this topic.
 * link: an address on this site, where it is about no case. */
bool yz_message_put(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, enum yz_topic topic, int64_t person,
		    int64_t case_id, struct yz_str link, struct yz_str title, struct yz_str body, struct yz_err *err);
/* Inside a write: mail alone. */
bool yz_mail_add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str address, struct yz_str subject,
		 struct yz_str body, struct yz_err *err);

/* Inside a write: a text message to a mobile number, for the gateway of setting sms.url. */
bool yz_sms_add(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_str mobile, struct yz_str text,
		struct yz_err *err);

/* ---- what she wants to hear by which way (in the site all of it is told) ---- */

struct yz_message_ways {
	bool mail, sms;
};
/* By topic, as she chose or as usual. */
bool yz_message_ways(struct yz_conn *conn, struct yz_arena *a, int64_t person, struct yz_message_ways out[YZ_TOPICS], struct yz_err *err);
bool yz_message_choose(struct yz_site *site, const struct yz_actor *who, const struct yz_message_ways ways[YZ_TOPICS], struct yz_err *err);

struct yz_message {
	int64_t id;
	struct yz_str title, body, case_no, link; /* link: an address, where it is about no case */
	yz_instant created, read_at;
};
size_t yz_message_list(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_actor *who, int64_t before,
		       int limit, struct yz_message **out, struct yz_err *err);
int64_t yz_message_unread(struct yz_conn *conn, const struct yz_actor *who);
bool yz_message_read(struct yz_site *site, const struct yz_actor *who, int64_t id /* 0: all */, struct yz_err *err);

/* The thread that sends.  smtp: "smtp://host:port" or "smtps://…", from settings mail.url,
 * mail.from, mail.user, mail.password; without mail.url nothing is sent and rows wait. */
struct yz_mailer;
struct yz_mailer *yz_mailer_start(struct yz_site *site, struct yz_err *err);
void yz_mailer_stop(struct yz_mailer *m);
/* One round, for tests: sends what is due; returns how many went out. */
bool yz_mail_send_due(struct yz_site *site, yz_instant now, int *sent, struct yz_err *err);

#endif
