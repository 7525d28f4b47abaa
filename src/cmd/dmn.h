/* cmd/dmn.h - what the commands about decision models share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_CMD_DMN_H
#define YZ_CMD_DMN_H

#include "cmd/cmd.h"

#include "dmn/dmn.h"
#include "fmt/json.h"

/* The wall clock, in this machine's zone. */
struct yz_feel_value yz_cmd_now(void);
/* A model and the others of its folder, which it may import. */
const struct yz_dmn *yz_cmd_model(struct yz_args *args, const char *path, const struct yz_dmn_diag **diags, struct yz_err *err);
/* Puts what the message id says in the place of what failed, whose own message is English, unless that is the
 * language; false. */
bool yz_cmd_retell(const struct yz_args *args, struct yz_err *err, const char *msgid);
/* A JSON file, with or without a byte order mark. */
const struct yz_json *yz_cmd_json_file(struct yz_args *args, const char *path, struct yz_err *err);

#endif
