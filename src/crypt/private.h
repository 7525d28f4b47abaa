/* crypt/private.h - what the files of crypt share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CRYPT_PRIVATE_H
#define YZ_CRYPT_PRIVATE_H

#include <openssl/evp.h>

#include "crypt/crypt.h"

enum { SITE_KEY = 32, SITE_KEYS_MOST = 64 };

/* A key of HMAC-SM3 as it is used: the digest with the key's inner block in it, and with its outer one; both are
 * as secret as the key.  They are copied: each message would take them in anew. */
struct mac_key {
	EVP_MD_CTX *inner, *outer;
};

/* The working keys derived from one site key. */
struct site_key {
	uint32_t id;
	uint8_t cipher[16]; /* SM4 */
	struct mac_key mac, blind, ledger;
};

struct yz_keys {
	size_t count;
	struct site_key at[SITE_KEYS_MOST]; /* oldest first */
};

/* Ends the process with OpenSSL's words: no memory, no entropy or no such algorithm. */
_Noreturn void yz_crypt_die(const char *what);
/* SM3 or SHA-256, fetched once; never freed. */
const EVP_MD *yz_crypt_md(enum yz_hash kind);
/* HMAC-SM3 of the parts one behind the other; two blocks a message cheaper than yz_hmac. */
void yz_mac_key_init(struct mac_key *k, struct yz_str key);
void yz_mac_key_finish(struct mac_key *k);
struct yz_digest yz_mac(const struct mac_key *k, const struct yz_str *parts, size_t n);
/* sodium_init, once. */
void yz_crypt_sodium(void);

#endif
