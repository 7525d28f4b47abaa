/* SPDX-License-Identifier: Apache-2.0 */
#include "print/letters_text.h"

#define LAW "《中华人民共和国行政许可法》"

static const struct {
	const char *name, *title;
	enum yz_doc_form form;
} kinds[YZ_LETTER_KINDS] = {
#define LETTER(name, title, form, needs) [YZ_LETTER_##name] = {#name, title, form},
#include "print/letters.def"
#undef LETTER
};

const char *yz_letter_name(enum yz_letter_kind kind)
{
	return kinds[kind].name;
}

static struct yz_str matter_of(const struct yz_letter *f)
{
	return f->matter.len ? f->matter : YZ_LIT("行政许可");
}

struct yz_str yz_letter_title(struct yz_arena *a, enum yz_letter_kind kind, const struct yz_letter *f)
{
	struct yz_str pattern = yz_str(kinds[kind].title), matter = matter_of(f);
	if (f->title.len)
		return f->title;
	if (kind == YZ_LETTER_LICENCE && f->licence.len)
		return f->licence;
	size_t hole = yz_str_find(pattern, YZ_LIT("%s"), 0);
	if (hole == SIZE_MAX)
		return pattern;
	return yz_str_printf(a, "%.*s%.*s%s", (int)hole, pattern.ptr, YZ_P(matter), pattern.ptr + hole + 2);
}

/* --- what is missing --- */

static bool given_text(struct yz_str s)
{
	return yz_str_trim(s).len > 0;
}

static bool given_day(yz_day day)
{
	return day != 0;
}

static bool given_count(unsigned n)
{
	return n != 0;
}

static bool given_size(size_t n)
{
	return n != 0;
}

static const char *missing(enum yz_letter_kind kind, const struct yz_letter *f)
{
#define GIVEN(x)                                                                                                       \
	_Generic((x), struct yz_str : given_text, yz_day : given_day, unsigned : given_count, size_t : given_size)(x)
#define NEED(fact)                                                                                                     \
	if (!GIVEN(f->fact))                                                                                           \
		return #fact;
	switch (kind) {
#define LETTER(name, title, form, needs)                                                                               \
	case YZ_LETTER_##name:                                                                                         \
		needs break;
#include "print/letters.def"
#undef LETTER
#undef NEED
	case YZ_LETTER_KINDS:
		return "kind";
	}
	return NULL;
}

/* --- shared sentences --- */

struct yz_str yz_write_day(const struct yz_writer *w, yz_day day)
{
	return yz_doc_day(w->a, day);
}

void yz_write_field(const struct yz_writer *w, const char *label, struct yz_str value)
{
	if (value.len)
		yz_doc_field(w->d, yz_str(label), value);
}

/* A fact that is a sentence, with or without its full stop. */
static struct yz_str sentence(const struct yz_writer *w, struct yz_str s)
{
	s = yz_str_trim(s);
	if (yz_str_ends(s, YZ_LIT("。")) || yz_str_ends(s, YZ_LIT("！")) || yz_str_ends(s, YZ_LIT("？")))
		return s;
	return yz_str_printf(w->a, "%.*s。", YZ_P(s));
}

/* One that goes on inside another sentence. */
static struct yz_str clause(struct yz_str s)
{
	s = yz_str_trim(s);
	if (yz_str_ends(s, YZ_LIT("。")))
		s.len -= sizeof "。" - 1;
	return s;
}

/* Whether a basis is the very article the letter cites anyway, perhaps nearer described. */
static bool cites(struct yz_str basis, const char *article)
{
	struct yz_str law = YZ_LIT(LAW), whole = yz_str_n(article, sizeof "第三十二条" - 1);
	return yz_str_starts(basis, law) && yz_str_starts(yz_str_n(basis.ptr + law.len, basis.len - law.len), whole);
}

/* "根据…、…和…的规定，": the article for a licence, then the basis; empty when there is neither. */
static const char *under(const struct yz_writer *w, const char *article)
{
	size_t n = w->permit, done = 0;
	struct yz_str own = yz_str_printf(w->a, LAW "%s", article);
	struct yz_buf b;
	yz_buf_init(&b, w->a, 64 * 1024);
	for (size_t i = 0; i < w->f->nbasis; i++) {
		struct yz_str basis = w->f->basis[i];
		bool same = w->permit && cites(basis, article);
		n += !same;
		if (same && basis.len > own.len)
			own = basis;
	}
	if (w->permit) {
		yz_buf_printf(&b, "根据%.*s", YZ_P(own));
		done++;
	}
	for (size_t i = 0; i < w->f->nbasis; i++) {
		if (w->permit && cites(w->f->basis[i], article))
			continue;
		yz_buf_addz(&b, done == 0 ? "根据" : done + 1 == n ? "和" : "、");
		yz_buf_adds(&b, w->f->basis[i]);
		done++;
	}
	if (n)
		yz_buf_addz(&b, "的规定，");
	yz_buf_addz(&b, "");
	return b.len ? b.ptr : "";
}

/* "城市道路挖掘许可（情形：…）申请（申请编号：…）" */
static const char *application(const struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	const char *when = f->received ? yz_printf(w->a, "于%.*s", YZ_P(yz_write_day(w, f->received))) : "";
	const char *what = f->situation.len ? yz_printf(w->a, "（%.*s）", YZ_P(f->situation)) : "";
	return yz_printf(w->a, "你（单位）%s提出的%.*s%s申请（申请编号：%.*s）", when, YZ_P(f->item), what,
			 YZ_P(f->case_no));
}

/* "2026年12月18日（暂定）" */
static const char *due(const struct yz_writer *w)
{
	return yz_printf(w->a, "%.*s%s", YZ_P(yz_write_day(w, w->f->due)), w->f->provisional ? "（暂定）" : "");
}

static void provisional(const struct yz_writer *w)
{
	if (w->f->due && w->f->provisional)
		yz_doc_note(w->d, YZ_LIT("注：到期日涉及尚未公布放假安排的年度，系按法定节假日推算，为暂定；安排公布后"
					 "如有变化，将另行告知。"));
}

static void section(struct yz_writer *w, const char *text)
{
	static const char *const numerals[] = {"一", "二", "三", "四", "五", "六", "七", "八"};
	yz_doc_heading(w->d, 1, yz_str_printf(w->a, "%s、%s", numerals[w->section++ % 8], text));
}

/* 行政复议法 (2023) 20; 行政诉讼法 (2017) 45 and 46. */
static void remedies(const struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	if (!f->review_organ.len || !f->court.len)
		return;
	if (f->review_first)
		yz_doc_paraf(
			w->d,
			"如不服本决定，应当先自收到本文书之日起六十日内，依照《中华人民共和国行政复议法》第二十条的规定"
			"向%.*s申请行政复议；对行政复议决定仍不服的，可以自收到行政复议决定书之日起十五日内，依照"
			"《中华人民共和国行政诉讼法》第四十五条的规定向%.*s提起行政诉讼。",
			YZ_P(f->review_organ), YZ_P(f->court));
	else
		yz_doc_paraf(
			w->d,
			"如不服本决定，可以自收到本文书之日起六十日内，依照《中华人民共和国行政复议法》第二十条的规定"
			"向%.*"
			"s申请行政复议；也可以自收到本文书之日起六个月内，依照《中华人民共和国行政诉讼法》第四十六条的"
			"规定"
			"直接向%.*s提起行政诉讼。",
			YZ_P(f->review_organ), YZ_P(f->court));
}

void yz_write_contact(const struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	struct yz_buf b;
	const struct {
		const char *label;
		struct yz_str value;
	} parts[] = {{"办理地点：", f->address},
		     {"办理窗口：", f->office},
		     {"办公时间：", f->hours},
		     {"咨询电话：", f->phone},
		     {"监督电话：", f->supervision}};
	yz_buf_init(&b, w->a, 16 * 1024);
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (!parts[i].value.len)
			continue;
		yz_buf_addz(&b, b.len ? "；" : "");
		yz_buf_addz(&b, parts[i].label);
		yz_buf_adds(&b, parts[i].value);
	}
	if (b.len) {
		yz_buf_addz(&b, "。");
		yz_doc_note(w->d, yz_buf_str(&b));
	}
}

void yz_write_close(const struct yz_writer *w, const char *caption)
{
	const struct yz_letter *f = w->f;
	struct yz_doc_closing c = {.organ = f->organ,
				   .date = f->date ? yz_write_day(w, f->date) : (struct yz_str){0},
				   .sealed = f->sealed,
				   .seal = f->seal,
				   .seal_line = f->seal_line,
				   .qr = f->check_url};
	if (f->check_code.len)
		c.qr_caption = yz_str_printf(w->a, "%s\n核验码 %.*s", caption, YZ_P(f->check_code));
	else
		c.qr_caption = yz_str(caption);
	yz_doc_close(w->d, &c);
}

void yz_write_title(struct yz_writer *w, enum yz_letter_kind kind)
{
	const struct yz_letter *f = w->f;
	if (w->d->form == YZ_DOC_LETTER)
		yz_doc_letterhead(w->d, f->organ, f->number);
	yz_doc_title(w->d, yz_letter_title(w->a, kind, f));
	if (w->d->form == YZ_DOC_SHEET && f->number.len)
		yz_doc_subtitle(w->d, f->number);
	if (w->d->form == YZ_DOC_LETTER)
		yz_doc_addressee(w->d, f->applicant);
}

/* --- the letters --- */

/* Why, and by what rule: what every decision against somebody says (行政许可法 38). */
static void reasons(struct yz_writer *w, struct yz_str opinion)
{
	section(w, "理由");
	yz_doc_para(w->d, sentence(w, w->f->reason));
	if (opinion.len)
		yz_doc_para(w->d, sentence(w, opinion));
	section(w, "依据");
	for (size_t i = 0; i < w->f->nbasis; i++)
		yz_doc_item(w->d, w->f->basis[i]);
}

static void rights(struct yz_writer *w, const char *title)
{
	section(w, title);
	remedies(w);
}

static void write_accept(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	yz_doc_paraf(w->d, "%s，经审查，申请材料齐全、符合法定形式，属于本机关职权范围。%s本机关决定", application(w),
		     under(w, "第三十二条第一款第五项"));
	yz_doc_run(w->d, YZ_LIT("予以受理"), true);
	yz_doc_run(w->d, YZ_LIT("。"), false);
	if (f->days && f->due)
		yz_doc_paraf(w->d, "本机关将自受理之日起%u个工作日内，即在%s前，作出决定并告知你（单位）。", f->days,
			     due(w));
	else if (f->due)
		yz_doc_paraf(w->d, "本机关将在%s前作出决定并告知你（单位）。", due(w));
	else if (f->days)
		yz_doc_paraf(w->d, "本机关将自受理之日起%u个工作日内作出决定并告知你（单位）。", f->days);
	if (w->permit)
		yz_doc_para(w->d,
			    YZ_LIT("依法需要听证、招标、拍卖、检验、检测、检疫、鉴定和专家评审的，依照" LAW
				   "第四十五条的规定，所需时间不计算在上述期限内，本机关将另行书面告知所需时间。"));
	provisional(w);
}

static void write_refuse(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	/* Item 2: not this organ's power, and whose it is; what else the reason may be stands in the reason. */
	const char *article = f->other_organ.len ? "第三十二条第一款第二项" : "第三十二条";
	yz_doc_paraf(w->d, "%s，经审查，", application(w));
	yz_doc_run(w->d, sentence(w, f->reason), false);
	yz_doc_run(w->d, yz_str_printf(w->a, "%s本机关决定", under(w, article)), false);
	yz_doc_run(w->d, YZ_LIT("不予受理"), true);
	yz_doc_run(w->d, YZ_LIT("。"), false);
	if (f->other_organ.len)
		yz_doc_paraf(w->d, "该事项由%.*s办理，请你（单位）向其提出申请。", YZ_P(f->other_organ));
	remedies(w);
}

static void mend_table(struct yz_writer *w)
{
	static const struct yz_doc_column columns[] = {{YZ_LIT("序号"), 1.25, YZ_ALIGN_CENTRE},
						       {YZ_LIT("类别"), 1.6, YZ_ALIGN_CENTRE},
						       {YZ_LIT("名称"), 4, YZ_ALIGN_START},
						       {YZ_LIT("需要补正的内容"), 7, YZ_ALIGN_START}};
	yz_doc_table(w->d, columns, 4);
	for (size_t i = 0; i < w->f->nmaterials; i++) {
		const struct yz_letter_material *m = &w->f->materials[i];
		struct yz_str what = m->what;
		if (m->form.len || m->copies) {
			const char *copies = m->copies ? yz_printf(w->a, "%u份", m->copies) : "";
			what = yz_str_printf(w->a, "%.*s%s（%.*s%s）", YZ_P(m->what), m->what.len ? "" : "请补交",
					     YZ_P(m->form), copies);
		}
		const struct yz_str row[] = {yz_str_printf(w->a, "%zu", i + 1),
					     m->field ? YZ_LIT("填报项") : YZ_LIT("材料"), m->name,
					     what.len ? what : YZ_LIT("请补交")};
		yz_doc_row(w->d, row);
	}
}

static void write_mend(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	yz_doc_paraf(w->d, "%s，经审查，申请材料不齐全或者不符合法定形式。%s现将需要补正的全部内容一次告知如下：",
		     application(w), under(w, "第三十二条第一款第四项"));
	mend_table(w);
	if (f->mend_by)
		yz_doc_paraf(w->d, "请你（单位）在%.*s前将上述内容一并补正；确有困难不能按时补正的，请提前告诉我们。",
			     YZ_P(yz_write_day(w, f->mend_by)));
	else
		yz_doc_para(w->d, YZ_LIT("请你（单位）将上述内容一并补正后提交。"));
	yz_doc_para(w->d,
		    YZ_LIT("已经提交并且不在上表中的材料不需要重复提交。按要求提交全部补正材料的，本机关予以受理，"
			   "不会就本次申请再要求补正其他内容。"));
}

static void write_extend(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	yz_doc_paraf(w->d, "本机关正在办理%s。因", application(w));
	yz_doc_run(w->d, clause(f->reason), false);
	yz_doc_run(w->d,
		   yz_str_printf(w->a, "，不能在规定期限内作出决定。%s经%.*s批准，办理期限", under(w, "第四十二条"),
				 YZ_P(f->approver.len ? f->approver : YZ_LIT("本机关负责人"))),
		   false);
	yz_doc_run(w->d, yz_str_printf(w->a, "延长%u个工作日，至%s", f->days, due(w)), true);
	yz_doc_run(w->d, YZ_LIT("。"), false);
	yz_doc_para(w->d, YZ_LIT("给你（单位）带来不便，敬请谅解。本机关将抓紧办理，能够提前办结的提前办结。"));
	provisional(w);
}

static void write_suspend(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	struct yz_str p = f->procedure;
	yz_doc_paraf(w->d, "本机关正在办理%s。该申请依法需要进行", application(w));
	yz_doc_run(w->d, p, true);
	yz_doc_run(w->d, YZ_LIT("。"), false);
	if (f->reason.len)
		yz_doc_run(w->d, yz_str_printf(w->a, "需要进行的原因是：%.*s。", YZ_P(clause(f->reason))), false);
	yz_doc_paraf(w->d, "%s%.*s所需时间不计算在办理期限内。自%.*s起停止计算办理期限，%s%.*s%s结束后继续计算。",
		     under(w, "第四十五条"), YZ_P(p), YZ_P(yz_write_day(w, f->date)),
		     f->procedure_days.len ? "预计需要" : "", YZ_P(f->procedure_days),
		     f->procedure_days.len ? "，" : "");
	yz_doc_para(w->d, YZ_LIT("继续计算后的到期日，本机关将另行告知你（单位），也可以随时查询。"));
}

static void licensed_fields(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	yz_doc_fields(w->d, 1);
	yz_write_field(w, "申请人", f->applicant);
	yz_write_field(w, "证件号码", f->applicant_id);
	yz_write_field(w, "事项名称", f->item);
	yz_write_field(w, "办理情形", f->situation);
	for (size_t i = 0; i < f->nfields; i++)
		yz_doc_field(w->d, f->fields[i].label, f->fields[i].value);
	if (f->valid_from)
		yz_doc_field(w->d, YZ_LIT("有效期"),
			     f->valid_to ? yz_str_printf(w->a, "%.*s至%.*s", YZ_P(yz_write_day(w, f->valid_from)),
							 YZ_P(yz_write_day(w, f->valid_to)))
					 : yz_str_printf(w->a, "%.*s起长期有效", YZ_P(yz_write_day(w, f->valid_from))));
	yz_write_field(w, "证件编号", f->licence_no);
}

static void write_grant(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	yz_doc_paraf(w->d, "%s，经审查，符合法定条件、标准。", application(w));
	if (f->opinion.len)
		yz_doc_run(w->d, sentence(w, f->opinion), false);
	yz_doc_run(w->d, yz_str_printf(w->a, "%s本机关决定", under(w, "第三十八条第一款")), false);
	yz_doc_run(w->d, yz_str_printf(w->a, "准予%.*s", YZ_P(w->matter)), true);
	yz_doc_run(w->d, YZ_LIT("，内容如下："), false);
	licensed_fields(w);
	if (w->permit && f->licence.len)
		yz_doc_paraf(w->d,
			     "依照" LAW
			     "第四十四条的规定，本机关自作出本决定之日起十个工作日内向你（单位）颁发、送达%.*s。",
			     YZ_P(f->licence));
	else if (f->licence.len)
		yz_doc_paraf(w->d, "本机关随本决定书向你（单位）送达%.*s。", YZ_P(f->licence));
	yz_doc_para(w->d, YZ_LIT("请按照准予的内容和法律、法规的规定从事活动，并接受依法进行的监督检查。"));
}

static void write_deny(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	yz_doc_paraf(w->d, "%s，经审查，不符合法定条件、标准。%s本机关决定", application(w),
		     under(w, "第三十八条第二款"));
	yz_doc_run(w->d, yz_str_printf(w->a, "不予%.*s", YZ_P(w->matter)), true);
	yz_doc_run(w->d, YZ_LIT("。"), false);
	reasons(w, f->opinion);
	rights(w, "不服本决定时的权利");
	yz_doc_para(w->d, YZ_LIT("理由消除、条件具备后，你（单位）可以重新提出申请。"));
}

/* No article of the law on permits says how one ends without a decision: the basis is the case's own. */
static void write_close(struct yz_writer *w)
{
	yz_doc_paraf(w->d, "%s，本机关在办理中发现，依法不能或者不必继续办理，现决定", application(w));
	yz_doc_run(w->d, YZ_LIT("终止办理"), true);
	yz_doc_run(w->d, YZ_LIT("。"), false);
	reasons(w, (struct yz_str){0});
	rights(w, "不服本决定时的权利");
	yz_doc_para(w->d, YZ_LIT("交来的材料原件可以取回；情况有变化的，可以重新提出申请。"));
}

/* What was paid out wrongly: to whoever got it, who is no applicant any more. */
static void write_reclaim(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	const char *words = f->amount_words.len ? yz_printf(w->a, "（大写：人民币%.*s）", YZ_P(f->amount_words)) : "";
	yz_doc_paraf(w->d, "经查，向你（单位）发放的%.*s（申请编号：%.*s）中，有%.*s%s不应当发放。现责令你（单位）", YZ_P(f->item),
		     YZ_P(f->case_no), YZ_P(f->amount), words);
	yz_doc_run(w->d, yz_str_printf(w->a, "在%.*s前退回", YZ_P(yz_write_day(w, f->mend_by))), true);
	yz_doc_run(w->d, YZ_LIT("。"), false);
	reasons(w, (struct yz_str){0});
	section(w, "怎样退回");
	yz_doc_paraf(w->d, "到%.*s或者所在乡镇便民服务中心缴存，取得收据。一次退不清的，可以说明情况，申请分期退回。", YZ_P(f->organ));
	rights(w, "不服本通知时的权利");
}

/* --- the whole --- */

static void write_body(struct yz_writer *w, enum yz_letter_kind kind)
{
	switch (kind) {
	case YZ_LETTER_CHECKLIST:
		yz_write_checklist(w);
		return;
	case YZ_LETTER_RECEIPT:
		yz_write_receipt(w);
		return;
	case YZ_LETTER_DELIVERY:
		yz_write_delivery(w);
		return;
	case YZ_LETTER_LICENCE:
		yz_write_licence(w);
		return;
	case YZ_LETTER_BILL:
	case YZ_LETTER_PAID:
	case YZ_LETTER_REPAID:
		yz_write_fees(w, kind);
		return;
	case YZ_LETTER_MEND:
		write_mend(w);
		break;
	case YZ_LETTER_ACCEPT:
		write_accept(w);
		break;
	case YZ_LETTER_REFUSE:
		write_refuse(w);
		break;
	case YZ_LETTER_EXTEND:
		write_extend(w);
		break;
	case YZ_LETTER_SUSPEND:
		write_suspend(w);
		break;
	case YZ_LETTER_GRANT:
		write_grant(w);
		break;
	case YZ_LETTER_DENY:
		write_deny(w);
		break;
	case YZ_LETTER_CLOSE:
		write_close(w);
		break;
	case YZ_LETTER_RECLAIM:
		write_reclaim(w);
		break;
	case YZ_LETTER_KINDS:
		break;
	}
	yz_write_contact(w);
	yz_write_close(w, "扫码核验本文书");
}

static struct yz_str check_line(struct yz_arena *a, const struct yz_letter *f)
{
	if (f->check_code.len && f->check_url.len)
		return yz_str_printf(a, "核验码 %.*s　核验网址 %.*s", YZ_P(f->check_code), YZ_P(f->check_url));
	if (f->check_url.len)
		return yz_str_printf(a, "核验网址 %.*s", YZ_P(f->check_url));
	return f->check_code.len ? yz_str_printf(a, "核验码 %.*s", YZ_P(f->check_code)) : (struct yz_str){0};
}

struct yz_doc *yz_letter_doc(struct yz_arena *a, enum yz_letter_kind kind, const struct yz_letter *f,
			     struct yz_err *err)
{
	const char *fact = missing(kind, f);
	if (fact)
		return yz_fail_null(err, YZ_BAD_INPUT, "the document %s needs the fact %s",
				    kind < YZ_LETTER_KINDS ? kinds[kind].name : "?", fact);
	struct yz_writer w = {.a = a, .f = f, .matter = matter_of(f)};
	w.permit = yz_str_eqz(w.matter, "行政许可");
	w.d = yz_doc_new(a, kinds[kind].form, YZ_DOC_ZH, yz_letter_title(a, kind, f));
	w.d->author = f->organ;
	w.d->subject = f->case_no.len ? f->case_no : f->item;
	w.d->made = f->made;
	w.d->watermark = f->watermark;
	w.d->check = check_line(a, f);
	yz_write_title(&w, kind);
	write_body(&w, kind);
	return w.d;
}
