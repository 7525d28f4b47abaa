/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include "crypt/private.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

struct yz_sm2 {
	EVP_PKEY *pkey;
};

/* Takes pkey over. */
static struct yz_sm2 *wrap(EVP_PKEY *pkey, struct yz_err *err)
{
	if (!EVP_PKEY_is_a(pkey, "SM2")) {
		EVP_PKEY_free(pkey);
		return yz_fail_null(err, YZ_SYNTAX, "the key is not of SM2");
	}
	struct yz_sm2 *key = calloc(1, sizeof *key);
	if (!key)
		yz_crypt_die("SM2");
	key->pkey = pkey;
	return key;
}

struct yz_sm2 *yz_sm2_create(struct yz_err *err)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	if (!pkey)
		yz_crypt_die("SM2 key");
	return wrap(pkey, err);
}

struct yz_sm2 *yz_sm2_read(struct yz_str pem, struct yz_err *err)
{
	if (pem.len > 65536)
		return yz_fail_null(err, YZ_LIMIT, "a key or certificate has at most 65536 bytes");
	BIO *bio = BIO_new_mem_buf(pem.ptr ? pem.ptr : "", (int)pem.len);
	if (!bio)
		yz_crypt_die("SM2");
	EVP_PKEY *pkey = NULL;
	if (yz_str_find(pem, YZ_LIT("-----BEGIN CERTIFICATE-----"), 0) != SIZE_MAX) {
		X509 *cert = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		pkey = cert ? X509_get_pubkey(cert) : NULL;
		X509_free(cert);
	} else if (yz_str_find(pem, YZ_LIT("PRIVATE KEY-----"), 0) != SIZE_MAX) {
		/* An empty passphrase: never ask on the terminal. */
		pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"");
	} else {
		pkey = PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
	}
	BIO_free(bio);
	ERR_clear_error();
	if (!pkey)
		return yz_fail_null(err, YZ_SYNTAX, "this is no PEM of a key or certificate");
	return wrap(pkey, err);
}

void yz_sm2_destroy(struct yz_sm2 *key)
{
	if (!key)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

static struct yz_str pem_of(const struct yz_sm2 *key, struct yz_arena *a, bool secret)
{
	BIO *bio = BIO_new(BIO_s_mem());
	if (!bio || !(secret ? PEM_write_bio_PKCS8PrivateKey(bio, key->pkey, NULL, NULL, 0, NULL, NULL)
			     : PEM_write_bio_PUBKEY(bio, key->pkey)))
		yz_crypt_die("PEM");
	char *text;
	long n = BIO_get_mem_data(bio, &text);
	struct yz_str pem = yz_str_dup(a, yz_str_n(text, (size_t)n));
	BIO_free(bio);
	return pem;
}

struct yz_str yz_sm2_private_pem(const struct yz_sm2 *key, struct yz_arena *a)
{
	return pem_of(key, a, true);
}

struct yz_str yz_sm2_public_pem(const struct yz_sm2 *key, struct yz_arena *a)
{
	return pem_of(key, a, false);
}

/* A digest context that hashes the signer's identity first (GB/T 32918.2, 5.5). */
static EVP_MD_CTX *context(const struct yz_sm2 *key, struct yz_str id, bool sign)
{
	EVP_MD_CTX *m = EVP_MD_CTX_new();
	EVP_PKEY_CTX *p = EVP_PKEY_CTX_new_from_pkey(NULL, key->pkey, NULL);
	if (!m || !p)
		yz_crypt_die("SM2");
	EVP_MD_CTX_set_pkey_ctx(m, p);
	const EVP_MD *sm3 = yz_crypt_md(YZ_SM3);
	if (EVP_PKEY_CTX_set1_id(p, id.ptr, (int)id.len) > 0 &&
	    (sign ? EVP_DigestSignInit(m, NULL, sm3, NULL, key->pkey)
		  : EVP_DigestVerifyInit(m, NULL, sm3, NULL, key->pkey)) > 0)
		return m;
	ERR_clear_error();
	EVP_MD_CTX_free(m);
	EVP_PKEY_CTX_free(p);
	return NULL;
}

static void finish(EVP_MD_CTX *m)
{
	EVP_PKEY_CTX *p = EVP_MD_CTX_get_pkey_ctx(m);
	EVP_MD_CTX_free(m); /* a context that was set stays ours */
	EVP_PKEY_CTX_free(p);
	ERR_clear_error();
}

bool yz_sm2_sign(const struct yz_sm2 *key, struct yz_str id, struct yz_str message, uint8_t sig[YZ_SM2_SIG],
		 size_t *len, struct yz_err *err)
{
	if (id.len > 8191) /* its length in bits is two bytes */
		return yz_fail(err, YZ_LIMIT, "a signer's identity has at most 8191 bytes");
	EVP_MD_CTX *m = context(key, id, true);
	if (!m)
		return yz_fail(err, YZ_BAD_INPUT, "this key cannot sign");
	*len = YZ_SM2_SIG;
	int good = EVP_DigestSign(m, sig, len, (const uint8_t *)(message.ptr ? message.ptr : ""), message.len);
	finish(m);
	if (good <= 0)
		return yz_fail(err, YZ_BAD_INPUT, "this key cannot sign: it has no private part");
	return true;
}

bool yz_sm2_verify(const struct yz_sm2 *key, struct yz_str id, struct yz_str message, struct yz_str sig)
{
	if (id.len > 8191)
		return false;
	EVP_MD_CTX *m = context(key, id, false);
	if (!m)
		return false;
	int good = EVP_DigestVerify(m, (const uint8_t *)(sig.ptr ? sig.ptr : ""), sig.len,
				    (const uint8_t *)(message.ptr ? message.ptr : ""), message.len);
	finish(m);
	return good == 1;
}
