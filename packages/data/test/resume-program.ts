// node resume-program.ts <case> <count> [<state>]: prints this number of batches, over epochs, and the state after the
// last.
import { makeBatches } from './resume-cases.ts';

const [name, count, state] = process.argv.slice(2) as [string, string, string?];
const batches = makeBatches(name, 2);
if (state !== undefined) batches.load(JSON.parse(state));

const given: number[][] = [];
let saved = '';
while (given.length < Number(count)) {
  for await (const batch of batches) {
    given.push(batch);
    saved = JSON.stringify(batches.state());
    if (given.length === Number(count)) break;
  }
}
console.log(JSON.stringify({ given, state: saved }));
