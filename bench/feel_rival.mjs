// The expressions of feel.json in feelin: node feel_rival.mjs MODULES FEEL.json; a JSON array with, for each, the
// result and nanoseconds of the prepared form and of the public call.
//
// feelin has no public prepared form.  Its own is the closure tree that evaluate() builds and calls at once; a copy
// of its one file, with that exported, is written beside it.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const dist = resolve(process.argv[2], 'feelin/dist'), opened = join(dist, 'prepared.mjs');
writeFileSync(opened, readFileSync(join(dist, 'index.js'), 'utf8')
	+ '\nexport { interpreter, InterpreterContext, coerceContext };\n');
const { interpreter, InterpreterContext, coerceContext, evaluate, unaryTest } = await import(pathToFileURL(opened));
const { data, expressions } = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const PASSES = 3, ROUNDS = 5, ROUND = 8e6, WARM = 2e9;

let sink;
const now = () => Number(process.hrtime.bigint());

// Nanoseconds: by the clock or of processor time, helping threads included, whichever is less.
function spent(call, times) {
	const cpu = process.cpuUsage(), begin = now();
	for (let i = 0; i < times; i++) sink = call();
	const clock = now() - begin, { user, system } = process.cpuUsage(cpu);
	return Math.min(clock, (user + system) * 1e3);
}

// Every program has many expressions, so none is measured before all have run for a while: the compiler then knows
// them all, and the order here does not matter.
function warm(calls) {
	for (const until = now() + WARM; now() < until;)
		for (const call of calls) spent(call, 20);
}

// Nanoseconds a call of each: the best of some rounds, spread over some time because machines have moods.
function measure(calls) {
	warm(calls);
	const times = calls.map((call) => {
		let n = 1, took;
		while ((took = spent(call, n)) < ROUND) n = Math.max(n + 1, Math.ceil(n * Math.min(4, ROUND / took)));
		return n;
	});
	const best = calls.map(() => Infinity);
	for (let pass = 0; pass < PASSES; pass++)
		calls.forEach((call, i) => {
			for (let round = 0; round < ROUNDS; round++) best[i] = Math.min(best[i], spent(call, times[i]) / times[i]);
		});
	return best;
}

const contexts = Object.fromEntries(Object.entries(data).map(([name, text]) => [name, evaluate(text).value]));
const prepare = ({ text, with: name, tested }) => {
	const context = { ...contexts[name] };
	if (tested) context['?'] = evaluate(tested).value;
	const ready = coerceContext(context), notes = new InterpreterContext();
	const { root } = tested ? interpreter.unaryTest(text, ready, undefined, notes)
		: interpreter.evaluate(text, ready, undefined, notes);
	return {
		run: tested ? () => root(ready)(ready['?']) : () => root(ready),
		whole: tested ? () => unaryTest(text, context) : () => evaluate(text, context),
	};
};
const all = expressions.map(prepare);
const prepared = measure(all.map(({ run }) => run)), whole = measure(all.map((one) => one.whole));
if (sink === undefined) throw new Error('nothing was evaluated');
process.stdout.write(JSON.stringify(all.map(({ run }, i) =>
	({ result: run() ?? null, prepared: prepared[i], whole: whole[i] }))));
