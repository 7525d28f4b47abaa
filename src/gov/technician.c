/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/technician.h"

#include "gov/message.h"
#include "gov/site.h"
#include "text/text.h"

struct telling {
	struct yz_site *site;
	const char *what;
	const struct yz_err *failed;
};

static const struct {
	const char *what, *title, *body;
} known[] = {
	{"sms", N_("短信发不出去"), N_("短信网关一直没有收下短信，已经放弃。请核对设置 sms.url、sms.secret 和网关。最后一次：%s")},
	{"pay.query", N_("支付平台不答复"), N_("向支付平台查询付款，一直没有答复。缴费人可能已经付款。请核对支付设置和网络。最后一次：%s")},
	{"pay.refund", N_("有退款没有成功"), N_("支付平台没有办成退款，请财务人员在“财务”页面处理。最后一次：%s")},
};

static bool do_tell(struct yz_conn *conn, struct yz_arena *a, void *ctx, struct yz_err *err)
{
	const struct telling *w = ctx;
	char printed[768];
	yz_instant now = yz_site_now(w->site);
	int64_t last = 0;
	const char *key = yz_printf(a, "told.%s", w->what);
	yz_str_int(yz_site_setting(conn, a, key, "0"), &last);
	if (last && now - last < YZ_DAY)
		return true;
	if (!yz_site_set(conn, key, yz_str_printf(a, "%lld", (long long)now), err))
		return false;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT DISTINCT p.id, p.lang FROM person p JOIN post t ON t.person = p.id WHERE t.role = 'admin' AND p.active = 1 "
				      "AND t.from_at <= $1 AND (t.until_at IS NULL OR t.until_at > $1) ORDER BY p.id",
				      YZ_I(now));
	yz_err_print(w->failed, printed, sizeof printed);
	for (size_t i = 0; r && i < r->count; i++)
		for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
			enum yz_lang lang = YZ_LANG_ZH;
			yz_lang_parse(yz_row_str(r, i, 1), &lang);
			if (yz_str_eqz(yz_str(w->what), known[k].what) &&
			    !yz_message_put(w->site, conn, a, YZ_TOPIC_todo, yz_row_int(r, i, 0), 0, YZ_LIT("/admin/site"),
					    yz_str(yz_tr(lang, known[k].title)), yz_str_printf(a, yz_tr(lang, known[k].body), printed), err))
				return false;
		}
	return r != NULL;
}

bool yz_technicians_tell(struct yz_site *site, const char *what, const struct yz_err *failed, struct yz_err *err)
{
	struct telling w = {site, what, failed};
	return yz_db_write(site->db, do_tell, &w, err);
}
