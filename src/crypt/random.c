/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include "crypt/private.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>

/* Its own generator, fed by the kernel's: a stream a thread, anew after a fork, and no system call a number. */
static void set_up(void)
{
	if (randombytes_set_implementation(&randombytes_internal_implementation) != 0 || sodium_init() < 0)
		yz_crypt_die("libsodium");
}

void yz_crypt_sodium(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, set_up);
}

void yz_random(void *p, size_t n)
{
	yz_crypt_sodium();
	randombytes_buf(p, n);
}

uint32_t yz_random_below(uint32_t below)
{
	assert(below > 0);
	yz_crypt_sodium();
	return randombytes_uniform(below);
}

char *yz_base64url(const void *p, size_t n, char *out)
{
	size_t room = sodium_base64_ENCODED_LEN(n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return sodium_bin2base64(out, room, p, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

size_t yz_unbase64url(struct yz_str s, void *out, size_t cap)
{
	size_t n;
	if (s.len == 0)
		return 0;
	if (sodium_base642bin(out, cap, s.ptr, s.len, NULL, &n, NULL, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return SIZE_MAX;
	return n;
}

char *yz_token(char out[32])
{
	uint8_t bytes[16];
	yz_random(bytes, sizeof bytes);
	return yz_base64url(bytes, sizeof bytes, out);
}

char *yz_token_long(char out[48])
{
	uint8_t bytes[32];
	yz_random(bytes, sizeof bytes);
	return yz_base64url(bytes, sizeof bytes, out);
}
