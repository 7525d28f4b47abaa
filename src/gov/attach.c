/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/attach.h"

#include "base/utf8.h"
#include "gov/fault.h"
#include "gov/site.h"
#include "print/sniff.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MB = 1 << 20 };

struct file {
	int fd;
	const void *bytes;
	size_t size;
	struct yz_sniffed sniffed;
};

static void close_file(struct file *f)
{
	if (f->bytes)
		munmap((void *)f->bytes, f->size);
	if (f->fd >= 0)
		close(f->fd);
}

static bool open_file(const char *field, const char *path, struct file *f, struct yz_err *err)
{
	struct stat st;
	*f = (struct file){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)};
	if (f->fd < 0 || fstat(f->fd, &st) != 0)
		return yz_fail(err, YZ_IO, "cannot read the uploaded file: %s", strerror(errno));
	f->size = (size_t)st.st_size;
	if (!f->size)
		return yz_wrong(err, field, N_("这个文件是空的，请重新选择"));
	void *map = mmap(NULL, f->size, PROT_READ, MAP_PRIVATE, f->fd, 0);
	if (map == MAP_FAILED)
		return yz_fail(err, YZ_IO, "cannot map the uploaded file: %s", strerror(errno));
	f->bytes = map;
	return true;
}

static bool type_listed(const struct yz_json *types, enum yz_file_type type)
{
	struct yz_str ext = yz_str(yz_file_ext(type));
	if (!yz_json_len(types))
		return type == YZ_FILE_PDF || type == YZ_FILE_PNG || type == YZ_FILE_JPEG;
	for (size_t i = 0; i < yz_json_len(types); i++) {
		struct yz_str t = yz_json_at(types, i)->text;
		if (yz_str_eq(t, ext) || (type == YZ_FILE_JPEG && (yz_str_eqz(t, "jpg") || yz_str_eqz(t, "jpeg"))))
			return true;
	}
	return false;
}

static bool fits(const char *field, const struct yz_json *types, int64_t most, struct file *f, struct yz_err *err)
{
	if (f->size > (size_t)most * MB) {
		yz_fail(err, YZ_TOO_LARGE, N_("文件超过 %lld MB，请压缩后再上传"), (long long)most);
		return yz_fail_in(err, "%s", field);
	}
	f->sniffed = yz_sniff(yz_str_n(f->bytes, f->size));
	if (f->sniffed.fault)
		return yz_wrong(err, field, f->sniffed.fault);
	if (!type_listed(types, f->sniffed.type))
		return yz_wrong(err, field, N_("这种文件用不了，请上传 PDF 或照片（JPG、PNG）"));
	return true;
}

static bool store(struct yz_site *site, const struct file *f, struct yz_blob *blob, struct yz_err *err)
{
	enum { CHUNK = 1 << 20 };
	struct yz_blob_writer *w = yz_blob_begin(site->db, (int64_t)f->size, err);
	if (!w)
		return false;
	for (size_t at = 0; at < f->size; at += CHUNK) {
		size_t n = f->size - at < CHUNK ? f->size - at : CHUNK;
		if (!yz_blob_add(w, (const char *)f->bytes + at, n, err)) {
			yz_blob_cancel(w);
			return false;
		}
	}
	return yz_blob_finish(w, blob, err);
}

bool yz_attach(struct yz_site *site, const char *field, const char *path, struct yz_str name, const struct yz_json *types, int64_t most,
	       struct yz_attached *out, struct yz_err *err)
{
	struct file f = {.fd = -1};
	size_t i = 0, chars = 0;
	*out = (struct yz_attached){0};
	bool ok = open_file(field, path, &f, err) && fits(field, types, most, &f, err) && store(site, &f, &out->blob, err);
	out->type = yz_file_mime(f.sniffed.type);
	close_file(&f);
	while (i < name.len && chars < YZ_ATTACH_NAME)
		yz_utf8_next(name, &i), chars++;
	out->name = i ? yz_str_n(name.ptr, i) : YZ_LIT("文件");
	return ok;
}

bool yz_attach_name(struct yz_conn *conn, const struct yz_attached *file, yz_instant now, struct yz_err *err)
{
	return yz_blob_name(conn, &file->blob, yz_str(file->type), now, err);
}
