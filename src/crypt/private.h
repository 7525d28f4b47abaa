/* crypt/private.h - what the files of crypt share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CRYPT_PRIVATE_H
#define YZ_CRYPT_PRIVATE_H

#include <openssl/evp.h>

#include "crypt/crypt.h"

enum { SITE_KEY = 32, SITE_KEYS_MOST = 64 };

/* The working keys derived from one site key. */
struct site_key {
	uint32_t id;
	uint8_t cipher[16]; /* SM4 */
	uint8_t mac[YZ_DIGEST], blind[YZ_DIGEST], ledger[YZ_DIGEST];
};

struct yz_keys {
	size_t count;
	struct site_key at[SITE_KEYS_MOST]; /* oldest first */
};

/* Ends the process with OpenSSL's words: no memory, no entropy or no such algorithm. */
_Noreturn void yz_crypt_die(const char *what);
/* SM3 or SHA-256, fetched once; never freed. */
const EVP_MD *yz_crypt_md(enum yz_hash kind);
/* sodium_init, once. */
void yz_crypt_sodium(void);

#endif
