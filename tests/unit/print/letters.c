/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/print/render.h"

#include "print/letters.h"

#define L(s) YZ_LIT(s)

static const struct yz_letter_material materials[] = {
	{.name = L("城市道路挖掘申请表"), .what = L("未加盖单位公章"), .form = L("原件"), .copies = 2},
	{.name = L("挖掘面积"), .what = L("与图纸标注不一致，请核对后更正"), .field = true},
	{.name = L("建设工程规划许可证"), .source = L("县自然资源局"), .spared = true},
	{.name = L("监理合同"), .form = L("复印件"), .optional = true},
};
static const struct yz_str basis[] = {L("《城市道路管理条例》第三十三条"), L("《青岭县道路管理办法》第九条")};
static const struct yz_str papers[] = {L("准予行政许可决定书"), L("城市道路挖掘许可证（正本）")};
static const struct yz_letter_field fields[] = {{L("挖掘地点"), L("人民路东侧人行道")},
						{L("恢复要求"), L("七日内按原结构恢复")}};

static struct yz_letter facts(void)
{
	return (struct yz_letter){
		.organ = L("青岭县行政审批局"),
		.number = L("青审批字〔2026〕128号"),
		.applicant = L("青岭县清源供水有限公司"),
		.applicant_id = L("91530999MA6K2F3X1P"),
		.contact = L("138****5678"),
		.item = L("城市道路挖掘许可"),
		.item_code = L("530999-XK-017"),
		.situation = L("铺设给水管线"),
		.case_no = L("QL20261120000128"),
		.phone = L("0870-2123456"),
		.date = yz_day_from(2026, 11, 22),
		.received = yz_day_from(2026, 11, 20),
		.due = yz_day_from(2026, 12, 18),
		.mend_by = yz_day_from(2026, 12, 4),
		.days = 20,
		.reason = L("拟挖掘路段竣工交付未满五年。"),
		.basis = basis,
		.nbasis = 2,
		.other_organ = L("青岭县住房和城乡建设局"),
		.procedure = L("专家评审"),
		.procedure_days = L("15个工作日"),
		.review_organ = L("青岭县人民政府"),
		.court = L("青岭县人民法院"),
		.materials = materials,
		.nmaterials = 4,
		.papers = papers,
		.npapers = 2,
		.delivery = L("当场领取"),
		.fields = fields,
		.nfields = 2,
		.means = L("现金"),
		.hands = L("张敏"),
		.slip_no = L("C990121-2026-000007"),
		.amount = L("1,200.00元"),
		.amount_words = L("壹仟贰佰元整"),
		.licence = L("城市道路挖掘许可证"),
		.licence_no = L("青挖许〔2026〕96号"),
		.copy = L("正本"),
		.valid_from = yz_day_from(2026, 12, 1),
		.valid_to = yz_day_from(2027, 2, 28),
		.check_url = L("https://qingling.example/check/7K2M9QXD"),
		.check_code = L("7K2M-9QXD"),
		.sealed = true,
		.seal_line = L("行政许可专用章"),
		.made = 1795305600 * YZ_SECOND,
	};
}

static struct yz_str printed(struct yz_arena *a, enum yz_letter_kind kind, const struct yz_letter *f)
{
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_doc *d = yz_letter_doc(a, kind, f, &err);
	ASSERT_OK(d, &err);
	ASSERT_OK(yz_print_pdf(d, a, &pdf, &err), &err);
	return pdf;
}

/* Its text, without the line at the foot of each page, which may stand inside a sentence. */
static struct yz_str said(struct yz_arena *a, enum yz_letter_kind kind, const struct yz_letter *f)
{
	struct yz_err err = {0};
	struct yz_str pdf;
	struct yz_doc *d = yz_letter_doc(a, kind, f, &err);
	ASSERT_OK(d, &err);
	d->check = (struct yz_str){0};
	ASSERT_OK(yz_print_pdf(d, a, &pdf, &err), &err);
	return pdf_text(a, pdf);
}

/* What each letter must say, beside organ, item and the code to check it by. */
static const struct {
	enum yz_letter_kind kind;
	const char *says[10];
} contents[] = {
	{YZ_LETTER_CHECKLIST,
	 {"申请材料告知单", "530999-XK-017", "城市道路挖掘申请表", "监理合同（可以后补）", "您不用提交的材料",
	  "建设工程规划许可证：由我们向县自然资源局获取", "第三十二条第一款第四项", "20个工作日"}},
	{YZ_LETTER_RECEIPT,
	 {"申请回执", "QL20261120000128", "2026年11月20日", "91530999MA6K2F3X1P", "138****5678", "已收到的材料",
	  "人民路东侧人行道", "第三十二条第一款第四项"}},
	{YZ_LETTER_MEND,
	 {"行政许可申请材料补正告知书", "《中华人民共和国行政许可法》第三十二条第一款第四项", "全部内容一次告知",
	  "未加盖单位公章（原件2份）", "填报项", "与图纸标注不一致，请核对后更正", "2026年12月4日前"}},
	{YZ_LETTER_ACCEPT,
	 {"行政许可申请受理通知书", "青审批字〔2026〕128号", "QL20261120000128", "第三十二条第一款第五项",
	  "《城市道路管理条例》第三十三条", "予以受理", "20个工作日内，即在2026年12月18日前", "第四十五条",
	  "2026年11月22日", "0870-2123456"}},
	{YZ_LETTER_REFUSE,
	 {"行政许可申请不予受理通知书", "第三十二条第一款第二项", "拟挖掘路段竣工交付未满五年。", "不予受理",
	  "由青岭县住房和城乡建设局办理", "六十日内", "六个月内"}},
	{YZ_LETTER_EXTEND,
	 {"延长行政许可办理期限告知书", "因拟挖掘路段竣工交付未满五年，不能", "第四十二条", "负责人批准",
	  "延长20个工作日，至2026年12月18日"}},
	{YZ_LETTER_SUSPEND,
	 {"行政许可特别程序告知书", "依法需要进行专家评审", "第四十五条", "自2026年11月22日起停止计算",
	  "预计需要15个工作日，结束后继续计算"}},
	{YZ_LETTER_GRANT,
	 {"准予行政许可决定书", "第三十八条第一款", "准予行政许可", "人民路东侧人行道", "2026年12月1日至2027年2月28日",
	  "第四十四条", "十个工作日内", "颁发、送达城市道路挖掘许可证", "青挖许〔2026〕96号"}},
	{YZ_LETTER_DENY,
	 {"不予行政许可决定书", "第三十八条第二款", "一、理由", "二、依据", "《青岭县道路管理办法》第九条",
	  "自收到本文书之日起六十日内，依照《中华人民共和国行政复议法》第二十条的规定向青岭县人民政府申请行政复议",
	  "六个月内，依照《中华人民共和国行政诉讼法》第四十六条的规定直接向青岭县人民法院提起行政诉讼"}},
	{YZ_LETTER_CLOSE,
	 {"终止行政许可办理告知书", "终止办理", "一、理由", "二、依据", "《青岭县道路管理办法》第九条", "六十日内", "六个月内", "材料原件可以取回"}},
	{YZ_LETTER_DELIVERY,
	 {"送达回证", "准予行政许可决定书", "城市道路挖掘许可证（正本）", "当场领取", "收件人签名或盖章",
	  "见证人签名"}},
	{YZ_LETTER_LICENCE,
	 {"城市道路挖掘许可证", "（正本）", "青挖许〔2026〕96号", "持证人：", "青岭县清源供水有限公司",
	  "91530999MA6K2F3X1P", "2026年12月1日至2027年2月28日", "七日内按原结构恢复", "2026年11月22日"}},
	{YZ_LETTER_BILL, {"缴费通知书", "应缴费人", "青岭县清源供水有限公司", "缴费期限", "2026年12月4日", "第五十九条"}},
	{YZ_LETTER_PAID, {"缴费收据", "缴费人", "青岭县清源供水有限公司", "2026年11月20日", "合计（大写）", "收款方式现金", "收款人张敏",
			   "C990121-2026-000007"}},
	{YZ_LETTER_REPAID, {"退费凭单", "退费日期", "2026年11月20日", "退费方式现金", "退款编号", "领款人签名", "合计（大写）"}},
	{YZ_LETTER_RECLAIM,
	 {"责令退回通知书", "有1,200.00元（大写：人民币壹仟贰佰元整）不应当发放", "在2026年12月4日前退回", "一、理由", "二、依据", "《青岭县道路管理办法》第九条",
	  "三、怎样退回", "申请分期退回", "六十日内", "六个月内"}},
};

TEST(every_letter_says_its_facts_and_its_articles)
{
	NEEDS("pdftotext");
	assert_int_equal(sizeof contents / sizeof *contents, YZ_LETTER_KINDS);
	struct yz_arena *a = yz_arena_create(0);
	struct yz_letter f = facts();
	for (size_t i = 0; i < sizeof contents / sizeof *contents; i++) {
		struct yz_str foot = pdf_text(a, printed(a, contents[i].kind, &f));
		ASSERT_SAYS(a, foot, "核验码 7K2M-9QXD");
		ASSERT_SAYS(a, foot, "核验网址 https://qingling.example/check/7K2M9QXD");
		struct yz_str text = said(a, contents[i].kind, &f);
		ASSERT_SAYS(a, text, "青岭县行政审批局");
		ASSERT_SAYS(a, text, "城市道路挖掘许可");
		for (size_t k = 0; k < 10 && contents[i].says[k]; k++)
			ASSERT_SAYS(a, text, contents[i].says[k]);
	}
	yz_arena_destroy(a);
}

TEST(every_letter_names_the_first_fact_it_lacks)
{
	struct yz_arena *a = yz_arena_create(0);
	struct {
		enum yz_letter_kind kind;
		size_t offset, size;
		const char *name;
	} cases[] = {
#define LACKS(kind, fact)                                                                                              \
	{YZ_LETTER_##kind, offsetof(struct yz_letter, fact), sizeof((struct yz_letter *)0)->fact, #fact}
		LACKS(CHECKLIST, nmaterials), LACKS(RECEIPT, received),   LACKS(MEND, nmaterials),
		LACKS(ACCEPT, case_no),       LACKS(REFUSE, reason),      LACKS(EXTEND, days),
		LACKS(EXTEND, due),           LACKS(SUSPEND, procedure),  LACKS(GRANT, date),
		LACKS(DENY, court),           LACKS(DENY, nbasis),        LACKS(DENY, review_organ),
		LACKS(DELIVERY, npapers),     LACKS(LICENCE, licence_no), LACKS(ACCEPT, organ),
		LACKS(DENY, applicant),
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct yz_letter f = facts();
		struct yz_err err = {0};
		memset((char *)&f + cases[i].offset, 0, cases[i].size);
		assert_null(yz_letter_doc(a, cases[i].kind, &f, &err));
		assert_int_equal(err.code, YZ_BAD_INPUT);
		assert_non_null(strstr(err.msg, cases[i].name));
	}
	yz_arena_destroy(a);
}

TEST(other_matters_do_not_cite_the_licence_law)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_letter f = facts();
	f.matter = L("行政确认");
	for (int kind = 0; kind < YZ_LETTER_KINDS; kind++) {
		struct yz_str text = said(a, kind, &f);
		assert_false(contains(text, "行政许可法"));
	}
	struct yz_str text = said(a, YZ_LETTER_DENY, &f);
	ASSERT_SAYS(a, text, "不予行政确认决定书");
	ASSERT_SAYS(a, text, "根据《城市道路管理条例》第三十三条和《青岭县道路管理办法》第九条的规定");
	ASSERT_SAYS(a, text, "六十日内");
	f.title = L("高龄津贴审核结果告知书");
	ASSERT_SAYS(a, said(a, YZ_LETTER_GRANT, &f), "高龄津贴审核结果告知书");
	yz_arena_destroy(a);
}

TEST(the_same_article_is_cited_once)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_letter f = facts();
	const struct yz_str broad[] = {L("《中华人民共和国行政许可法》第三十八条"), L("《城市道路管理条例》第三十三条")};
	f.basis = broad;
	f.nbasis = 2;
	ASSERT_SAYS(a, said(a, YZ_LETTER_DENY, &f),
		    "根据《中华人民共和国行政许可法》第三十八条第二款和《城市道路管理条例》第三十三条的规定");
	const struct yz_str near[] = {L("《中华人民共和国行政许可法》第三十二条第一款第一项")};
	f.other_organ = (struct yz_str){0};
	f.basis = near;
	f.nbasis = 1;
	ASSERT_SAYS(a, said(a, YZ_LETTER_REFUSE, &f),
		    "根据《中华人民共和国行政许可法》第三十二条第一款第一项的规定，本机关决定不予受理");
	yz_arena_destroy(a);
}

TEST(review_comes_first_where_the_law_says_so)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_letter f = facts();
	f.review_first = true;
	struct yz_str text = said(a, YZ_LETTER_DENY, &f);
	ASSERT_SAYS(a, text, "应当先自收到本文书之日起六十日内");
	ASSERT_SAYS(a, text, "十五日内，依照《中华人民共和国行政诉讼法》第四十五条");
	assert_false(contains(text, "六个月"));
	yz_arena_destroy(a);
}

TEST(a_provisional_due_date_is_marked)
{
	NEEDS("pdftotext");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_letter f = facts();
	assert_false(contains(said(a, YZ_LETTER_ACCEPT, &f), "暂定"));
	f.provisional = true;
	struct yz_str text = said(a, YZ_LETTER_ACCEPT, &f);
	ASSERT_SAYS(a, text, "2026年12月18日（暂定）前");
	ASSERT_SAYS(a, text, "尚未公布放假安排");
	yz_arena_destroy(a);
}

TEST(a_short_letter_and_a_licence_take_one_page)
{
	NEEDS("pdfinfo");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_letter f = facts();
	static const enum yz_letter_kind kinds[] = {YZ_LETTER_ACCEPT,  YZ_LETTER_EXTEND,    YZ_LETTER_SUSPEND,
						    YZ_LETTER_RECEIPT, YZ_LETTER_CHECKLIST, YZ_LETTER_DELIVERY,
						    YZ_LETTER_LICENCE};
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		assert_int_equal(pdf_pages(a, printed(a, kinds[i], &f)), 1);
	yz_arena_destroy(a);
}

TEST(the_code_on_each_letter_is_read_back_by_a_scanner)
{
	NEEDS("zbarimg");
	NEEDS("pdftoppm");
	struct yz_arena *a = yz_arena_create(0);
	struct yz_letter f = facts();
	for (int kind = 0; kind < YZ_LETTER_KINDS; kind++) {
		struct yz_str found = piped(a, printed(a, kind, &f),
					    "pdftoppm -r 150 -png @ @.page && for p in @.page*; do zbarimg -q --raw "
					    "$p; done; rm -f @.page*");
		assert_true(contains(found, "https://qingling.example/check/7K2M9QXD"));
	}
	yz_arena_destroy(a);
}
