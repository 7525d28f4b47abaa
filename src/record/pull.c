/* SPDX-License-Identifier: Apache-2.0 */
#include "record/record.h"

bool yz_pull_add(struct yz_conn *conn, const struct yz_pull *p, struct yz_err *err)
{
	return yz_insert(conn, err,
			 "INSERT INTO pull (licence, record, register, subject_dig, case_id, purpose, what, state, by_person, at) "
			 "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			 yz_val_int_or_null(p->licence, p->licence != 0), yz_val_int_or_null(p->record, p->record != 0), YZ_S(p->reg),
			 YZ_S(p->subject), yz_val_int_or_null(p->case_id, p->case_id != 0), YZ_S(p->purpose), YZ_S(p->what), YZ_S(p->state),
			 yz_val_int_or_null(p->by_person, p->by_person != 0), YZ_I(p->at)) != 0;
}
