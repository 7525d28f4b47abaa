/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include "crypt/private.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char heading[] = "yizhan site keys 1";

enum { LINE = 4 + 8 + 1 + 2 * SITE_KEY + 1, FILE_MOST = 64 + SITE_KEYS_MOST * LINE };

static int key_line(char *out, size_t size)
{
	uint8_t key[SITE_KEY];
	uint32_t id;
	char hex[2 * SITE_KEY + 1];
	yz_random(key, sizeof key);
	do
		yz_random(&id, sizeof id);
	while (id == 0);
	int n = snprintf(out, size, "key %08" PRIx32 " %s\n", id, yz_hex(key, sizeof key, hex));
	sodium_memzero(key, sizeof key);
	sodium_memzero(hex, sizeof hex);
	return n;
}

static bool sync_folder(const char *path)
{
	char copy[PATH_MAX];
	snprintf(copy, sizeof copy, "%s", path);
	int fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return false;
	bool good = fsync(fd) == 0;
	close(fd);
	return good;
}

static bool write_new(const char *path, const char *text, size_t n, struct yz_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return yz_fail(err, errno == EEXIST ? YZ_EXISTS : YZ_IO, "%s: %s", path, strerror(errno));
	bool good = write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
	int why = errno;
	if (close(fd) != 0 || !good) {
		unlink(path);
		return yz_fail(err, YZ_IO, "%s: %s", path, strerror(why));
	}
	return true;
}

bool yz_keys_create(const char *path, struct yz_err *err)
{
	char text[sizeof heading + 1 + LINE + 1];
	int n = snprintf(text, sizeof text, "%s\n", heading);
	n += key_line(text + n, sizeof text - (size_t)n);
	bool good = write_new(path, text, (size_t)n, err);
	sodium_memzero(text, sizeof text);
	if (good && !sync_folder(path))
		return yz_fail(err, YZ_IO, "%s: its folder: %s", path, strerror(errno));
	return good;
}

/* The text of the file, NUL-terminated, into buf of FILE_MOST + 1. */
static bool read_file(const char *path, char *buf, size_t *len, struct yz_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return yz_fail(err, errno == ENOENT ? YZ_NOT_FOUND : YZ_IO, "%s: %s", path, strerror(errno));
	struct stat st;
	if (fstat(fd, &st) != 0 || (st.st_mode & 077)) {
		close(fd);
		return yz_fail(err, YZ_FORBIDDEN, "%s may be read by others than its owner: chmod 600 it", path);
	}
	size_t n = 0;
	ssize_t got;
	while ((got = read(fd, buf + n, FILE_MOST + 1 - n)) > 0)
		n += (size_t)got;
	close(fd);
	if (got < 0)
		return yz_fail(err, YZ_IO, "%s: %s", path, strerror(errno));
	if (n > FILE_MOST)
		return yz_fail(err, YZ_LIMIT, "%s holds more than %d keys", path, SITE_KEYS_MOST);
	buf[n] = '\0';
	*len = n;
	return true;
}

static void derive_mac(struct mac_key *k, struct yz_str site, struct yz_str label)
{
	struct yz_digest key = yz_hmac(site, label);
	yz_mac_key_init(k, yz_str_n((const char *)key.bytes, sizeof key.bytes));
	sodium_memzero(&key, sizeof key);
}

static void derive(struct site_key *k, const uint8_t key[SITE_KEY])
{
	struct yz_str site = yz_str_n((const char *)key, SITE_KEY);
	struct yz_digest cipher = yz_hmac(site, YZ_LIT("yizhan field cipher"));
	memcpy(k->cipher, cipher.bytes, sizeof k->cipher);
	sodium_memzero(&cipher, sizeof cipher);
	derive_mac(&k->mac, site, YZ_LIT("yizhan field mac"));
	derive_mac(&k->blind, site, YZ_LIT("yizhan blind index"));
	derive_mac(&k->ledger, site, YZ_LIT("yizhan ledger digest"));
}

static bool parse_line(struct yz_keys *keys, struct yz_str line)
{
	uint8_t id[4], key[SITE_KEY];
	if (keys->count == SITE_KEYS_MOST || line.len != LINE - 1 || !yz_str_starts(line, YZ_LIT("key ")) ||
	    line.ptr[12] != ' ' || !yz_unhex(yz_str_n(line.ptr + 4, 8), id, sizeof id) ||
	    !yz_unhex(yz_str_n(line.ptr + 13, sizeof key * 2), key, sizeof key))
		return false;
	struct site_key *k = &keys->at[keys->count];
	k->id = (uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 | (uint32_t)id[2] << 8 | id[3];
	if (!k->id)
		return false;
	for (size_t i = 0; i < keys->count; i++)
		if (keys->at[i].id == k->id)
			return false;
	derive(k, key);
	sodium_memzero(key, sizeof key);
	keys->count++;
	return true;
}

static bool parse(struct yz_keys *keys, const char *path, struct yz_str text, struct yz_err *err)
{
	struct yz_str line;
	if (!yz_str_cut(&text, '\n', &line) || !yz_str_eqz(line, heading))
		return yz_fail(err, YZ_SYNTAX, "%s: line 1 is not \"%s\"", path, heading);
	for (int number = 2; yz_str_cut(&text, '\n', &line); number++)
		if (line.len && !parse_line(keys, line))
			return yz_fail(err, YZ_SYNTAX, "%s: line %d is no key, or a key repeated", path, number);
	if (!keys->count)
		return yz_fail(err, YZ_SYNTAX, "%s holds no key", path);
	return true;
}

struct yz_keys *yz_keys_load(const char *path, struct yz_err *err)
{
	char text[FILE_MOST + 1];
	size_t n;
	yz_crypt_sodium();
	if (!read_file(path, text, &n, err))
		return NULL;
	/* Behind guard pages, locked in memory and out of core dumps; but what the digests make of the keys for tags, indexes and
	 * the ledger is on the library's heap, cleansed when freed (private.h). */
	struct yz_keys *keys = sodium_malloc(sizeof *keys);
	if (!keys)
		yz_crypt_die("no memory for the keys");
	memset(keys, 0, sizeof *keys);
	bool good = parse(keys, path, yz_str_n(text, n), err);
	sodium_memzero(text, sizeof text);
	if (!good) {
		yz_keys_destroy(keys);
		return NULL;
	}
	sodium_mprotect_readonly(keys);
	return keys;
}

bool yz_keys_rotate(const char *path, struct yz_err *err)
{
	char text[FILE_MOST + LINE + 2], beside[PATH_MAX];
	size_t n;
	struct yz_keys *keys = yz_keys_load(path, err);
	if (!keys)
		return false;
	size_t count = keys->count;
	yz_keys_destroy(keys);
	if (count == SITE_KEYS_MOST)
		return yz_fail(err, YZ_LIMIT, "%s holds %d keys already", path, SITE_KEYS_MOST);
	if (!read_file(path, text, &n, err))
		return false;
	if (text[n - 1] != '\n')
		text[n++] = '\n';
	n += (size_t)key_line(text + n, sizeof text - n);
	snprintf(beside, sizeof beside, "%s.new", path);
	unlink(beside); /* what a rotation that broke off left */
	bool good = write_new(beside, text, n, err);
	sodium_memzero(text, sizeof text);
	if (good && (rename(beside, path) != 0 || !sync_folder(path)))
		return yz_fail(err, YZ_IO, "%s: %s", path, strerror(errno));
	return good;
}

void yz_keys_destroy(struct yz_keys *keys)
{
	for (size_t i = 0; keys && i < keys->count; i++) {
		yz_mac_key_finish(&keys->at[i].mac);
		yz_mac_key_finish(&keys->at[i].blind);
		yz_mac_key_finish(&keys->at[i].ledger);
	}
	sodium_free(keys);
}

uint32_t yz_keys_newest(const struct yz_keys *keys)
{
	return keys->at[keys->count - 1].id;
}
