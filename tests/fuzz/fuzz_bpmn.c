/* Loading a model, saving it, and running it with events drawn from its own bytes.
 * SPDX-License-Identifier: Apache-2.0 */
#include "bpmn/bpmn.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void save(struct yz_arena *a, const struct yz_bpmn *m)
{
	struct yz_buf once, twice;
	struct yz_err err = {0};
	yz_buf_init(&once, a, 64 << 20);
	yz_buf_init(&twice, a, 64 << 20);
	yz_bpmn_save(m, &once);
	const struct yz_bpmn *again = yz_bpmn_load(a, yz_buf_str(&once), NULL, &err);
	assert(again || err.code == YZ_TOO_LARGE);
	if (!again)
		return;
	yz_bpmn_save(again, &twice);
	assert(yz_str_eq(yz_buf_str(&once), yz_buf_str(&twice)));
}

static const struct yz_bpmn_state *revived(struct yz_arena *a, const struct yz_bpmn *m, const struct yz_bpmn_state *s)
{
	struct yz_buf b, c;
	struct yz_err err = {0};
	yz_buf_init(&b, a, 64 << 20);
	yz_buf_init(&c, a, 64 << 20);
	yz_bpmn_state_write(m, s, &b);
	const struct yz_bpmn_state *back = yz_bpmn_state_read(m, a, yz_buf_str(&b), &err);
	assert(back);
	yz_bpmn_state_write(m, back, &c);
	assert(yz_str_eq(yz_buf_str(&b), yz_buf_str(&c)));
	return back;
}

static void run(struct yz_arena *a, const struct yz_bpmn *m, const uint8_t *data, size_t size)
{
	struct yz_bpmn_env env = {.steps = 200, .calendar = yz_calendar_new(a, YZ_SHANGHAI), .now = 1772413200000000};
	struct yz_bpmn_result r;
	struct yz_err err = {0};
	struct yz_bpmn_event start = {.kind = YZ_BPMN_START};
	if (!yz_bpmn_step(m, a, NULL, &start, &env, &r, &err)) {
		assert(err.code != YZ_OK);
		return;
	}
	const struct yz_bpmn_state *s = revived(a, m, r.state);
	size_t nodes;
	const struct yz_bpmn_node *const *all = yz_bpmn_nodes(m, &nodes);
	for (size_t i = 0; i + 2 < size && i < 60 && !yz_bpmn_ended(s); i += 3) {
		size_t n;
		const struct yz_bpmn_token *t = yz_bpmn_tokens(m, s, a, &n);
		struct yz_bpmn_event e = {.kind = (enum yz_bpmn_event_kind)(1 + data[i] % YZ_BPMN_JUMP),
					  .id = n ? t[data[i + 1] % n].id : 0,
					  .node = nodes ? all[data[i + 2] % nodes] : NULL,
					  .name = n ? t[data[i + 1] % n].node->id : YZ_LIT("")};
		env.now += data[i + 2] * YZ_HOUR;
		err = (struct yz_err){0};
		if (yz_bpmn_step(m, a, s, &e, &env, &r, &err))
			s = revived(a, m, r.state);
		else
			assert(err.code != YZ_OK);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct yz_arena *a = yz_arena_create(0);
	struct yz_err err = {0};
	const struct yz_bpmn *m = yz_bpmn_load(a, yz_str_n((const char *)data, size), NULL, &err);
	assert((m == NULL) == (err.code != YZ_OK));
	if (m) {
		save(a, m);
		run(a, m, data, size);
	}
	yz_arena_destroy(a);
	return 0;
}
