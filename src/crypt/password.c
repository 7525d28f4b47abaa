/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include "crypt/private.h"

#include <assert.h>
#include <pthread.h>
#include <sodium.h>
#include <unistd.h>

/* 19 MiB and 2 passes cost about what 64 MiB would on a fifth of the memory a
 * sign-in needs; OWASP's second row. */
enum { PASSES = 2, MEMORY = 19 * 1024 * 1024 };

/* Verifies against nothing: for accounts that do not exist. */
static const char nobody[] = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
			     "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t freed = PTHREAD_COND_INITIALIZER;
static int most, running, waiting, most_waiting = 64;

void yz_password_limits(int at_once, int queued)
{
	assert(at_once > 0 && queued >= 0);
	pthread_mutex_lock(&lock);
	most = at_once;
	most_waiting = queued;
	pthread_mutex_unlock(&lock);
}

static bool enter(struct yz_err *err)
{
	pthread_mutex_lock(&lock);
	if (!most) {
		long cpus = sysconf(_SC_NPROCESSORS_ONLN);
		most = cpus < 1 ? 1 : cpus > 4 ? 4 : (int)cpus;
	}
	if (running >= most && waiting >= most_waiting) {
		pthread_mutex_unlock(&lock);
		return yz_fail(err, YZ_BUSY, "%d passwords are being hashed and %d wait", most, most_waiting);
	}
	waiting++;
	while (running >= most)
		pthread_cond_wait(&freed, &lock);
	waiting--;
	running++;
	pthread_mutex_unlock(&lock);
	return true;
}

static void leave(void)
{
	pthread_mutex_lock(&lock);
	running--;
	pthread_cond_signal(&freed);
	pthread_mutex_unlock(&lock);
}

bool yz_password_hash(struct yz_str password, char out[YZ_PASSWORD_HASH], struct yz_err *err)
{
	_Static_assert(YZ_PASSWORD_HASH >= crypto_pwhash_STRBYTES, "libsodium's strings fit");
	if (password.len > YZ_PASSWORD_MOST)
		return yz_fail(err, YZ_LIMIT, "a password has at most %d bytes", YZ_PASSWORD_MOST);
	yz_crypt_sodium();
	if (!enter(err))
		return false;
	int bad = crypto_pwhash_str_alg(out, password.ptr ? password.ptr : "", password.len, PASSES, MEMORY,
					crypto_pwhash_ALG_ARGON2ID13);
	leave();
	if (bad)
		return yz_fail(err, YZ_BUSY, "no memory to hash a password");
	return true;
}

bool yz_password_check(struct yz_str password, const char *hash, bool *right, struct yz_err *err)
{
	*right = false;
	if (password.len > YZ_PASSWORD_MOST)
		return yz_fail(err, YZ_LIMIT, "a password has at most %d bytes", YZ_PASSWORD_MOST);
	yz_crypt_sodium();
	if (!enter(err))
		return false;
	int bad = crypto_pwhash_str_verify(hash ? hash : nobody, password.ptr ? password.ptr : "", password.len);
	leave();
	*right = !bad && hash;
	return true;
}

bool yz_password_stale(const char *hash)
{
	yz_crypt_sodium();
	return crypto_pwhash_str_needs_rehash(hash, PASSES, MEMORY) != 0;
}
