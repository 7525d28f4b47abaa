/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/sms.h"

#include "crypt/crypt.h"
#include "fmt/json.h"

#include <curl/curl.h>
#include <stdio.h>

enum { BODY_MOST = 16 * 1024, CONNECT_SECONDS = 5, SEND_SECONDS = 15 };

struct yz_str yz_sms_body(struct yz_arena *a, struct yz_str to, struct yz_str text)
{
	struct yz_buf b;
	struct yz_jw j;
	yz_buf_init(&b, a, BODY_MOST);
	yz_jw_init(&j, &b);
	yz_jw_object(&j);
	yz_jw_kstr(&j, "to", to);
	yz_jw_kstr(&j, "text", text);
	yz_jw_end(&j, '}');
	return yz_buf_str(&b);
}

static size_t ignore(char *bytes, size_t size, size_t n, void *ctx)
{
	(void)bytes, (void)ctx;
	return size * n;
}

static int asked_to_stop(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return ctx && atomic_load((atomic_bool *)ctx);
}

static struct curl_slist *headers(struct yz_arena *a, const struct yz_sms *sms, yz_instant now)
{
	struct curl_slist *head = curl_slist_append(NULL, "Content-Type: application/json");
	head = curl_slist_append(head, yz_printf(a, "Idempotency-Key: %.*s", YZ_P(sms->key)));
	if (!sms->secret.len)
		return head;
	char hex[YZ_HEX];
	long long time = (long long)(now / YZ_SECOND);
	struct yz_digest d = yz_hmac_of(YZ_SHA256, sms->secret, yz_str_printf(a, "%lld\n%.*s\n%.*s", time, YZ_P(sms->key), YZ_P(sms->body)));
	head = curl_slist_append(head, yz_printf(a, "X-Yizhan-Time: %lld", time));
	return curl_slist_append(head, yz_printf(a, "X-Yizhan-Signature: v1=%s", yz_digest_hex(&d, hex)));
}

enum yz_sms_answer yz_sms_send(struct yz_arena *a, const struct yz_sms *sms, yz_instant now, atomic_bool *stop, char *failure, size_t size)
{
	CURL *curl = curl_easy_init();
	char said[CURL_ERROR_SIZE] = "";
	long answer = 0;
	struct curl_slist *head = headers(a, sms, now);
	curl_easy_setopt(curl, CURLOPT_URL, yz_str_z(a, sms->url));
	curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(curl, CURLOPT_HTTPHEADER, head);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDS, sms->body.ptr);
	curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)sms->body.len);
	curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, ignore);
	curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, asked_to_stop);
	curl_easy_setopt(curl, CURLOPT_XFERINFODATA, stop);
	curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
	curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
	curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)SEND_SECONDS);
	curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, said);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
	curl_slist_free_all(head);
	curl_easy_cleanup(curl);
	if (code != CURLE_OK)
		snprintf(failure, size, "%s", said[0] ? said : curl_easy_strerror(code));
	else
		snprintf(failure, size, "the gateway answered %ld", answer);
	if (code == CURLE_OK && answer >= 200 && answer < 300)
		return YZ_SMS_SENT;
	bool refused = code == CURLE_OK && answer >= 400 && answer < 500 && answer != 408 && answer != 425 && answer != 429;
	return refused ? YZ_SMS_REFUSED : YZ_SMS_AGAIN;
}
