// The register and policies of bench/sweep.c in DuckDB: node sweep_rival.mjs MODULES DIR; a count a policy on one
// thread, in seconds of processor time.
// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(join(resolve(process.argv[2]), 'x.js'));
const { DuckDBInstance } = require('@duckdb/node-api');
const folder = process.argv[3];
const policies = JSON.parse(readFileSync(join(folder, 'policies.json'), 'utf8'));
const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
const db = await instance.connect();
await db.run(`create table t as select * from read_csv('${join(folder, 'rows.csv')}', header = true)`);
const counts = [];
const begin = process.cpuUsage();
for (const p of policies) counts.push(Number((await db.runAndReadAll(`select count(*) from t where ${p}`)).getRows()[0][0]));
const used = process.cpuUsage(begin);
const seconds = (used.user + used.system) / 1e6;
process.stdout.write(JSON.stringify({ counts, seconds }));
