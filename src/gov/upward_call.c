/* gov/upward_call.c - one call to the upper installation, by libcurl: to the address of the link and nowhere else.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gov/upward.h"

#include <curl/curl.h>
#include <stdio.h>
#include <strings.h>

enum { ANSWER_MOST = 512 * 1024, CONNECT_SECONDS = 5, CALL_SECONDS = 60, STILL_SECONDS = 20 };

struct hearing {
	struct yz_arena *a;
	struct yz_buf answer;
	struct yz_str sign;
};

static size_t hear(char *bytes, size_t size, size_t n, void *ctx)
{
	struct hearing *h = ctx;
	yz_buf_add(&h->answer, bytes, size * n);
	return h->answer.full ? 0 : size * n;
}

static size_t hear_header(char *bytes, size_t size, size_t n, void *ctx)
{
	static const char name[] = "x-yizhan-signature:";
	struct hearing *h = ctx;
	size_t len = size * n;
	if (len > sizeof name - 1 && strncasecmp(bytes, name, sizeof name - 1) == 0)
		h->sign = yz_str_dup(h->a, yz_str_trim(yz_str_n(bytes + sizeof name - 1, len - (sizeof name - 1))));
	return len;
}

static int asked_to_stop(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return ctx && atomic_load((atomic_bool *)ctx);
}

static struct curl_slist *headers(struct yz_arena *a, const struct yz_upward_call *call)
{
	struct curl_slist *head = curl_slist_append(NULL, "Content-Type: application/x-ndjson");
	head = curl_slist_append(head, "Expect:");
	head = curl_slist_append(head, yz_printf(a, "X-Yizhan-Site: %.*s", YZ_P(call->site)));
	head = curl_slist_append(head, yz_printf(a, "X-Yizhan-Time: %.*s", YZ_P(call->time)));
	head = curl_slist_append(head, yz_printf(a, "X-Yizhan-Nonce: %.*s", YZ_P(call->nonce)));
	return curl_slist_append(head, yz_printf(a, "X-Yizhan-Signature: sm3=%.*s", YZ_P(call->sign)));
}

static void set_up(CURL *curl, struct yz_arena *a, const struct yz_upward_call *call, struct hearing *h, void *stop)
{
	curl_easy_setopt(curl, CURLOPT_URL, yz_printf(a, "%.*s%s", YZ_P(call->url), call->path));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	if (call->body.len) {
		curl_easy_setopt(curl, CURLOPT_POSTFIELDS, call->body.ptr);
		curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)call->body.len);
	}
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, hear);
	curl_easy_setopt(curl, CURLOPT_WRITEDATA, h);
	curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, hear_header);
	curl_easy_setopt(curl, CURLOPT_HEADERDATA, h);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, asked_to_stop);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, stop);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)CALL_SECONDS);
	/* A line on which nothing moves is a cut one. */
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, (long)STILL_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
}

bool yz_upward_http(void *stop, struct yz_arena *a, struct yz_upward_call *call)
{
	struct hearing h = {.a = a};
	char said[CURL_ERROR_SIZE] = "";
	long status = 0;
	CURL *curl = curl_easy_init();
	struct curl_slist *head = headers(a, call);
	yz_buf_init(&h.answer, a, ANSWER_MOST);
	set_up(curl, a, call, &h, stop);
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(head);
	curl_easy_cleanup(curl);
	if (code != CURLE_OK) {
		snprintf(call->failure, sizeof call->failure, "%s", said[0] ? said : curl_easy_strerror(code));
		return false;
	}
	call->status = (int)status;
	call->answer = yz_buf_str(&h.answer);
	if (yz_str_starts(h.sign, YZ_LIT("sm3=")))
		call->answer_sign = yz_str_n(h.sign.ptr + 4, h.sign.len - 4);
	return true;
}
