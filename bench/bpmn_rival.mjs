// The same process in bpmn-engine from npm: node bpmn_rival.mjs MODEL; prints cases a second.
// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const require = createRequire(join(process.cwd(), 'x.js'));
const { Engine } = require('bpmn-engine');
const source = readFileSync(process.argv[2], 'utf8');
const CASES = 200;

async function live() {
	const engine = new Engine({ name: 'case', source, variables: { amount: 7 } });
	const listener = new EventEmitter();
	listener.on('wait', (task) => setImmediate(() => task.signal({ approved: true })));
	const execution = await engine.execute({ listener });
	await execution.waitFor('end');
}

for (let i = 0; i < 20; i++) await live();
const begin = process.hrtime.bigint();
for (let i = 0; i < CASES; i++) await live();
console.log((CASES / (Number(process.hrtime.bigint() - begin) / 1e9)).toFixed(1));
