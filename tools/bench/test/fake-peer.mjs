// A peer whose every run "takes" the milliseconds of its argument; or one that cannot, or that dies.
import { createInterface } from 'node:readline';

const [what] = process.argv.slice(2);
console.log('a greeting that is no answer');
for await (const line of createInterface({ input: process.stdin })) {
  if (what === 'dead') process.exit(1);
  const { runs } = JSON.parse(line);
  const reply =
    what === 'unsupported'
      ? { unsupported: 'it cannot do this' }
      : { milliseconds: Array.from({ length: runs }, () => Number(what)) };
  console.log(JSON.stringify(reply));
}
