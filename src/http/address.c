/* http/address.c - addresses, networks of proxies, connections counted by address.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "http/private.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 };

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

static bool is_v4(const struct yz_http_addr *a)
{
	return memcmp(a->bytes, mapped, sizeof mapped) == 0;
}

bool yz_http_addr_parse(struct yz_str text, struct yz_http_addr *out)
{
	char z[INET6_ADDRSTRLEN];
	if (text.len >= sizeof z || text.len == 0 || memchr(text.ptr, 0, text.len))
		return false;
	memcpy(z, text.ptr, text.len);
	z[text.len] = '\0';
	if (inet_pton(AF_INET6, z, out->bytes) == 1)
		return true;
	memcpy(out->bytes, mapped, sizeof mapped);
	return inet_pton(AF_INET, z, out->bytes + sizeof mapped) == 1;
}

void yz_http_addr_from(const struct sockaddr *sa, struct yz_http_addr *out)
{
	memset(out, 0, sizeof *out);
	if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *six = (const void *)sa;
		memcpy(out->bytes, &six->sin6_addr, 16);
	} else if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *four = (const void *)sa;
		memcpy(out->bytes, mapped, sizeof mapped);
		memcpy(out->bytes + sizeof mapped, &four->sin_addr, 4);
	}
}

struct yz_http_addr yz_http_addr_customer(const struct yz_http_addr *a)
{
	struct yz_http_addr c = *a;
	if (!is_v4(a))
		memset(c.bytes + 8, 0, 8);
	return c;
}

void yz_http_addr_print(const struct yz_http_addr *a, char buf[46])
{
	static const uint8_t none[16];
	if (memcmp(a->bytes, none, 16) == 0)
		strcpy(buf, "unix");
	else if (is_v4(a))
		inet_ntop(AF_INET, a->bytes + sizeof mapped, buf, 46);
	else
		inet_ntop(AF_INET6, a->bytes, buf, 46);
}

bool yz_http_net_parse(struct yz_str text, struct yz_http_net *out)
{
	struct yz_str addr;
	if (!yz_str_cut(&text, '/', &addr) || !yz_http_addr_parse(addr, &out->addr))
		return false;
	unsigned most = is_v4(&out->addr) ? 32 : 128;
	int64_t bits = most;
	if (text.ptr && (!yz_str_int(text, &bits) || bits < 0 || bits > most))
		return false;
	out->bits = (unsigned)bits + (most == 32 ? 96 : 0);
	return true;
}

bool yz_http_net_has(const struct yz_http_net *nets, size_t n, const struct yz_http_addr *a)
{
	for (size_t i = 0; i < n; i++) {
		unsigned whole = nets[i].bits / 8, rest = nets[i].bits % 8;
		if (memcmp(nets[i].addr.bytes, a->bytes, whole) != 0)
			continue;
		if (!rest || (nets[i].addr.bytes[whole] ^ a->bytes[whole]) >> (8 - rest) == 0)
			return true;
	}
	return false;
}

struct node {
	struct node *next;
	struct yz_http_addr key;
	unsigned count;
};

struct yz_http_counter {
	pthread_mutex_t lock;
	struct node *buckets[BUCKETS];
};

struct yz_http_counter *yz_http_counter_create(void)
{
	struct yz_http_counter *c = calloc(1, sizeof *c);
	if (c)
		pthread_mutex_init(&c->lock, NULL);
	return c;
}

void yz_http_counter_destroy(struct yz_http_counter *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < BUCKETS; i++)
		while (c->buckets[i]) {
			struct node *n = c->buckets[i];
			c->buckets[i] = n->next;
			free(n);
		}
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct node **find(struct yz_http_counter *c, const struct yz_http_addr *a, struct yz_http_addr *key)
{
	*key = yz_http_addr_customer(a);
	struct node **at = &c->buckets[yz_str_hash(yz_str_n((char *)key->bytes, 16)) % BUCKETS];
	while (*at && memcmp((*at)->key.bytes, key->bytes, 16) != 0)
		at = &(*at)->next;
	return at;
}

bool yz_http_counter_add(struct yz_http_counter *c, const struct yz_http_addr *a, unsigned most)
{
	struct yz_http_addr key;
	pthread_mutex_lock(&c->lock);
	struct node **at = find(c, a, &key);
	if (!*at) {
		*at = calloc(1, sizeof **at);
		if (*at)
			(*at)->key = key;
	}
	bool ok = *at && (*at)->count < most;
	if (ok)
		(*at)->count++;
	pthread_mutex_unlock(&c->lock);
	return ok;
}

void yz_http_counter_drop(struct yz_http_counter *c, const struct yz_http_addr *a)
{
	struct yz_http_addr key;
	pthread_mutex_lock(&c->lock);
	struct node **at = find(c, a, &key);
	assert(*at && (*at)->count);
	if (--(*at)->count == 0) {
		struct node *gone = *at;
		*at = gone->next;
		free(gone);
	}
	pthread_mutex_unlock(&c->lock);
}
