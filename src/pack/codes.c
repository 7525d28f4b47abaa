/* The elements, and the code lists of GB/T 39046 Annex A and the extended ones.  SPDX-License-Identifier: Apache-2.0 */
#include "pack/pack.h"

#include "text/text.h"

const struct yz_element_info yz_elements[YZ_ELEMENTS] = {
#define ELEMENT(key, kind, numbers, title, required) {#key, #kind, numbers, title, required},
#include "pack/element.def"
#undef ELEMENT
};

static const struct yz_code_row type[] = { /* A.1; 11-19 and 21-99 are a locality's own */
	{"00", N_("行政权力")}, {"01", N_("行政许可")}, {"02", N_("行政处罚")}, {"03", N_("行政强制")}, {"04", N_("行政征收")},
	{"05", N_("行政给付")}, {"06", N_("行政检查")}, {"07", N_("行政确认")}, {"08", N_("行政奖励")}, {"09", N_("行政裁决")},
	{"10", N_("其他行政权力")}, {"20", N_("公共服务")},
};
static const struct yz_code_row level[] = { /* A.2 */
	{"1", N_("国家级")}, {"2", N_("省级")}, {"3", N_("市级")}, {"4", N_("县级")}, {"5", N_("镇（乡、街道）级")},
	{"6", N_("村（社区）级")}, {"7", N_("分级管理")},
};
static const struct yz_code_row nature[] = { /* A.3 */
	{"1", N_("法定机关")}, {"2", N_("授权组织")}, {"3", N_("受委托组织")}, {"9", N_("其他")},
};
static const struct yz_code_row for_whom[] = { /* A.4 */
	{"1", N_("自然人")}, {"2", N_("企业法人")}, {"3", N_("事业法人")}, {"4", N_("社会组织法人")}, {"5", N_("行政机关")},
	{"6", N_("其他组织")},
};
static const struct yz_code_row ways[] = { /* A.5 */
	{"1", N_("窗口办理")}, {"2", N_("电脑端网上办理")}, {"3", N_("移动端办理")}, {"4", N_("快递申请")}, {"9", N_("其他")},
};
static const struct yz_code_row handle_type[] = { /* A.6 */
	{"1", N_("即办件")}, {"2", N_("承诺件")}, {"9", N_("其他")},
};
static const struct yz_code_row special[] = { /* A.7 */
	{"1", N_("延长审批")}, {"2", N_("除延长审批之外")},
};
static const struct yz_code_row area[] = {
	{"1", N_("全国")}, {"2", N_("全省")}, {"3", N_("全市")}, {"4", N_("全县")}, {"5", N_("全镇（乡、街道）")}, {"6", N_("跨村（社区）")},
};
static const struct yz_code_row depth[] = {
	{"1", N_("网上咨询")}, {"2", N_("网上收件")}, {"3", N_("网上预审")}, {"4", N_("网上受理")}, {"5", N_("网上办理")},
	{"6", N_("网上反馈结果")}, {"9", N_("其他")},
};
static const struct yz_code_row power_source[] = {
	{"1", N_("法定本级行使")}, {"2", N_("上级下放")}, {"3", N_("上级授权")}, {"4", N_("同级授权")}, {"5", N_("上级委托")},
	{"6", N_("同级委托")},
};

static const struct {
	const char *name;
	const struct yz_code_row *rows;
	size_t n;
} lists[] = {
#define LIST(name, rows) {name, rows, sizeof(rows) / sizeof *(rows)}
	LIST("type", type), LIST("level", level), LIST("nature", nature), LIST("for", for_whom), LIST("ways", ways),
	LIST("handle_type", handle_type), LIST("special", special), LIST("area", area), LIST("depth", depth),
	LIST("power_source", power_source),
#undef LIST
};

const struct yz_code_row *yz_code_list(const char *list, size_t *n)
{
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		if (strcmp(lists[i].name, list) == 0) {
			*n = lists[i].n;
			return lists[i].rows;
		}
	*n = 0;
	return NULL;
}

const char *yz_code_title(const char *list, struct yz_str code)
{
	size_t n;
	const struct yz_code_row *rows = yz_code_list(list, &n);
	for (size_t i = 0; i < n; i++)
		if (yz_str_eqz(code, rows[i].code))
			return rows[i].title;
	bool own = strcmp(list, "type") == 0 && code.len == 2 && ((code.ptr[0] == '1' && code.ptr[1] >= '1' && code.ptr[1] <= '9') ||
								  (code.ptr[0] >= '2' && code.ptr[0] <= '9' && code.ptr[1] >= '0' &&
								   code.ptr[1] <= '9'));
	return own ? N_("地方自定") : NULL;
}
