// The table of bench/dmn.c in GoRules' zen-engine: node dmn_rival.mjs MODULES TABLE.json; its answers and decisions a
// second, prepared by createDecision: the best of one after the other and of many at once, by the clock and by
// processor time (its helping threads included).
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(join(resolve(process.argv[2]), 'x.js'));
const { ZenEngine } = require('@gorules/zen-engine');
const { inputs, rules, facts } = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const ROUNDS = 12;

const decision = new ZenEngine().createDecision({
	nodes: [
		{ id: 'in', name: 'in', type: 'inputNode', position: { x: 0, y: 0 } },
		{
			id: 'table', name: 'table', type: 'decisionTableNode', position: { x: 0, y: 0 },
			content: {
				hitPolicy: 'first',
				inputs: inputs.map((name, k) => ({ id: `c${k}`, name, field: `f${k}`, type: 'expression' })),
				outputs: [{ id: 'o', name: 'o', field: 'o', type: 'expression' }],
				rules: rules.map((cells, i) => ({
					_id: `r${i}`, c0: cells[0], c1: cells[1], c2: cells[2], c3: cells[3], o: cells[4],
				})),
			},
		},
		{ id: 'out', name: 'out', type: 'outputNode', position: { x: 0, y: 0 } },
	],
	edges: [
		{ id: 'e1', type: 'edge', sourceId: 'in', targetId: 'table' },
		{ id: 'e2', type: 'edge', sourceId: 'table', targetId: 'out' },
	],
});
const contexts = facts.map((f) => Object.fromEntries(f.map((v, k) => [`f${k}`, v])));
const answers = [];
for (const c of contexts) answers.push((await decision.evaluate(c)).result?.o ?? null);

async function alone() {
	for (const c of contexts) await decision.evaluate(c);
}
async function together() {
	for (let i = 0; i < contexts.length; i += 100)
		await Promise.all(contexts.slice(i, i + 100).map((c) => decision.evaluate(c)));
}
let best = Infinity;
for (let round = 0; round < ROUNDS; round++)
	for (const way of [alone, together]) {
		const clock = process.hrtime.bigint(), cpu = process.cpuUsage();
		await way();
		const { user, system } = process.cpuUsage(cpu);
		best = Math.min(best, user + system, Number(process.hrtime.bigint() - clock) / 1e3);
	}
process.stdout.write(JSON.stringify({ answers, rate: facts.length / (best / 1e6) }));
