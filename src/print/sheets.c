/* The documents that are filled in and carried along rather than read: material
 * list, receipt, proof of delivery, licence.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "print/letters_text.h"

static struct yz_str copies(const struct yz_writer *w, unsigned n)
{
	return n ? yz_str_printf(w->a, "%u", n) : (struct yz_str){0};
}

/* --- 材料告知单 --- */

static void asked_for(struct yz_writer *w)
{
	static const struct yz_doc_column columns[] = {
		{YZ_LIT("序号"), 1.3, YZ_ALIGN_CENTRE},    {YZ_LIT("材料名称"), 5, YZ_ALIGN_START},
		{YZ_LIT("要求"), 5, YZ_ALIGN_START},       {YZ_LIT("形式"), 2, YZ_ALIGN_CENTRE},
		{YZ_LIT("份数"), 1.3, YZ_ALIGN_CENTRE},    {YZ_LIT("来源"), 2.4, YZ_ALIGN_START},
		{YZ_LIT("已备好"), 1.75, YZ_ALIGN_CENTRE},
	};
	size_t n = 0;
	yz_doc_table(w->d, columns, sizeof columns / sizeof *columns);
	for (size_t i = 0; i < w->f->nmaterials; i++) {
		const struct yz_letter_material *m = &w->f->materials[i];
		if (m->spared)
			continue;
		struct yz_str name = m->optional ? yz_str_printf(w->a, "%.*s（可以后补）", YZ_P(m->name)) : m->name;
		const struct yz_str row[] = {yz_str_printf(w->a, "%zu", ++n),
					     name,
					     m->what,
					     m->form,
					     copies(w, m->copies),
					     m->source,
					     YZ_LIT("□")};
		yz_doc_row(w->d, row);
	}
}

static void spared(struct yz_writer *w)
{
	size_t n = 0;
	for (size_t i = 0; i < w->f->nmaterials; i++) {
		const struct yz_letter_material *m = &w->f->materials[i];
		if (!m->spared)
			continue;
		if (n++ == 0)
			yz_doc_heading(w->d, 1, YZ_LIT("您不用提交的材料"));
		yz_doc_item(w->d, m->source.len ? yz_str_printf(w->a, "%.*s：由我们向%.*s获取", YZ_P(m->name),
								YZ_P(m->source))
						: yz_str_printf(w->a, "%.*s：由我们查询获取", YZ_P(m->name)));
	}
}

void yz_write_checklist(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	bool any = false;
	yz_doc_fields(w->d, 2);
	yz_write_field(w, "事项名称", f->item);
	yz_write_field(w, "事项编码", f->item_code);
	yz_write_field(w, "办理情形", f->situation);
	yz_write_field(w, "申请人", f->applicant);
	yz_write_field(w, "办理机关", f->organ);
	if (f->days)
		yz_doc_field(w->d, YZ_LIT("办理期限"), yz_str_printf(w->a, "%u个工作日", f->days));
	yz_write_field(w, "办理地点", f->address);
	yz_write_field(w, "办理窗口", f->office);
	yz_write_field(w, "办公时间", f->hours);
	yz_write_field(w, "咨询电话", f->phone);
	for (size_t i = 0; i < f->nmaterials; i++)
		any |= !f->materials[i].spared;
	if (any) {
		yz_doc_heading(w->d, 1, YZ_LIT("需要提交的材料"));
		asked_for(w);
	} else {
		yz_doc_heading(w->d, 1, YZ_LIT("办理本事项不需要您提交材料"));
	}
	spared(w);
	yz_doc_notice(w->d, YZ_LIT("请注意"),
		      w->permit ? YZ_LIT("本单按您的回答列出，没有列出的材料不需要提交。材料不齐全的，我们在收到申请后5"
					 "个工作日内"
					 "一次告诉您需要补正的全部内容；逾期不告知的，自收到申请材料之日起即为受理"
					 "（《中华人民共和国行政许可法》第三十二条第一款第四项）。")
				: YZ_LIT("本单按您的回答列出，没有列出的材料不需要提交。材料不齐全的，我们一次告诉您需"
					 "要补正的全部内容。"));
	if (f->check_url.len)
		yz_doc_qr(w->d, f->check_url, YZ_LIT("扫码打开办事指南，在网上办理"));
}

/* --- 回执 --- */

void yz_write_receipt(struct yz_writer *w)
{
	static const struct yz_doc_column columns[] = {{YZ_LIT("序号"), 1.3, YZ_ALIGN_CENTRE},
						       {YZ_LIT("已收到的材料"), 8, YZ_ALIGN_START},
						       {YZ_LIT("形式"), 3, YZ_ALIGN_CENTRE},
						       {YZ_LIT("份数"), 1.5, YZ_ALIGN_CENTRE}};
	const struct yz_letter *f = w->f;
	yz_doc_fields(w->d, 2);
	yz_write_field(w, "申请编号", f->case_no);
	yz_write_field(w, "收到日期", yz_write_day(w, f->received));
	yz_write_field(w, "申请人", f->applicant);
	yz_write_field(w, "证件号码", f->applicant_id);
	yz_write_field(w, "代办人", f->agent);
	yz_write_field(w, "联系方式", f->contact);
	yz_write_field(w, "事项名称", f->item);
	yz_write_field(w, "办理情形", f->situation);
	yz_write_field(w, "办理机关", f->organ);
	for (size_t i = 0; i < f->nfields; i++)
		yz_doc_field(w->d, f->fields[i].label, f->fields[i].value);
	if (f->nmaterials) {
		yz_doc_table(w->d, columns, 4);
		for (size_t i = 0; i < f->nmaterials; i++) {
			const struct yz_letter_material *m = &f->materials[i];
			const struct yz_str row[] = {yz_str_printf(w->a, "%zu", i + 1), m->name, m->form,
						     copies(w, m->copies)};
			yz_doc_row(w->d, row);
		}
	}
	yz_doc_notice(
		w->d, YZ_LIT("接下来"),
		w->permit
			? YZ_LIT("我们在5个工作日内告诉您是否受理；材料需要补正的，一次告诉您全部内容。逾期没有告知的，"
				 "自收到申请材料之日起即为受理（《中华人民共和国行政许可法》第三十二条第一款第四项）。"
				 "本回执只证明收到申请，不是受理决定。")
			: YZ_LIT("我们会尽快告诉您是否受理；材料需要补正的，一次告诉您全部内容。本回执只证明收到申请，"
				 "不是受理决定。"));
	yz_write_contact(w);
	if (f->date || f->sealed)
		yz_write_close(w, "扫码查看办理进度");
	else if (f->check_url.len)
		yz_doc_qr(w->d, f->check_url, YZ_LIT("扫码查看办理进度"));
}

/* --- 送达回证 --- */

void yz_write_delivery(struct yz_writer *w)
{
	static const struct yz_doc_column columns[] = {{YZ_LIT("序号"), 1.3, YZ_ALIGN_CENTRE},
						       {YZ_LIT("送达的文书、证件"), 9, YZ_ALIGN_START},
						       {YZ_LIT("签收日期"), 4, YZ_ALIGN_CENTRE}};
	static const struct yz_str lines[] = {YZ_LIT("收件人签名或盖章"), YZ_LIT("送达人签名"),
					      YZ_LIT("代收人签名及与收件人的关系"), YZ_LIT("见证人签名")};
	const struct yz_letter *f = w->f;
	yz_doc_fields(w->d, 2);
	yz_write_field(w, "送达机关", f->organ);
	yz_write_field(w, "申请编号", f->case_no);
	yz_write_field(w, "收件人", f->applicant);
	yz_write_field(w, "联系方式", f->contact);
	yz_write_field(w, "事项名称", f->item);
	yz_write_field(w, "送达方式", f->delivery);
	yz_write_field(w, "送达地点", f->address);
	yz_doc_table(w->d, columns, 3);
	for (size_t i = 0; i < f->npapers; i++) {
		const struct yz_str row[] = {yz_str_printf(w->a, "%zu", i + 1), f->papers[i],
					     YZ_LIT("      年    月    日")};
		yz_doc_row(w->d, row);
	}
	yz_doc_sign(w->d, lines, 4);
	yz_doc_note(w->d, YZ_LIT("说明：收件人不在的，可以由与其同住的成年家属或者所在单位的收发部门代收，代收人写明与"
				 "收件人的关系。"
				 "收件人拒绝签收的，送达人在备注中写明拒收的事由和日期，由送达人、见证人签名，把文书留"
				 "在收件人住所。"));
	yz_doc_fields(w->d, 1);
	yz_doc_field(w->d, YZ_LIT("备注"), YZ_LIT("\n\n"));
	if (f->date || f->sealed)
		yz_write_close(w, "扫码核验本文书");
}

/* --- 许可证 --- */

static struct yz_str validity(const struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	if (!f->valid_from)
		return (struct yz_str){0};
	if (!f->valid_to)
		return YZ_LIT("长期");
	return yz_str_printf(w->a, "%.*s至%.*s", YZ_P(yz_write_day(w, f->valid_from)),
			     YZ_P(yz_write_day(w, f->valid_to)));
}

void yz_write_licence(struct yz_writer *w)
{
	const struct yz_letter *f = w->f;
	if (f->copy.len)
		yz_doc_subtitle(w->d, yz_str_printf(w->a, "（%.*s）", YZ_P(f->copy)));
	yz_doc_fields(w->d, f->nfields > 2 ? 2 : 1);
	yz_write_field(w, "证件编号", f->licence_no);
	yz_write_field(w, "持证人", f->applicant);
	yz_write_field(w, "证件号码", f->applicant_id);
	if (f->licence.len)
		yz_write_field(w, "许可事项", f->item);
	for (size_t i = 0; i < f->nfields; i++)
		yz_doc_field(w->d, f->fields[i].label, f->fields[i].value);
	yz_write_field(w, "有效期", validity(w));
	yz_write_close(w, "扫码核验本文书");
}

/* --- 缴费通知书, 收据, 退费凭单 --- */

void yz_write_fees(struct yz_writer *w, enum yz_letter_kind kind)
{
	static const struct yz_str lines[] = {YZ_LIT("领款人签名"), YZ_LIT("经办人签名")};
	bool bill = kind == YZ_LETTER_BILL, back = kind == YZ_LETTER_REPAID;
	static const struct yz_doc_column columns[] = {{YZ_LIT("收费项目、标准和依据"), 9, YZ_ALIGN_START},
						       {YZ_LIT("金额（元）"), 3, YZ_ALIGN_END}};
	const struct yz_letter *f = w->f;
	yz_doc_fields(w->d, 2);
	yz_write_field(w, "编号", f->number);
	yz_write_field(w, "申请编号", f->case_no);
	yz_write_field(w, bill ? "应缴费人" : "缴费人", f->applicant);
	yz_write_field(w, "收费机关", f->organ);
	yz_write_field(w, "事项名称", f->item);
	if (bill)
		yz_write_field(w, "缴费期限", yz_write_day(w, f->mend_by));
	else
		yz_write_field(w, back ? "退费日期" : "缴费日期", yz_write_day(w, f->received));
	yz_write_field(w, back ? "退费方式" : "收款方式", f->means);
	yz_write_field(w, back ? "退款人" : "收款人", f->hands);
	yz_write_field(w, back ? "退款编号" : "收款编号", f->slip_no);
	yz_doc_table(w->d, columns, 2);
	for (size_t i = 0; i < f->nfields; i++) {
		const struct yz_str row[] = {f->fields[i].label, f->fields[i].value};
		yz_doc_row(w->d, row);
	}
	yz_doc_fields(w->d, 1);
	yz_write_field(w, "合计（大写）", f->reason);
	if (back)
		yz_doc_sign(w->d, lines, 2);
	if (bill)
		yz_doc_notice(w->d, YZ_LIT("怎样缴"),
			      w->permit ? YZ_LIT("登录网站打开办件页面，按“去缴费”；也可以到办理窗口缴。没有公布的项目不收费，收了的可以拒绝并"
						 "投诉（《中华人民共和国行政许可法》第五十八条、第五十九条）。")
					: YZ_LIT("登录网站打开办件页面，按“去缴费”；也可以到办理窗口缴。没有公布的项目不收费，收了的可以拒绝并"
						 "投诉。"));
	yz_write_contact(w);
	yz_write_close(w, "扫码核验本文书");
}
