/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "crypt/crypt.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static const char *key_file(const char *name)
{
	static char path[128];
	if (!folder[0]) {
		strcpy(folder, "/tmp/yz-crypt-XXXXXX");
		assert_non_null(mkdtemp(folder));
	}
	snprintf(path, sizeof path, "%s/%s", folder, name);
	return path;
}

__attribute__((destructor)) static void remove_folder(void)
{
	char command[128];
	snprintf(command, sizeof command, "rm -rf %s", folder);
	if (folder[0] && system(command) != 0)
		fprintf(stderr, "%s stays\n", folder);
}

static const char *hex_of(struct yz_digest d)
{
	static char hex[YZ_HEX];
	return yz_digest_hex(&d, hex);
}

TEST(digests_have_their_published_values)
{
	/* GB/T 32905-2016, A.1 and A.2 */
	assert_string_equal(hex_of(yz_digest(YZ_SM3, YZ_LIT("abc"))),
			    "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
	assert_string_equal(
		hex_of(yz_digest(YZ_SM3, YZ_LIT("abcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcdabcd"))),
		"debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
	/* FIPS 180-4 */
	assert_string_equal(hex_of(yz_digest(YZ_SHA256, YZ_LIT("abc"))),
			    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_string_equal(hex_of(yz_digest(YZ_SHA256, (struct yz_str){NULL, 0})),
			    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(a_hasher_fed_in_pieces_gives_the_same_and_starts_again)
{
	struct yz_hasher *h = yz_hasher_create(YZ_SM3);
	for (int round = 0; round < 2; round++) {
		yz_hasher_add(h, "a", 1);
		yz_hasher_add(h, NULL, 0);
		yz_hasher_add(h, "bc", 2);
		struct yz_digest d = yz_hasher_end(h), whole = yz_digest(YZ_SM3, YZ_LIT("abc"));
		assert_true(yz_digest_eq(&d, &whole));
	}
	yz_hasher_destroy(h);
}

TEST(hmac_is_two_digests_over_padded_keys)
{
	/* RFC 2104, 2: checked against the construction itself, for a short and an overlong key. */
	char long_key[100];
	memset(long_key, 'k', sizeof long_key);
	struct yz_str keys[] = {YZ_LIT("key"), yz_str_n(long_key, sizeof long_key), {NULL, 0}};
	for (size_t i = 0; i < 3; i++) {
		uint8_t block[64] = {0}, inner[64 + 4], outer[64 + 32];
		struct yz_digest d;
		if (keys[i].len > 64) {
			d = yz_digest(YZ_SM3, keys[i]);
			memcpy(block, d.bytes, 32);
		} else if (keys[i].len) {
			memcpy(block, keys[i].ptr, keys[i].len);
		}
		for (int k = 0; k < 64; k++)
			inner[k] = block[k] ^ 0x36, outer[k] = block[k] ^ 0x5c;
		memcpy(inner + 64, "data", 4);
		d = yz_digest(YZ_SM3, yz_str_n((char *)inner, sizeof inner));
		memcpy(outer + 64, d.bytes, 32);
		d = yz_digest(YZ_SM3, yz_str_n((char *)outer, sizeof outer));
		struct yz_digest got = yz_hmac(keys[i], YZ_LIT("data"));
		assert_true(yz_digest_eq(&got, &d));
	}
}

TEST(hmac_of_long_messages_is_made_as_that_of_short_ones)
{
	enum { SHORT = 192 };
	char text[SHORT + 64], key[64];
	memset(text, 't', sizeof text);
	memset(key, 'k', sizeof key);
	for (size_t n = SHORT - 1; n <= SHORT + 1; n++) {
		uint8_t inner[64 + sizeof text], outer[64 + 32];
		memset(inner, 'k' ^ 0x36, 64);
		memset(outer, 'k' ^ 0x5c, 64);
		memcpy(inner + 64, text, n);
		struct yz_digest d = yz_digest(YZ_SM3, yz_str_n((char *)inner, 64 + n));
		memcpy(outer + 64, d.bytes, 32);
		d = yz_digest(YZ_SM3, yz_str_n((char *)outer, sizeof outer));
		struct yz_digest got = yz_hmac(yz_str_n(key, sizeof key), yz_str_n(text, n));
		assert_true(yz_digest_eq(&got, &d));
	}
}

TEST(hexadecimal_and_base64url_refuse_what_they_did_not_write)
{
	uint8_t bytes[3];
	char text[8];
	assert_true(yz_unhex(YZ_LIT("0aFF10"), bytes, 3));
	assert_memory_equal(bytes, "\x0a\xff\x10", 3);
	assert_false(yz_unhex(YZ_LIT("0aFF1"), bytes, 3));
	assert_false(yz_unhex(YZ_LIT("0aFF1g"), bytes, 3));
	assert_false(yz_unhex(YZ_LIT("0aFF1000"), bytes, 3));
	assert_string_equal(yz_base64url("\xfb\xff\xfe", 3, text), "-__-");
	assert_int_equal(yz_unbase64url(YZ_LIT("-__-"), bytes, 3), 3);
	assert_int_equal(yz_unbase64url(YZ_LIT("-__-"), bytes, 2), SIZE_MAX);
	assert_int_equal(yz_unbase64url(YZ_LIT("-_/-"), bytes, 3), SIZE_MAX);
	assert_int_equal(yz_unbase64url(YZ_LIT("-"), bytes, 3), SIZE_MAX);
	assert_int_equal(yz_unbase64url(YZ_LIT(""), bytes, 3), 0);
}

TEST(tokens_are_as_long_as_promised_and_never_the_same)
{
	char a[32], b[32], c[48];
	assert_int_equal(strlen(yz_token(a)), 22);
	assert_string_not_equal(a, yz_token(b));
	assert_int_equal(strlen(yz_token_long(c)), 43);
	for (int i = 0; i < 1000; i++)
		assert_in_range(yz_random_below(7), 0, 6);
}

TEST(a_password_matches_itself_only)
{
	char hash[YZ_PASSWORD_HASH];
	bool right;
	struct yz_err err;
	assert_true(yz_password_hash(YZ_LIT("正确的密码"), hash, &err));
	assert_memory_equal(hash, "$argon2id$v=19$m=19456,t=2,p=1$", 31);
	assert_true(yz_password_check(YZ_LIT("正确的密码"), hash, &right, &err) && right);
	assert_true(yz_password_check(YZ_LIT("正确的密碼"), hash, &right, &err) && !right);
	assert_true(yz_password_check(YZ_LIT("正确的密码"), NULL, &right, &err) && !right);
	assert_false(yz_password_stale(hash));
	assert_true(yz_password_stale("$argon2id$v=19$m=4096,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$"
				      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
}

TEST(a_password_of_257_bytes_is_refused)
{
	char text[YZ_PASSWORD_MOST + 1], hash[YZ_PASSWORD_HASH];
	memset(text, 'a', sizeof text);
	struct yz_err err;
	bool right;
	assert_true(yz_password_hash(yz_str_n(text, YZ_PASSWORD_MOST), hash, &err));
	assert_false(yz_password_hash(yz_str_n(text, sizeof text), hash, &err));
	assert_int_equal(err.code, YZ_LIMIT);
	assert_false(yz_password_check(yz_str_n(text, sizeof text), hash, &right, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

static atomic_int done, turned_away;
static pthread_barrier_t gate;

static void *sign_in(void *ctx)
{
	struct yz_err err;
	bool right;
	pthread_barrier_wait(&gate);
	if (yz_password_check(YZ_LIT("x"), NULL, &right, &err))
		done++;
	else if (err.code == YZ_BUSY)
		turned_away++;
	return ctx;
}

TEST(past_the_queue_a_sign_in_is_told_to_come_back)
{
	pthread_t threads[24];
	yz_password_limits(1, 2);
	assert_int_equal(pthread_barrier_init(&gate, NULL, 24), 0);
	for (int i = 0; i < 24; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, sign_in, NULL), 0);
	for (int i = 0; i < 24; i++)
		pthread_join(threads[i], NULL);
	yz_password_limits(2, 64);
	assert_int_equal(done + turned_away, 24);
	assert_true(done >= 3);
	assert_true(turned_away >= 1);
}

TEST(the_key_file_is_private_and_never_replaced)
{
	struct yz_err err;
	const char *path = key_file("a.key");
	assert_true(yz_keys_create(path, &err));
	struct stat st;
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_false(yz_keys_create(path, &err));
	assert_int_equal(err.code, YZ_EXISTS);
	assert_int_equal(chmod(path, 0640), 0);
	assert_null(yz_keys_load(path, &err));
	assert_int_equal(err.code, YZ_FORBIDDEN);
	assert_null(yz_keys_load(key_file("none.key"), &err));
	assert_int_equal(err.code, YZ_NOT_FOUND);
}

static void write_keys(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

#define K32 "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

TEST(a_bad_key_file_is_refused_with_its_line)
{
	static const char *const bad[] = {
		"",
		"something else\n",
		"yizhan site keys 1\n",
		"yizhan site keys 1\nkey 00000000 " K32 "\n",
		"yizhan site keys 1\nkey 00000001 " K32 "\nkey 00000001 " K32 "\n",
		"yizhan site keys 1\nkey 00000001 " K32 "0\n",
		"yizhan site keys 1\nkey 0000000x " K32 "\n",
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct yz_err err;
		const char *path = key_file("bad.key");
		write_keys(path, bad[i]);
		assert_null(yz_keys_load(path, &err));
		assert_int_equal(err.code, YZ_SYNTAX);
	}
}

TEST(the_65th_key_is_refused)
{
	struct yz_err err;
	const char *path = key_file("many.key");
	assert_true(yz_keys_create(path, &err));
	for (int i = 1; i < 64; i++)
		assert_true(yz_keys_rotate(path, &err));
	struct yz_keys *keys = yz_keys_load(path, &err);
	assert_non_null(keys);
	yz_keys_destroy(keys);
	assert_false(yz_keys_rotate(path, &err));
	assert_int_equal(err.code, YZ_LIMIT);
}

TEST(a_sealed_value_opens_in_its_place_only)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err;
	const char *path = key_file("seal.key");
	write_keys(path, "yizhan site keys 1\nkey 0000beef " K32 "\n");
	struct yz_keys *keys = yz_keys_load(path, &err);
	assert_non_null(keys);
	struct yz_str plain, secret = YZ_LIT("511602199003070011");
	struct yz_str sealed = yz_seal(keys, a, "person.number", 7, secret);
	struct yz_str twin = yz_seal(keys, a, "person.number", 7, secret);
	assert_int_equal(sealed.len, secret.len + YZ_SEAL_EXTRA);
	assert_false(yz_str_eq(sealed, twin));
	assert_int_equal(yz_sealed_by(sealed), 0xbeef);
	assert_true(yz_unseal(keys, a, "person.number", 7, sealed, &plain, &err));
	assert_true(yz_str_eq(plain, secret));
	assert_false(yz_unseal(keys, a, "person.number", 8, sealed, &plain, &err));
	assert_int_equal(err.code, YZ_CORRUPT);
	assert_false(yz_unseal(keys, a, "person.phone", 7, sealed, &plain, &err));
	for (size_t i = 0; i < sealed.len; i++) {
		struct yz_str bent = yz_str_dup(a, sealed);
		((char *)bent.ptr)[i] ^= 1;
		assert_false(yz_unseal(keys, a, "person.number", 7, bent, &plain, &err));
		assert_int_equal(err.code, YZ_CORRUPT);
	}
	for (size_t n = 0; n < sealed.len; n++)
		assert_false(yz_unseal(keys, a, "person.number", 7, yz_str_n(sealed.ptr, n), &plain, &err));
	sealed = yz_seal(keys, a, "person.number", 7, (struct yz_str){NULL, 0});
	assert_true(yz_unseal(keys, a, "person.number", 7, sealed, &plain, &err));
	assert_int_equal(plain.len, 0);
	yz_keys_destroy(keys);
	yz_arena_destroy(a);
}

/* Written out as the header has it: key, context and value by yz_hmac, which keeps nothing. */
static struct yz_digest derived(const char *label, const char *column, uint8_t row, struct yz_str value)
{
	uint8_t site[32], bytes[256] = {0};
	assert_true(yz_unhex(YZ_LIT(K32), site, sizeof site));
	struct yz_digest key = yz_hmac(yz_str_n((char *)site, sizeof site), yz_str(label));
	size_t n = strlen(column);
	bytes[7] = (uint8_t)n;
	memcpy(bytes + 8, column, n);
	bytes[8 + n + 7] = row;
	assert_true(16 + n + value.len <= sizeof bytes);
	memcpy(bytes + 16 + n, value.ptr, value.len);
	return yz_hmac(yz_str_n((char *)key.bytes, sizeof key.bytes), yz_str_n((char *)bytes, 16 + n + value.len));
}

TEST(tags_indexes_and_digests_are_hmacs_under_keys_of_their_own)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err;
	char index[YZ_BLIND], digest[YZ_HEX], hex[YZ_HEX];
	const char *path = key_file("derived.key");
	write_keys(path, "yizhan site keys 1\nkey 0000beef " K32 "\n");
	struct yz_keys *keys = yz_keys_load(path, &err);
	assert_non_null(keys);
	for (int again = 0; again < 2; again++) { /* what a key is used for leaves nothing behind in it */
		struct yz_str value = again ? YZ_LIT("") : YZ_LIT("清源县滨河路三十号门前开挖十二米，另有一段跨过河道的管线一并施工");
		struct yz_digest d = derived("yizhan blind index", "person.number", 0, value);
		yz_blind(keys, "person.number", value, index);
		assert_memory_equal(index, yz_digest_hex(&d, hex), YZ_BLIND - 1);
		d = derived("yizhan ledger digest", "remark.text", 9, value);
		assert_string_equal(yz_keyed_digest(keys, "remark.text", 9, value, digest), yz_digest_hex(&d, hex));
		struct yz_str sealed = yz_seal(keys, a, "cases.facts", 5, value);
		d = derived("yizhan field mac", "cases.facts", 5, yz_str_n(sealed.ptr, sealed.len - 16));
		assert_memory_equal(sealed.ptr + sealed.len - 16, d.bytes, 16);
	}
	yz_keys_destroy(keys);
	yz_arena_destroy(a);
}

TEST(a_new_key_seals_and_the_old_one_still_opens)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err;
	const char *path = key_file("turn.key");
	char index[YZ_BLIND], again[YZ_BLIND], digest[YZ_HEX], digest2[YZ_HEX];
	assert_true(yz_keys_create(path, &err));
	struct yz_keys *keys = yz_keys_load(path, &err);
	uint32_t first = yz_keys_newest(keys);
	struct yz_str old = yz_seal(keys, a, "t.c", 1, YZ_LIT("值")), plain;
	yz_blind(keys, "t.c", YZ_LIT("值"), index);
	yz_keyed_digest(keys, "t.c", 1, YZ_LIT("值"), digest);
	yz_keys_destroy(keys);
	assert_true(yz_keys_rotate(path, &err));
	keys = yz_keys_load(path, &err);
	assert_int_not_equal(yz_keys_newest(keys), first);
	assert_true(yz_unseal(keys, a, "t.c", 1, old, &plain, &err) && yz_str_eqz(plain, "值"));
	assert_int_equal(yz_sealed_by(yz_seal(keys, a, "t.c", 1, plain)), yz_keys_newest(keys));
	assert_string_equal(yz_blind(keys, "t.c", YZ_LIT("值"), again), index);
	assert_string_equal(yz_keyed_digest(keys, "t.c", 1, YZ_LIT("值"), digest2), digest);
	assert_string_not_equal(yz_keyed_digest(keys, "t.c", 2, YZ_LIT("值"), digest2), digest);
	assert_string_not_equal(yz_blind(keys, "t.d", YZ_LIT("值"), again), index);
	yz_keys_destroy(keys);
	struct yz_keys *other =
		(assert_true(yz_keys_create(key_file("other.key"), &err)), yz_keys_load(key_file("other.key"), &err));
	assert_false(yz_unseal(other, a, "t.c", 1, old, &plain, &err));
	yz_keys_destroy(other);
	yz_arena_destroy(a);
}

TEST(sm2_verifies_the_standards_own_signature)
{
	/* GB/T 32918.5-2017, A.2: the key, the message and the signature, here in DER */
	struct yz_err err;
	uint8_t der[91], sig[72];
	assert_true(yz_unhex(YZ_LIT("3059301306072a8648ce3d020106082a811ccf5501822d034200"
				    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
				    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"),
			     der, sizeof der));
	assert_true(yz_unhex(YZ_LIT("3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
				    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"),
			     sig, sizeof sig));
	char base64[160], pem[256];
	yz_base64url(der, sizeof der, base64);
	for (char *p = base64; *p; p++)
		*p = *p == '-' ? '+' : *p == '_' ? '/' : *p;
	snprintf(pem, sizeof pem, "-----BEGIN PUBLIC KEY-----\n%.64s\n%s==\n-----END PUBLIC KEY-----\n", base64,
		 base64 + 64);
	struct yz_sm2 *key = yz_sm2_read(yz_str(pem), &err);
	assert_non_null(key);
	struct yz_str s = yz_str_n((char *)sig, sizeof sig);
	assert_true(yz_sm2_verify(key, YZ_SM2_ID, YZ_LIT("message digest"), s));
	assert_false(yz_sm2_verify(key, YZ_SM2_ID, YZ_LIT("message digesT"), s));
	assert_false(yz_sm2_verify(key, YZ_LIT("1234567812345679"), YZ_LIT("message digest"), s));
	size_t len;
	uint8_t mine[YZ_SM2_SIG];
	assert_false(yz_sm2_sign(key, YZ_SM2_ID, YZ_LIT("x"), mine, &len, &err)); /* a public key */
	yz_sm2_destroy(key);
}

TEST(sm2_signs_what_its_public_half_verifies)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err;
	struct yz_sm2 *made = yz_sm2_create(&err);
	struct yz_sm2 *secret = yz_sm2_read(yz_sm2_private_pem(made, a), &err);
	struct yz_sm2 *open = yz_sm2_read(yz_sm2_public_pem(made, a), &err);
	assert_non_null(secret);
	assert_non_null(open);
	uint8_t sig[YZ_SM2_SIG];
	size_t len;
	assert_true(yz_sm2_sign(secret, YZ_SM2_ID, YZ_LIT("证照"), sig, &len, &err));
	struct yz_str s = yz_str_n((char *)sig, len);
	assert_true(yz_sm2_verify(open, YZ_SM2_ID, YZ_LIT("证照"), s));
	sig[len - 1] ^= 1;
	assert_false(yz_sm2_verify(open, YZ_SM2_ID, YZ_LIT("证照"), s));
	assert_false(yz_sm2_verify(open, YZ_SM2_ID, YZ_LIT("证照"), (struct yz_str){NULL, 0}));
	assert_null(yz_sm2_read(YZ_LIT("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"), &err));
	yz_sm2_destroy(made);
	yz_sm2_destroy(secret);
	yz_sm2_destroy(open);
	yz_arena_destroy(a);
}

/* --- what PDF readers check --- */

#define BORN (1795305600 * YZ_SECOND)

TEST(a_detached_signature_holds_over_its_parts_and_over_nothing_else)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	struct yz_str key, cert, other_key, other_cert, der;
	yz_signer_create(a, YZ_LIT("清泽县市场监督管理局"), BORN, BORN + 3650 * YZ_DAY, &key, &cert);
	yz_signer_create(a, YZ_LIT("清泽县住房和城乡建设局"), BORN, BORN + 3650 * YZ_DAY, &other_key, &other_cert);
	const struct yz_str parts[] = {YZ_LIT("what stands before"), YZ_LIT("what stands behind")};
	assert_true(yz_cms_sign(a, key, cert, parts, 2, BORN, &der, &err));
	assert_true(yz_cms_verify(cert, parts, 2, der));
	const struct yz_str joined[] = {YZ_LIT("what stands beforewhat stands behind")};
	assert_true(yz_cms_verify(cert, joined, 1, der));
	const struct yz_str changed[] = {YZ_LIT("what stands before"), YZ_LIT("what stands behinD")};
	assert_false(yz_cms_verify(cert, changed, 2, der));
	assert_false(yz_cms_verify(other_cert, parts, 2, der));
	assert_false(yz_cms_verify(cert, parts, 2, yz_str_n(der.ptr, der.len - 1)));
	assert_false(yz_cms_verify(cert, parts, 2, YZ_LIT("")));
	assert_false(yz_cms_sign(a, other_key, cert, parts, 2, BORN, &der, &err));
	assert_int_equal(err.code, YZ_BAD_INPUT);
	yz_arena_destroy(a);
}

TEST(a_certificate_has_a_fingerprint_and_a_name_of_any_length)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_str key, cert;
	struct yz_digest first, second;
	struct yz_buf name;
	yz_buf_init(&name, a, 4096);
	for (int i = 0; i < 200; i++)
		yz_buf_addz(&name, "县");
	yz_signer_create(a, yz_buf_str(&name), BORN, BORN + YZ_DAY, &key, &cert);
	assert_true(yz_cert_fingerprint(cert, &first));
	yz_signer_create(a, yz_buf_str(&name), BORN, BORN + YZ_DAY, &key, &cert);
	assert_true(yz_cert_fingerprint(cert, &second));
	assert_false(yz_digest_eq(&first, &second));
	assert_false(yz_cert_fingerprint(key, &first));
	assert_false(yz_cert_fingerprint(YZ_LIT(""), &first));
	yz_arena_destroy(a);
}
