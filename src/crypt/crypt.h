/* crypt/crypt.h - digests, random, passwords, sealed fields, signatures.
 *
 * Everything is OpenSSL's and libsodium's; here are only their safe use and
 * our formats.  Digests, MACs and ciphers of stored data are SM3 and SM4, as
 * GB/T 39786 asks of government systems; passwords are argon2id, which has no
 * national counterpart.
 *
 * Failure: what can fail only for want of memory or entropy aborts instead.
 * Threads: any; a yz_hasher and a yz_sm2 belong to one thread at a time; yz_keys are read-only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CRYPT_CRYPT_H
#define YZ_CRYPT_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/str.h"

/* ---- digests: SM3 (GB/T 32905) and SHA-256, both of 32 bytes ---- */

enum yz_hash { YZ_SM3, YZ_SHA256 };

enum { YZ_DIGEST = 32, YZ_HEX = 65 }; /* bytes; hexadecimal with its NUL */

struct yz_digest {
	uint8_t bytes[YZ_DIGEST];
};

struct yz_digest yz_digest(enum yz_hash kind, struct yz_str data);
/* RFC 2104. */
struct yz_digest yz_hmac_of(enum yz_hash kind, struct yz_str key, struct yz_str data);
/* HMAC-SM3. */
struct yz_digest yz_hmac(struct yz_str key, struct yz_str data);

struct yz_hasher;
struct yz_hasher *yz_hasher_create(enum yz_hash kind);
void yz_hasher_add(struct yz_hasher *h, const void *p, size_t n);
/* The digest of what was added; the hasher is as new again. */
struct yz_digest yz_hasher_end(struct yz_hasher *h);
void yz_hasher_destroy(struct yz_hasher *h);

/* Lower-case hexadecimal, NUL-terminated; returns out. */
char *yz_hex(const void *p, size_t n, char *out);
char *yz_digest_hex(const struct yz_digest *d, char out[YZ_HEX]);
/* Exactly n bytes of hexadecimal, either case. */
bool yz_unhex(struct yz_str hex, void *out, size_t n);
bool yz_digest_eq(const struct yz_digest *a, const struct yz_digest *b);
/* In time that depends on the lengths only. */
bool yz_same(struct yz_str a, struct yz_str b);

/* ---- random ---- */

void yz_random(void *p, size_t n);
/* Base64url without padding of 16 random bytes (22 characters) or 32 (43): sessions, CSRF, recovery. */
char *yz_token(char out[32]);
char *yz_token_long(char out[48]);
/* Evenly distributed in [0, below). */
uint32_t yz_random_below(uint32_t below);

/* Base64url (RFC 4648, 5) without padding; out takes (n + 2) / 3 * 4 + 1. */
char *yz_base64url(const void *p, size_t n, char *out);
/* Returns the number of bytes, or SIZE_MAX when s is no base64url or longer than cap bytes. */
size_t yz_unbase64url(struct yz_str s, void *out, size_t cap);

/* ---- passwords: argon2id, 19 MiB, 2 passes ---- */

enum { YZ_PASSWORD_HASH = 128, YZ_PASSWORD_MOST = 256 };

/* At most `at_once` hashes run together (default: the number of processors, at
 * most 4), each with its 19 MiB; `waiting` more may queue (default 64), past
 * that the call fails with YZ_BUSY.  Before the first hash only. */
void yz_password_limits(int at_once, int waiting);
/* Fails on a password over YZ_PASSWORD_MOST bytes (YZ_LIMIT) and when too many wait (YZ_BUSY). */
bool yz_password_hash(struct yz_str password, char out[YZ_PASSWORD_HASH], struct yz_err *err);
/* *right says whether it matches.  hash NULL (no such account) does the same work and says no. */
bool yz_password_check(struct yz_str password, const char *hash, bool *right, struct yz_err *err);
/* Made with other parameters than today's: hash again at the next sign-in. */
bool yz_password_stale(const char *hash);

/* ---- the site's keys ----
 *
 * A text file of mode 0600: "yizhan site keys 1", then one line a key,
 * "key ID HEX", oldest first.  The newest seals; every one opens.  Indexes and
 * ledger digests use the oldest, for they must stay comparable.  Working keys
 * are derived from a site key by HMAC-SM3 and a label; the file's keys
 * themselves encrypt nothing.
 */
struct yz_keys;

/* A new file with one key, synced; fails with YZ_EXISTS rather than replace one. */
bool yz_keys_create(const char *path, struct yz_err *err);
/* Adds a newest key; replaces the file atomically. */
bool yz_keys_rotate(const char *path, struct yz_err *err);
/* Refuses a file others than its owner may read or write. */
struct yz_keys *yz_keys_load(const char *path, struct yz_err *err);
void yz_keys_destroy(struct yz_keys *keys);
uint32_t yz_keys_newest(const struct yz_keys *keys); /* the id that seals now */

/* ---- sealed fields ----
 *
 * SM4-CTR under a random IV, then HMAC-SM3 over everything with the context
 * (table, column and row): a sealed value moved to another row or column does
 * not open.  Layout: 01 ‖ key id (4, big endian) ‖ IV (16) ‖ ciphertext ‖ tag (16).
 * `column` is "table.column"; row 0 binds to the column only.
 */
enum { YZ_SEAL_EXTRA = 37 }; /* bytes a sealed value is longer */

struct yz_str yz_seal(const struct yz_keys *keys, struct yz_arena *a, const char *column, int64_t row,
		      struct yz_str plain);
/* YZ_CORRUPT when it was changed, moved, or sealed by a key this file lacks. */
bool yz_unseal(const struct yz_keys *keys, struct yz_arena *a, const char *column, int64_t row, struct yz_str sealed,
	       struct yz_str *plain, struct yz_err *err);
/* The key a sealed value was made with, 0 when it is none: to find what rotation left behind. */
uint32_t yz_sealed_by(struct yz_str sealed);

/* Blind index: equal values in one column have equal indexes, and only the key
 * tells which.  The caller normalises the value (case, width) before. */
enum { YZ_BLIND = 33 }; /* 32 hexadecimal digits and a NUL */
char *yz_blind(const struct yz_keys *keys, const char *column, struct yz_str value, char out[YZ_BLIND]);
/* What a ledger entry carries in place of a personal value: bound to the row, so that equal values do not show. */
char *yz_keyed_digest(const struct yz_keys *keys, const char *column, int64_t row, struct yz_str value,
		      char out[YZ_HEX]);

/* ---- SM2 signatures with SM3 (GB/T 32918.2, GM/T 0009) ---- */

struct yz_sm2;

#define YZ_SM2_ID YZ_LIT("1234567812345678") /* the default identity, GM/T 0009 10 */
enum { YZ_SM2_SIG = 80 };                    /* DER, at most */

struct yz_sm2 *yz_sm2_create(struct yz_err *err);
/* PEM of a private key (PKCS#8), of a public key or of a certificate. */
struct yz_sm2 *yz_sm2_read(struct yz_str pem, struct yz_err *err);
void yz_sm2_destroy(struct yz_sm2 *key);
struct yz_str yz_sm2_private_pem(const struct yz_sm2 *key, struct yz_arena *a);
struct yz_str yz_sm2_public_pem(const struct yz_sm2 *key, struct yz_arena *a);
bool yz_sm2_sign(const struct yz_sm2 *key, struct yz_str id, struct yz_str message, uint8_t sig[YZ_SM2_SIG],
		 size_t *len, struct yz_err *err);
bool yz_sm2_verify(const struct yz_sm2 *key, struct yz_str id, struct yz_str message, struct yz_str sig);

/* ---- signatures that PDF readers know: CMS, detached, ECDSA P-256 with SHA-256 (RFC 5652, RFC 5035) ----
 *
 * Readers in the field check neither SM2 nor SM3 in a PDF, so a paper is signed with what they do check; what we keep of it
 * (the ledger, the name of its file) is its SM3 digest.
 */

/* A new key (PKCS#8) and a certificate it signs itself; name: whose, its first 150 bytes. */
void yz_signer_create(struct yz_arena *a, struct yz_str name, yz_instant from, yz_instant until, struct yz_str *key_pem,
		      struct yz_str *cert_pem);
/* Over the parts one behind the other; `at` is the time it says. */
bool yz_cms_sign(struct yz_arena *a, struct yz_str key_pem, struct yz_str cert_pem, const struct yz_str *parts, size_t n,
		 yz_instant at, struct yz_str *der, struct yz_err *err);
/* By this certificate's key, over these parts?  Neither its issuer nor its dates are asked. */
bool yz_cms_verify(struct yz_str cert_pem, const struct yz_str *parts, size_t n, struct yz_str der);
/* SHA-256 of the certificate, as viewers show it; false: it is none. */
bool yz_cert_fingerprint(struct yz_str cert_pem, struct yz_digest *out);

#endif
