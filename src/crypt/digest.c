/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include "crypt/private.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH_BLOCK = 64 };

struct yz_hasher {
	EVP_MD_CTX *ctx;
	enum yz_hash kind;
};

static EVP_MD *mds[2];

_Noreturn void yz_crypt_die(const char *what)
{
	char text[256];
	ERR_error_string_n(ERR_get_error(), text, sizeof text);
	fprintf(stderr, "yizhan: %s: %s\n", what, text);
	abort();
}

static void fetch(void)
{
	mds[YZ_SM3] = EVP_MD_fetch(NULL, "SM3", NULL);
	mds[YZ_SHA256] = EVP_MD_fetch(NULL, "SHA256", NULL);
	if (!mds[YZ_SM3] || !mds[YZ_SHA256])
		yz_crypt_die("no SM3 or SHA-256");
}

const EVP_MD *yz_crypt_md(enum yz_hash kind)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, fetch);
	return mds[kind];
}

static void begin(struct yz_hasher *h)
{
	if (!EVP_DigestInit_ex2(h->ctx, yz_crypt_md(h->kind), NULL))
		yz_crypt_die("digest");
}

struct yz_hasher *yz_hasher_create(enum yz_hash kind)
{
	struct yz_hasher *h = calloc(1, sizeof *h);
	if (!h || !(h->ctx = EVP_MD_CTX_new()))
		yz_crypt_die("digest");
	h->kind = kind;
	begin(h);
	return h;
}

void yz_hasher_add(struct yz_hasher *h, const void *p, size_t n)
{
	if (n && !EVP_DigestUpdate(h->ctx, p, n))
		yz_crypt_die("digest");
}

struct yz_digest yz_hasher_end(struct yz_hasher *h)
{
	struct yz_digest d;
	if (!EVP_DigestFinal_ex(h->ctx, d.bytes, NULL))
		yz_crypt_die("digest");
	begin(h);
	return d;
}

void yz_hasher_destroy(struct yz_hasher *h)
{
	if (!h)
		return;
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

struct yz_digest yz_digest(enum yz_hash kind, struct yz_str data)
{
	struct yz_digest d;
	if (!EVP_Digest(data.ptr ? data.ptr : "", data.len, d.bytes, NULL, yz_crypt_md(kind), NULL))
		yz_crypt_die("digest");
	return d;
}

/* One a thread and kind: making one costs more than what most are given. */
struct of_thread {
	struct yz_hasher *hashers[2];
	EVP_MD_CTX *copy; /* of a mac_key's */
};
static _Thread_local struct of_thread mine;
static pthread_key_t at_exit_of_thread;

static void drop(void *held)
{
	struct of_thread *m = held;
	yz_hasher_destroy(m->hashers[YZ_SM3]);
	yz_hasher_destroy(m->hashers[YZ_SHA256]);
	EVP_MD_CTX_free(m->copy);
	*m = (struct of_thread){0};
}

static void make_key(void)
{
	if (pthread_key_create(&at_exit_of_thread, drop))
		yz_crypt_die("a thread's key");
}

static void drop_at_exit(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, make_key);
	pthread_setspecific(at_exit_of_thread, &mine);
}

static struct yz_hasher *hasher_of_thread(enum yz_hash kind)
{
	if (!mine.hashers[kind]) {
		mine.hashers[kind] = yz_hasher_create(kind);
		drop_at_exit();
	}
	return mine.hashers[kind];
}

/* RFC 2104: the key as long as a block, with the inner pad. */
static void inner_block(enum yz_hash kind, struct yz_str key, unsigned char pad[HASH_BLOCK])
{
	memset(pad, 0, HASH_BLOCK);
	if (key.len > HASH_BLOCK) {
		struct yz_digest d = yz_digest(kind, key);
		memcpy(pad, d.bytes, sizeof d.bytes);
	} else if (key.len) {
		memcpy(pad, key.ptr, key.len);
	}
	for (size_t i = 0; i < HASH_BLOCK; i++)
		pad[i] ^= 0x36;
}

/* RFC 2104 upon digests that are at hand: the library's own HMAC looks its algorithms up each time. */
struct yz_digest yz_hmac_of(enum yz_hash kind, struct yz_str key, struct yz_str data)
{
	unsigned char pad[HASH_BLOCK];
	struct yz_digest d;
	struct yz_hasher *h = hasher_of_thread(kind);
	inner_block(kind, key, pad);
	yz_hasher_add(h, pad, HASH_BLOCK);
	yz_hasher_add(h, data.ptr, data.len);
	d = yz_hasher_end(h);
	for (size_t i = 0; i < HASH_BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5C;
	yz_hasher_add(h, pad, HASH_BLOCK);
	yz_hasher_add(h, d.bytes, sizeof d.bytes);
	d = yz_hasher_end(h);
	OPENSSL_cleanse(pad, sizeof pad);
	return d;
}

static EVP_MD_CTX *behind(const unsigned char block[HASH_BLOCK])
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	if (!c || !EVP_DigestInit_ex2(c, yz_crypt_md(YZ_SM3), NULL) || !EVP_DigestUpdate(c, block, HASH_BLOCK))
		yz_crypt_die("digest");
	return c;
}

void yz_mac_key_init(struct mac_key *k, struct yz_str key)
{
	unsigned char pad[HASH_BLOCK];
	inner_block(YZ_SM3, key, pad);
	k->inner = behind(pad);
	for (size_t i = 0; i < HASH_BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5C;
	k->outer = behind(pad);
	OPENSSL_cleanse(pad, sizeof pad);
}

void yz_mac_key_finish(struct mac_key *k)
{
	EVP_MD_CTX_free(k->inner);
	EVP_MD_CTX_free(k->outer);
}

struct yz_digest yz_mac(const struct mac_key *k, const struct yz_str *parts, size_t n)
{
	struct yz_digest d;
	if (!mine.copy) {
		if (!(mine.copy = EVP_MD_CTX_new()))
			yz_crypt_die("digest");
		drop_at_exit();
	}
	bool good = EVP_MD_CTX_copy_ex(mine.copy, k->inner);
	for (size_t i = 0; good && i < n; i++)
		good = !parts[i].len || EVP_DigestUpdate(mine.copy, parts[i].ptr, parts[i].len);
	if (!good || !EVP_DigestFinal_ex(mine.copy, d.bytes, NULL) || !EVP_MD_CTX_copy_ex(mine.copy, k->outer) ||
	    !EVP_DigestUpdate(mine.copy, d.bytes, sizeof d.bytes) || !EVP_DigestFinal_ex(mine.copy, d.bytes, NULL))
		yz_crypt_die("digest");
	return d;
}

struct yz_digest yz_hmac(struct yz_str key, struct yz_str data)
{
	return yz_hmac_of(YZ_SM3, key, data);
}

char *yz_hex(const void *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *b = p;
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[b[i] >> 4];
		out[2 * i + 1] = digits[b[i] & 15];
	}
	out[2 * n] = '\0';
	return out;
}

char *yz_digest_hex(const struct yz_digest *d, char out[YZ_HEX])
{
	return yz_hex(d->bytes, sizeof d->bytes, out);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool yz_unhex(struct yz_str hex, void *out, size_t n)
{
	if (hex.len != 2 * n)
		return false;
	uint8_t *b = out;
	for (size_t i = 0; i < n; i++) {
		int high = hex_digit(hex.ptr[2 * i]), low = hex_digit(hex.ptr[2 * i + 1]);
		if (high < 0 || low < 0)
			return false;
		b[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}

bool yz_digest_eq(const struct yz_digest *a, const struct yz_digest *b)
{
	return CRYPTO_memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

bool yz_same(struct yz_str a, struct yz_str b)
{
	return a.len == b.len && (a.len == 0 || CRYPTO_memcmp(a.ptr, b.ptr, a.len) == 0);
}
