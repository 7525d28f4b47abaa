/* SPDX-License-Identifier: Apache-2.0 */
#include "web/handlers.h"

#define ROUTE(method, pattern, handler, permission, flags)                                                             \
	__attribute__((weak)) bool yz_web_##handler(struct yz_req *req, struct yz_err *err)                            \
	{                                                                                                              \
		(void)req;                                                                                             \
		return yz_fail(err, YZ_NOT_FOUND, "page %s is not there yet", #handler);                               \
	}
#include "web/routes.def"
