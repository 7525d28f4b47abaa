/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/test.h"

#include "text/ident.h"
#include "text/text.h"

#include <stdio.h>

static yz_day today(void)
{
	return yz_day_from(2026, 11, 22);
}

static void person(char out[19], const char *first17)
{
	snprintf(out, 19, "%s%c", first17, yz_ident_person_check(first17));
}

TEST(the_standards_own_examples_are_accepted)
{
	assert_null(yz_ident_person_fault(YZ_LIT("11010519491231002X"), today()));
	assert_null(yz_ident_person_fault(YZ_LIT("440524188001010014"), today()));
	assert_null(yz_ident_person_fault(YZ_LIT(" 11010519491231002x\n"), today()));
}

TEST(any_single_wrong_digit_is_noticed)
{
	char id[] = "440524188001010014";
	for (int i = 0; i < 18; i++)
		for (char c = '0'; c <= '9'; c++) {
			char was = id[i];
			if (c == was)
				continue;
			id[i] = c;
			assert_non_null(yz_ident_person_fault(yz_str(id), today()));
			id[i] = was;
		}
}

TEST(an_identity_number_names_what_is_wrong)
{
	char id[19];
	assert_string_equal(yz_ident_person_fault(YZ_LIT("1101051949123100"), today()), "身份证号码应为 18 位");
	assert_string_equal(yz_ident_person_fault(YZ_LIT("1101051949123100X2"), today()),
			    "身份证号码只能是数字，最后一位可以是 X");
	person(id, "10010519491231002");
	assert_string_equal(yz_ident_person_fault(yz_str(id), today()), "身份证号码前六位不是有效的地区代码");
	person(id, "11000019491231002");
	assert_string_equal(yz_ident_person_fault(yz_str(id), today()), "身份证号码前六位不是有效的地区代码");
	person(id, "11010520230229002");
	assert_string_equal(yz_ident_person_fault(yz_str(id), today()), "身份证号码中的出生日期不对");
	person(id, "11010520261123002");
	assert_string_equal(yz_ident_person_fault(yz_str(id), today()), "身份证号码中的出生日期不对");
	assert_string_equal(yz_ident_person_fault(YZ_LIT("110105194912310021"), today()), "身份证号码有误，请逐位核对");
	person(id, "11010520240229002");
	assert_null(yz_ident_person_fault(yz_str(id), today()));
	person(id, "11010520261122002");
	assert_null(yz_ident_person_fault(yz_str(id), today()));
}

TEST(nul_and_wide_digits_are_no_digits)
{
	assert_non_null(yz_ident_person_fault(yz_str_n("11010519491231\0002X", 18), today()));
	assert_non_null(yz_ident_credit_fault(yz_str_n("91330783147522\0003T", 18)));
	assert_non_null(yz_ident_person_fault(YZ_LIT("１１０１０５"), today()));
	assert_non_null(yz_ident_person_fault((struct yz_str){0}, today()));
}

TEST(an_identity_number_says_region_birth_and_sex)
{
	struct yz_ident_person p;
	assert_true(yz_ident_person_read(YZ_LIT("11010519491231002X"), today(), &p));
	assert_string_equal(p.region, "110105");
	assert_int_equal(p.born, yz_day_from(1949, 12, 31));
	assert_true(p.female);
	assert_true(yz_ident_person_read(YZ_LIT("440524188001010014"), today(), &p));
	assert_false(p.female);
	assert_false(yz_ident_person_read(YZ_LIT("110105194912310021"), today(), &p));
}

TEST(age_counts_the_birthday_and_leap_days)
{
	yz_day born = yz_day_from(1946, 11, 22);
	assert_int_equal(yz_ident_age(born, yz_day_from(2026, 11, 21)), 79);
	assert_int_equal(yz_ident_age(born, yz_day_from(2026, 11, 22)), 80);
	assert_int_equal(yz_ident_age(yz_day_from(2008, 2, 29), yz_day_from(2026, 2, 28)), 17);
	assert_int_equal(yz_ident_age(yz_day_from(2008, 2, 29), yz_day_from(2026, 3, 1)), 18);
}

TEST(a_credit_code_names_what_is_wrong)
{
	assert_null(yz_ident_credit_fault(YZ_LIT("91330783147522663T")));
	assert_string_equal(yz_ident_credit_fault(YZ_LIT("913307831475226631")), "统一社会信用代码有误，请逐位核对");
	assert_string_equal(yz_ident_credit_fault(YZ_LIT("320113000022709")), "统一社会信用代码应为 18 位");
	assert_string_equal(yz_ident_credit_fault(YZ_LIT("91330783147522663I")),
			    "统一社会信用代码只能是数字和大写字母，不含 I、O、S、V、Z");
	char code[19] = "91A30783147522663";
	code[17] = yz_ident_credit_check(code);
	assert_string_equal(yz_ident_credit_fault(yz_str(code)), "统一社会信用代码第 3 至 8 位应为数字");
	char norm[24];
	assert_true(yz_ident_credit_norm(YZ_LIT(" 91330783147522663t "), norm));
	assert_string_equal(norm, "91330783147522663T");
}

TEST(mobile_numbers_and_postcodes)
{
	char norm[24];
	assert_true(yz_ident_mobile_norm(YZ_LIT("+86 13812345678"), norm));
	assert_string_equal(norm, "13812345678");
	assert_null(yz_ident_mobile_fault(YZ_LIT("19912345678")));
	assert_string_equal(yz_ident_mobile_fault(YZ_LIT("12812345678")), "手机号码应以 13 至 19 开头");
	assert_string_equal(yz_ident_mobile_fault(YZ_LIT("138123456789")), "手机号码应为 11 位数字");
	assert_string_equal(yz_ident_mobile_fault(YZ_LIT("1381234567")), "手机号码应为 11 位数字");
	assert_null(yz_ident_postcode_fault(YZ_LIT("638000")));
	assert_non_null(yz_ident_postcode_fault(YZ_LIT("63800")));
	assert_non_null(yz_ident_postcode_fault(YZ_LIT("6380001")));
	assert_non_null(yz_ident_postcode_fault(YZ_LIT("003800")));
}

TEST(masked_numbers_keep_both_ends)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_buf b;
	yz_buf_init(&b, a, 100);
	yz_ident_mask(&b, YZ_LIT("11010519491231002X"));
	yz_buf_addc(&b, ' ');
	yz_ident_mask(&b, YZ_LIT("13812345678"));
	yz_buf_addc(&b, ' ');
	yz_ident_mask(&b, YZ_LIT("123456"));
	assert_string_equal(b.ptr, "110105********002X 138****5678 ******");
	yz_arena_destroy(a);
}

/* The second column of a file of enterprises; the first never has a comma here. */
static size_t codes_in(const char *path, size_t *valid)
{
	FILE *f = fopen(path, "r");
	assert_non_null(f);
	char line[16384];
	size_t rows = 0;
	*valid = 0;
	for (bool head = true; fgets(line, sizeof line, f); head = false) {
		char *from = strchr(line, ','), *to = from ? strchr(from + 1, ',') : NULL;
		if (head || !to)
			continue;
		rows++;
		*valid += yz_ident_credit_ok(yz_str_n(from + 1, (size_t)(to - from - 1)));
	}
	fclose(f);
	return rows;
}

TEST(every_invalid_registration_is_refused_and_real_codes_pass)
{
	const char *bad = yz_test_shared("data/enterprises/invalid_uscc.csv");
	const char *good = yz_test_shared("data/enterprises/dongyang_330783.csv");
	if (!bad || !good)
		SKIP("data/enterprises is not there");
	size_t valid, rows = codes_in(bad, &valid);
	assert_int_equal(rows, 300);
	assert_int_equal(valid, 0);
	rows = codes_in(good, &valid);
	assert_in_range(rows, 7000, 7200);
	printf("%zu of %zu real codes are valid\n", valid, rows);
	assert_true(valid * 1000 >= rows * 990);
}
