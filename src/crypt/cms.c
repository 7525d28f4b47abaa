/* SPDX-License-Identifier: Apache-2.0 */
#include "crypt/crypt.h"

#include "crypt/private.h"

#include <openssl/cms.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

enum { SERIAL = 16, NAME_BYTES = 150 /* within the 64 characters X.520 allows, for Chinese */, PEM_MOST = 65536 };

static struct yz_str bio_text(struct yz_arena *a, BIO *bio)
{
	char *text;
	long n = BIO_get_mem_data(bio, &text);
	return yz_str_dup(a, yz_str_n(text, (size_t)n));
}

static bool extend(X509 *x, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509V3_set_ctx(&ctx, x, x, NULL, NULL, 0);
	X509_EXTENSION *e = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
	bool good = e && X509_add_ext(x, e, -1);
	X509_EXTENSION_free(e);
	return good;
}

static bool fill_certificate(X509 *x, EVP_PKEY *key, struct yz_str name, yz_instant from, yz_instant until)
{
	uint8_t serial[SERIAL];
	yz_random(serial, sizeof serial);
	serial[0] = (serial[0] & 0x7f) | 1; /* positive, and never short */
	BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
	X509_NAME *subject = X509_get_subject_name(x);
	size_t n = name.len < NAME_BYTES ? name.len : NAME_BYTES;
	while (n < name.len && n && ((unsigned char)name.ptr[n] & 0xc0) == 0x80)
		n--;
	bool good = number && X509_set_version(x, 2) && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x)) &&
		    ASN1_TIME_set(X509_getm_notBefore(x), (time_t)(from / YZ_SECOND)) &&
		    ASN1_TIME_set(X509_getm_notAfter(x), (time_t)(until / YZ_SECOND)) && X509_set_pubkey(x, key) &&
		    X509_NAME_add_entry_by_txt(subject, "C", MBSTRING_ASC, (const unsigned char *)"CN", -1, -1, 0) &&
		    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name.ptr, (int)n, -1, 0) &&
		    X509_set_issuer_name(x, subject) && extend(x, NID_basic_constraints, "critical,CA:FALSE") &&
		    extend(x, NID_key_usage, "critical,digitalSignature,nonRepudiation") &&
		    extend(x, NID_subject_key_identifier, "hash") && X509_sign(x, key, EVP_sha256()) > 0;
	BN_free(number);
	return good;
}

void yz_signer_create(struct yz_arena *a, struct yz_str name, yz_instant from, yz_instant until, struct yz_str *key_pem,
		      struct yz_str *cert_pem)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	BIO *k = BIO_new(BIO_s_mem()), *c = BIO_new(BIO_s_mem());
	if (!key || !x || !k || !c || !fill_certificate(x, key, name, from, until) ||
	    !PEM_write_bio_PKCS8PrivateKey(k, key, NULL, NULL, 0, NULL, NULL) || !PEM_write_bio_X509(c, x))
		yz_crypt_die("a signer's certificate");
	*key_pem = bio_text(a, k);
	*cert_pem = bio_text(a, c);
	BIO_free(k);
	BIO_free(c);
	X509_free(x);
	EVP_PKEY_free(key);
}

static X509 *read_certificate(struct yz_str pem)
{
	BIO *bio = pem.len > PEM_MOST ? NULL : BIO_new_mem_buf(pem.ptr ? pem.ptr : "", (int)pem.len);
	X509 *x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	return x;
}

static EVP_PKEY *read_key(struct yz_str pem)
{
	BIO *bio = pem.len > PEM_MOST ? NULL : BIO_new_mem_buf(pem.ptr ? pem.ptr : "", (int)pem.len);
	/* An empty passphrase: never ask on the terminal. */
	EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, (void *)"") : NULL;
	BIO_free(bio);
	return key;
}

static BIO *joined(const struct yz_str *parts, size_t n)
{
	BIO *bio = BIO_new(BIO_s_mem());
	for (size_t i = 0; bio && i < n; i++)
		if (parts[i].len > INT32_MAX || BIO_write(bio, parts[i].ptr, (int)parts[i].len) != (int)parts[i].len) {
			BIO_free(bio);
			return NULL;
		}
	return bio;
}

/* Ours, not the machine's: the site's clock says when. */
static bool set_time(CMS_SignerInfo *si, yz_instant at)
{
	ASN1_TIME *t = ASN1_TIME_set(NULL, (time_t)(at / YZ_SECOND));
	bool good = t && CMS_signed_add1_attr_by_NID(si, NID_pkcs9_signingTime, t->type, t, -1);
	ASN1_TIME_free(t);
	return good;
}

static CMS_ContentInfo *sign(X509 *cert, EVP_PKEY *key, BIO *data, yz_instant at)
{
	const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL | CMS_NOSMIMECAP;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
	CMS_SignerInfo *si = cms ? CMS_add1_signer(cms, cert, key, EVP_sha256(), flags | CMS_CADES) : NULL;
	if (si && set_time(si, at) && CMS_final(cms, data, NULL, flags))
		return cms;
	CMS_ContentInfo_free(cms);
	return NULL;
}

bool yz_cms_sign(struct yz_arena *a, struct yz_str key_pem, struct yz_str cert_pem, const struct yz_str *parts, size_t n,
		 yz_instant at, struct yz_str *der, struct yz_err *err)
{
	X509 *cert = read_certificate(cert_pem);
	EVP_PKEY *key = read_key(key_pem);
	BIO *data = cert && key ? joined(parts, n) : NULL;
	CMS_ContentInfo *cms = data ? sign(cert, key, data, at) : NULL;
	unsigned char *bytes = NULL;
	int len = cms ? i2d_CMS_ContentInfo(cms, &bytes) : -1;
	if (len > 0)
		*der = yz_str_dup(a, yz_str_n((const char *)bytes, (size_t)len));
	OPENSSL_free(bytes);
	CMS_ContentInfo_free(cms);
	BIO_free(data);
	EVP_PKEY_free(key);
	X509_free(cert);
	ERR_clear_error();
	return len > 0 || yz_fail(err, YZ_BAD_INPUT, "the signer's key and certificate do not belong together, or are none");
}

bool yz_cms_verify(struct yz_str cert_pem, const struct yz_str *parts, size_t n, struct yz_str der)
{
	const unsigned char *p = (const unsigned char *)der.ptr;
	CMS_ContentInfo *cms = der.len && der.len < INT32_MAX ? d2i_CMS_ContentInfo(NULL, &p, (long)der.len) : NULL;
	X509 *cert = read_certificate(cert_pem);
	BIO *data = joined(parts, n);
	STACK_OF(X509) *signers = sk_X509_new_null();
	bool good = cms && cert && data && signers && sk_X509_push(signers, cert) &&
		    CMS_verify(cms, signers, NULL, data, NULL, CMS_BINARY | CMS_NOINTERN | CMS_NO_SIGNER_CERT_VERIFY) == 1;
	sk_X509_free(signers);
	BIO_free(data);
	X509_free(cert);
	CMS_ContentInfo_free(cms);
	ERR_clear_error();
	return good;
}

bool yz_cert_fingerprint(struct yz_str cert_pem, struct yz_digest *out)
{
	X509 *cert = read_certificate(cert_pem);
	unsigned n = 0;
	bool good = cert && X509_digest(cert, EVP_sha256(), out->bytes, &n) && n == YZ_DIGEST;
	X509_free(cert);
	ERR_clear_error();
	return good;
}
