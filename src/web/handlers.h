/* web/handlers.h - the handlers, declared by routes.def (private to web).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef YZ_WEB_HANDLERS_H
#define YZ_WEB_HANDLERS_H

#include "web/web.h"

#define ROUTE(method, pattern, handler, permission, flags) bool yz_web_##handler(struct yz_req *req, struct yz_err *err);
#include "web/routes.def"
#undef ROUTE

#endif
