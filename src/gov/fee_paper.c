/* SPDX-License-Identifier: Apache-2.0 */
#include "gov/document.h"
#include "gov/fee_row.h"
#include "pack/pack.h"
#include "print/letters.h"

struct yz_str yz_yuan_words(struct yz_arena *a, int64_t fen)
{
	static const char *const digits[] = {"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"};
	static const char *const units[] = {"", "拾", "佰", "仟"}, *const groups[] = {"", "万", "亿"};
	struct yz_buf b;
	int64_t yuan = fen / 100, jiao = fen / 10 % 10, rest = fen % 10;
	bool said = false, zero = false;
	yz_buf_init(&b, a, 512);
	for (int g = 2; g >= 0; g--) {
		int64_t part = yuan / (g == 2 ? 100000000 : g == 1 ? 10000 : 1) % 10000;
		for (int i = 3, scale = 1000; i >= 0; i--, scale /= 10) {
			int64_t d = part / scale % 10;
			if (!d) {
				zero = said;
				continue;
			}
			yz_buf_printf(&b, "%s%s%s", zero ? "零" : "", digits[d], units[i]);
			said = true;
			zero = false;
		}
		if (part)
			yz_buf_addz(&b, groups[g]);
	}
	yz_buf_addz(&b, said ? "元" : jiao || rest ? "" : "零元");
	if (!jiao && !rest) {
		yz_buf_addz(&b, "整");
		return yz_buf_str(&b);
	}
	if (jiao)
		yz_buf_printf(&b, "%s角", digits[jiao]);
	else if (said)
		yz_buf_addz(&b, "零");
	if (rest)
		yz_buf_printf(&b, "%s分", digits[rest]);
	return yz_buf_str(&b);
}

static void put_row(struct yz_jw *w, struct yz_str label, struct yz_str value)
{
	yz_jw_object(w);
	yz_jw_kstr(w, "label", label);
	yz_jw_kstr(w, "value", value);
	yz_jw_end(w, '}');
}

static bool put_lines(struct yz_conn *conn, struct yz_arena *a, struct yz_jw *w, const struct yz_fee_held *o, struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT name, standard, basis, price, quantity, amount, reduced FROM fee_line WHERE order_id = $1 ORDER BY position",
				      YZ_I(o->id));
	yz_jw_key(w, "fields");
	yz_jw_array(w);
	for (size_t i = 0; r && i < r->count; i++) {
		struct yz_str price = yz_row_str(r, i, 3), quantity = yz_row_str(r, i, 4);
		struct yz_str count = price.len && quantity.len ? yz_str_printf(a, "；%.*s 元 × %.*s", YZ_P(price), YZ_P(quantity)) : YZ_LIT("");
		put_row(w, yz_str_printf(a, "%.*s：%.*s%.*s。依据：%.*s", YZ_P(yz_row_str(r, i, 0)), YZ_P(yz_row_str(r, i, 1)), YZ_P(count),
					 YZ_P(yz_row_str(r, i, 2))),
			yz_yuan_show(a, yz_row_int(r, i, 5)));
		if (yz_row_int(r, i, 6))
			put_row(w, YZ_LIT("减免"), yz_str_printf(a, "-%.*s", YZ_P(yz_yuan_show(a, yz_row_int(r, i, 6)))));
	}
	put_row(w, YZ_LIT("合计"), yz_yuan_show(a, o->amount));
	yz_jw_end(w, ']');
	return r != NULL;
}

/* What all papers of an order say: who, to whom, about what, and the amount in words. */
static bool put_head(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, struct yz_jw *w, const struct yz_fee_held *o,
		     struct yz_err *err)
{
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT g.name, c.applicant_name, f.due, g.body, i.type FROM fee_order f JOIN cases c ON c.id = f.case_id "
				      "JOIN item i ON i.id = c.item "
				      "JOIN org g ON g.key = f.org WHERE f.id = $1",
				      YZ_I(o->id));
	if (!r || !r->count)
		return r ? yz_fail(err, YZ_NOT_FOUND, "order %.*s has no department", YZ_P(o->no)) : false;
	const struct yz_json *org = yz_json_read(a, yz_row_str(r, 0, 3), NULL, err);
	yz_day today = yz_instant_day(yz_site_now(site), site->offset);
	const char *matter = yz_code_title("type", yz_row_str(r, 0, 4));
	if (!org)
		return false;
	yz_jw_kstr(w, "organ", yz_row_str(r, 0, 0));
	yz_jw_kstr(w, "applicant", yz_row_str(r, 0, 1));
	yz_jw_kstr(w, "item", o->item_name);
	yz_jw_kstr(w, "case_no", o->case_no);
	if (matter)
		yz_jw_kz(w, "matter", matter);
	yz_jw_kstr(w, "phone", yz_json_str(org, "phone"));
	yz_jw_kstr(w, "supervision", yz_json_str(org, "complain"));
	yz_jw_kstr(w, "reason", yz_str_printf(a, "人民币%.*s", YZ_P(yz_yuan_words(a, o->amount))));
	yz_jw_kint(w, "date", today);
	yz_jw_kint(w, "received", today);
	yz_jw_kint(w, "mend_by", yz_instant_day(yz_row_int(r, 0, 2) - 1, site->offset));
	return true;
}

/* What was paid at the counter says so: how, to whom, under which number. */
static bool put_counter(struct yz_arena *a, struct yz_jw *w, const struct yz_rows *r)
{
	if (!r || !r->count)
		return r != NULL;
	struct yz_str slip = yz_row_str(r, 0, 3);
	yz_jw_kstr(w, "slip_no", yz_row_str(r, 0, 0));
	yz_jw_kstr(w, "means", yz_str_eqz(yz_row_str(r, 0, 1), "card") ? yz_str_printf(a, "刷卡（参考号 %.*s）", YZ_P(slip)) : YZ_LIT("现金"));
	yz_jw_kstr(w, "hands", yz_row_str(r, 0, 2));
	return true;
}

bool yz_fee_paper(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_fee_held *o, const char *kind,
		  struct yz_err *err)
{
	bool paid = yz_str_eqz(yz_str(kind), "PAID");
	const struct yz_letter about = {0};
	struct yz_buf b;
	struct yz_jw w;
	int64_t id;
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	if (!put_head(site, conn, a, &w, o, err) || !put_lines(conn, a, &w, o, err) ||
	    (paid && !put_counter(a, &w,
				  yz_select(conn, a, err,
					    "SELECT m.trade_no, m.method, p.name, m.slip FROM money_in m LEFT JOIN person p ON p.id = m.by_person "
					    "WHERE m.order_id = $1 AND m.use_for = 'order' AND m.provider = $2",
					    YZ_I(o->id), YZ_Z(YZ_PAY_COUNTER)))))
		return false;
	yz_jw_end(&w, '}');
	return yz_document_add(site, conn, a, o->case_id, yz_str(kind), o->org, &about, yz_buf_str(&b), 0, &id, err) &&
	       (paid ? yz_exec(conn, err, "UPDATE fee_order SET receipt = $1 WHERE id = $2", YZ_I(id), YZ_I(o->id))
		     : yz_exec(conn, err, "UPDATE fee_order SET bill = $1 WHERE id = $2", YZ_I(id), YZ_I(o->id)));
}

bool yz_fee_paper_back(struct yz_site *site, struct yz_conn *conn, struct yz_arena *a, const struct yz_fee_held *o, int64_t refund,
		       struct yz_err *err)
{
	const struct yz_letter about = {0};
	struct yz_buf b;
	struct yz_jw w;
	int64_t id;
	struct yz_rows *r = yz_select(conn, a, err,
				      "SELECT r.no, m.method, p.name, r.slip, r.amount, r.reason FROM refund r JOIN money_in m ON m.id = r.money_id "
				      "LEFT JOIN person p ON p.id = r.given_by WHERE r.id = $1",
				      YZ_I(refund));
	yz_buf_init(&b, a, 1 << 20);
	yz_jw_init(&w, &b);
	yz_jw_object(&w);
	if (!r || !put_head(site, conn, a, &w, o, err) || !put_counter(a, &w, r))
		return false;
	yz_jw_key(&w, "fields");
	yz_jw_array(&w);
	put_row(&w, yz_str_printf(a, "退还已缴的费用：%.*s", YZ_P(yz_row_str(r, 0, 5))), yz_yuan_show(a, yz_row_int(r, 0, 4)));
	yz_jw_end(&w, ']');
	yz_jw_end(&w, '}');
	return yz_document_add(site, conn, a, o->case_id, YZ_LIT("REPAID"), o->org, &about, yz_buf_str(&b), 0, &id, err) &&
	       yz_exec(conn, err, "UPDATE refund SET document = $1 WHERE id = $2", YZ_I(id), YZ_I(refund));
}
