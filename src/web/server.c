/* SPDX-License-Identifier: Apache-2.0 */
#include "web/hooks.h"

#include "base/embed.h"
#include "crypt/crypt.h"
#include "web/frame.h"
#include "web/handlers.h"
#include "web/kept.h"
#include "web/openness.h"
#include "web/screen.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

extern const struct yz_embedded web_assets[];
extern const size_t web_assets_count;

enum { RATE_KEYS = 50000, ASSETS = 64, KEPT_PAGES = 256 };

/* Permissions ride in the upper half of a route's flags; the name is for the log. */
#define ROUTE(method, pattern, handler, permission, flags)                                                             \
	{YZ_##method, pattern, yz_web_##handler, #permission, (flags) | (unsigned)YZ_MAY_##permission * YZ_ROUTE_USER, 0},
static const struct yz_route routes[] = {
#include "web/routes.def"
};
#undef ROUTE

/* ---- assets ---- */

static struct {
	char name[80];
	const char *type;
} named[ASSETS];

static const char *type_of(const char *file)
{
	const char *dot = strrchr(file, '.');
	return !dot			    ? "application/octet-stream"
	       : strcmp(dot, ".css") == 0   ? "text/css; charset=utf-8"
	       : strcmp(dot, ".js") == 0    ? "text/javascript; charset=utf-8"
	       : strcmp(dot, ".svg") == 0   ? "image/svg+xml"
					    : "application/octet-stream";
}

/* Once, before anything is served. */
static void name_assets(void)
{
	for (size_t i = 0; i < web_assets_count && i < ASSETS; i++) {
		const char *file = web_assets[i].name, *dot = strrchr(file, '.');
		int stem = dot ? (int)(dot - file) : (int)strlen(file);
		snprintf(named[i].name, sizeof named[i].name, "%.*s-%s%s", stem, file, web_assets[i].hash, dot ? dot : "");
		named[i].type = type_of(file);
	}
}

bool yz_asset_there(const char *file)
{
	for (size_t i = 0; i < web_assets_count; i++)
		if (strcmp(web_assets[i].name, file) == 0)
			return true;
	return false;
}

const char *yz_asset_name(const char *file)
{
	for (size_t i = 0; i < web_assets_count && i < ASSETS; i++)
		if (strcmp(web_assets[i].name, file) == 0)
			return named[i].name;
	return file;
}

bool yz_web_asset(struct yz_req *req, struct yz_err *err)
{
	struct yz_str name = yz_req_param(req, "name");
	for (size_t i = 0; i < web_assets_count && i < ASSETS; i++) {
		if (!yz_str_eqz(name, named[i].name))
			continue;
		const struct yz_asset asset = {.path = named[i].name, .type = named[i].type, .data = web_assets[i].data,
					       .len = web_assets[i].size, .etag = web_assets[i].hash, .immutable = true};
		return yz_res_asset(req, &asset);
	}
	return yz_fail(err, YZ_NOT_FOUND, "no asset %.*s", YZ_P(name));
}

bool yz_web_healthz(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	bool ready = yz_http_ready(req->http);
	yz_res_status(req, ready ? 200 : 503);
	return yz_res_text(req, ready ? YZ_LIT("ok\n") : YZ_LIT("starting\n"));
}

bool yz_web_look(struct yz_req *req, struct yz_err *err)
{
	(void)err;
	bool elder = yz_str_eqz(yz_req_field(req, "elder"), "1");
	struct yz_cookie cookie = {.name = "elder", .value = elder ? YZ_LIT("1") : YZ_LIT("0"), .max_age = 366 * 86400};
	yz_res_cookie(req, &cookie);
	struct yz_str back = yz_req_field(req, "back");
	return yz_res_redirect(req, yz_is_local(back) ? back : YZ_LIT("/"));
}

/* ---- the server ---- */

struct yz_web *yz_web_create(struct yz_site *site, const struct yz_web_options *options, struct yz_err *err)
{
	static const char *const languages[] = {"zh_CN", "en", "ug", NULL};
	struct yz_arena *a = yz_arena_create(0);
	struct yz_web *web = yz_new(a, struct yz_web);
	web->arena = a;
	web->site = site;
	web->rate = yz_rate_create(RATE_KEYS);
	web->kept = yz_kept_create(KEPT_PAGES);
	web->live = yz_live_create(web);
	web->published = yz_published_create();
	char secret[YZ_BLIND];
	web->secret = yz_str_dup(a, yz_str(yz_blind(site->keys, "web.csrf", YZ_LIT("forms"), secret)));
	name_assets();
	const char *uploads = yz_printf(a, "%s/uploads", site->dir);
	if (mkdir(uploads, 0700) != 0 && errno != EEXIST) {
		yz_fail(err, YZ_IO, "cannot make the folder %s: %s", uploads, strerror(errno));
		yz_web_destroy(web);
		return NULL;
	}
	const struct yz_http_options http = {
		.listen = options->listen, .net_threads = options->net_threads, .workers = options->workers,
		.trusted = options->trusted, .base_url = site->base_url, .access_log = options->access_log, .upload_dir = uploads,
		.languages = languages, .routes = routes, .nroutes = sizeof routes / sizeof *routes,
		.hooks = {.admit = yz_hook_admit, .begin = yz_hook_begin, .quick = yz_hook_quick, .error = yz_hook_error, .end = yz_hook_end}, .app = web};
	if (!(web->http = yz_http_create(&http, err))) {
		yz_web_destroy(web);
		return NULL;
	}
	if (!*site->base_url)
		site->base_url = yz_printf(site->arena, "http://127.0.0.1:%u", yz_http_port(web->http, 0));
	return web;
}

static void on_change(void *ctx, unsigned changes)
{
	struct yz_web *web = ctx;
	struct yz_hub *hub = yz_http_hub(web->http);
	if (changes & YZ_CHANGE_CARD)
		yz_hub_publish(hub, YZ_LIT("board"), "card", YZ_LIT("1"));
	if (changes & YZ_CHANGE_CASE)
		yz_hub_publish(hub, YZ_LIT("board"), "case", YZ_LIT("1"));
}

bool yz_web_start(struct yz_web *web, struct yz_err *err)
{
	yz_site_listen(web->site, on_change, web);
	if (!yz_live_start(web->live, err) || !yz_http_start(web->http, err))
		return false;
	yz_http_set_ready(web->http, true);
	return true;
}

void yz_web_stop(struct yz_web *web)
{
	yz_live_stop(web->live);
	yz_http_stop(web->http);
}

void yz_web_destroy(struct yz_web *web)
{
	if (!web)
		return;
	yz_live_destroy(web->live);
	yz_http_destroy(web->http);
	yz_rate_destroy(web->rate);
	yz_kept_destroy(web->kept);
	yz_published_destroy(web->published);
	yz_arena_destroy(web->arena);
}

unsigned yz_web_port(const struct yz_web *web)
{
	return yz_http_port(web->http, 0);
}
