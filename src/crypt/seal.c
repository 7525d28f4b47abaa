/* SPDX-License-Identifier: Apache-2.0
 *
 * Encrypt, then authenticate: SM4-CTR and HMAC-SM3 with keys of their own.
 * libsodium's XChaCha20-Poly1305 would be one call and faster, but a government
 * system is assessed under GB/T 39786, which wants the national ciphers, and
 * Debian's OpenSSL 3.0 has no SM4-GCM.  The composition is the one proved
 * secure in general; every piece is OpenSSL's.
 */
#include "crypt/crypt.h"

#include "crypt/private.h"

#include <assert.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

enum { SUITE = 1, IV = 16, TAG = 16, HEAD = 1 + 4 + IV };

static EVP_CIPHER *sm4;

static void fetch(void)
{
	sm4 = EVP_CIPHER_fetch(NULL, "SM4-CTR", NULL);
	if (!sm4)
		yz_crypt_die("no SM4");
}

/* Counter mode: the same for both directions. */
static void crypt_ctr(const uint8_t key[16], const uint8_t iv[IV], const char *in, size_t n, uint8_t *out)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, fetch);
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int len = 0;
	if (!ctx || !EVP_EncryptInit_ex2(ctx, sm4, key, iv, NULL) ||
	    (n && !EVP_EncryptUpdate(ctx, out, &len, (const uint8_t *)in, (int)n)) || (size_t)len != n)
		yz_crypt_die("SM4");
	EVP_CIPHER_CTX_free(ctx);
}

static void put_number(uint8_t bytes[8], uint64_t v)
{
	for (int i = 7; i >= 0; i--, v >>= 8)
		bytes[i] = (uint8_t)(v & 0xFF);
}

/* Every field behind its length, so that no two contexts make the same bytes. */
static struct yz_digest bound(const struct mac_key *key, const char *column, int64_t row, struct yz_str data)
{
	uint8_t length[8], number[8];
	put_number(length, strlen(column));
	put_number(number, (uint64_t)row);
	const struct yz_str parts[] = {yz_str_n((char *)length, sizeof length), yz_str(column), yz_str_n((char *)number, sizeof number), data};
	return yz_mac(key, parts, sizeof parts / sizeof *parts);
}

struct yz_str yz_seal(const struct yz_keys *keys, struct yz_arena *a, const char *column, int64_t row,
		      struct yz_str plain)
{
	assert(plain.len <= INT_MAX - YZ_SEAL_EXTRA);
	_Static_assert(HEAD + TAG == YZ_SEAL_EXTRA, "the layout in the header");
	const struct site_key *k = &keys->at[keys->count - 1];
	size_t n = plain.len + YZ_SEAL_EXTRA;
	uint8_t *out = yz_alloc(a, n);
	out[0] = SUITE;
	for (int i = 0; i < 4; i++)
		out[1 + i] = (uint8_t)(k->id >> (24 - 8 * i));
	yz_random(out + 5, IV);
	crypt_ctr(k->cipher, out + 5, plain.ptr, plain.len, out + HEAD);
	struct yz_digest tag = bound(&k->mac, column, row, yz_str_n((char *)out, n - TAG));
	memcpy(out + n - TAG, tag.bytes, TAG); /* half a digest: RFC 2104, 5 */
	return yz_str_n((char *)out, n);
}

uint32_t yz_sealed_by(struct yz_str sealed)
{
	const uint8_t *p = (const uint8_t *)sealed.ptr;
	if (sealed.len < YZ_SEAL_EXTRA || p[0] != SUITE)
		return 0;
	return (uint32_t)p[1] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 8 | p[4];
}

bool yz_unseal(const struct yz_keys *keys, struct yz_arena *a, const char *column, int64_t row, struct yz_str sealed,
	       struct yz_str *plain, struct yz_err *err)
{
	uint32_t id = yz_sealed_by(sealed);
	if (!id || sealed.len > INT_MAX)
		return yz_fail(err, YZ_CORRUPT, "%s of row %lld is not a sealed value", column, (long long)row);
	const struct site_key *k = NULL;
	for (size_t i = 0; i < keys->count; i++)
		if (keys->at[i].id == id)
			k = &keys->at[i];
	if (!k)
		return yz_fail(err, YZ_CORRUPT, "%s of row %lld was sealed by key %08x, which the key file lacks",
			       column, (long long)row, id);
	size_t n = sealed.len - YZ_SEAL_EXTRA;
	struct yz_digest tag = bound(&k->mac, column, row, yz_str_n(sealed.ptr, sealed.len - TAG));
	if (!yz_same(yz_str_n((char *)tag.bytes, TAG), yz_str_n(sealed.ptr + sealed.len - TAG, TAG)))
		return yz_fail(err, YZ_CORRUPT, "%s of row %lld was changed or belongs elsewhere", column,
			       (long long)row);
	uint8_t *out = yz_alloc(a, n + 1);
	crypt_ctr(k->cipher, (const uint8_t *)sealed.ptr + 5, sealed.ptr + HEAD, n, out);
	*plain = yz_str_n((char *)out, n);
	return true;
}

char *yz_blind(const struct yz_keys *keys, const char *column, struct yz_str value, char out[YZ_BLIND])
{
	struct yz_digest d = bound(&keys->at[0].blind, column, 0, value);
	return yz_hex(d.bytes, (YZ_BLIND - 1) / 2, out);
}

char *yz_keyed_digest(const struct yz_keys *keys, const char *column, int64_t row, struct yz_str value,
		      char out[YZ_HEX])
{
	struct yz_digest d = bound(&keys->at[0].ledger, column, row, value);
	return yz_digest_hex(&d, out);
}
