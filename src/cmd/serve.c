/* SPDX-License-Identifier: Apache-2.0 */
#include "cmd/cmd.h"

#include "base/log.h"
#include "cmd/control.h"
#include "db/db.h"
#include "gov/clock.h"
#include "gov/message.h"
#include "gov/till.h"
#include "gov/site.h"
#include "gov/trial.h"
#include "gov/upward.h"
#include "print/print.h"
#include "web/web.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct running {
	struct yz_site *site;
	struct yz_web *web;
	struct yz_sweeper *sweeper;
	struct yz_mailer *mailer;
	struct yz_till *till;
	struct yz_reporter *reporter;
	struct yz_trials *trials;
	struct yz_control *control;
	struct yz_site_lock *lock;
};

/* Started as root the server becomes an ordinary user before it opens the site: --user, or nobody's better.  It keeps the
 * right to put its writer before its other threads (db/write.c). */
static bool drop_root(const struct yz_args *args, struct yz_err *err)
{
	const char *name = yz_option(args, "user");
	if (geteuid() != 0)
		return true;
	if (!name)
		name = "yizhan";
	struct passwd *pw = getpwnam(name);
	if (!pw)
		return yz_fail(err, YZ_USAGE, "started as root, and there is no user %s to become: name one with --user", name);
	const struct rlimit any_nice = {40, 40};
	if (setrlimit(RLIMIT_NICE, &any_nice) != 0)
		yz_log(YZ_INFO, "the database's writer gets no precedence: %s", strerror(errno));
	if (setgroups(0, NULL) != 0 || setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0 || setuid(0) == 0)
		return yz_fail(err, YZ_INTERNAL, "cannot become user %s: %s", name, strerror(errno));
	return true;
}

static bool start(struct running *r, struct yz_args *args, sigset_t *signals, struct yz_err *err)
{
	const char *listen = yz_option(args, "listen"), *trust = yz_option(args, "trust");
	const char *const addresses[] = {listen ? listen : "127.0.0.1:8080", NULL}, *const trusted[] = {trust, NULL};
	const struct yz_site_options options = {.dir = args->argv[0], .db = yz_option(args, "db"), .base_url = yz_option(args, "base-url")};
	if (!drop_root(args, err) || !(r->lock = yz_site_lock(args->argv[0], err)))
		return false;
	/* Threads inherit the mask: only sigwait below hears these. */
	pthread_sigmask(SIG_BLOCK, signals, NULL);
	struct yz_printer *printer = yz_printer_start(NULL, err);
	if (!printer || !yz_site_open(&r->site, &options, err))
		return false;
	r->site->printer = printer;
	const struct yz_web_options web = {.listen = addresses, .trusted = trusted, .access_log = yz_option(args, "access-log")};
	return (r->web = yz_web_create(r->site, &web, err)) && (r->sweeper = yz_sweeper_start(r->site, err)) &&
	       (r->mailer = yz_mailer_start(r->site, err)) && (r->till = yz_till_start(r->site, err)) &&
	       (r->trials = yz_trials_start(r->site, err)) && (r->reporter = yz_reporter_start(r->site, err)) &&
	       yz_web_start(r->web, err) && (r->control = yz_control_start(r->site, err));
}

static void stop(struct running *r)
{
	yz_control_stop(r->control);
	if (r->web)
		yz_web_stop(r->web);
	yz_trials_stop(r->trials);
	yz_sweeper_stop(r->sweeper);
	yz_mailer_stop(r->mailer);
	yz_till_stop(r->till);
	yz_reporter_stop(r->reporter);
	if (r->site && r->site->printer)
		yz_printer_stop(r->site->printer);
	struct yz_web *web = r->web;
	yz_site_close(r->site);
	yz_web_destroy(web);
	yz_site_unlock(r->lock);
}

int yz_cmd_serve(struct yz_args *args)
{
	if (args->argc != 1)
		return yz_cmd_usage(args, N_("请给出站点文件夹"));
	struct running r = {0};
	struct yz_err err = {0};
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	signal(SIGPIPE, SIG_IGN);
	if (!start(&r, args, &signals, &err)) {
		stop(&r);
		return yz_cmd_fail(args, &err);
	}
	struct yz_err fonts = {0};
	if (!yz_print_fonts_check(&fonts))
		yz_log_err(YZ_WARN, &fonts);
	yz_log(YZ_INFO, "%.*s serves on %s", YZ_P(r.site->name), r.site->base_url);
	int which;
	sigwait(&signals, &which);
	yz_log(YZ_INFO, "stopping");
	stop(&r);
	return 0;
}
