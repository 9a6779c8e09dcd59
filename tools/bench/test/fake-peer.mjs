// A peer whose runs "take" the given milliseconds; or a peer that cannot run, that dies, or that reports its
// environment.
import { createInterface } from 'node:readline';

const [what] = process.argv.slice(2);
const unsupported = { unsupported: 'it cannot do this', environment: Object.keys(process.env).join(' ') };
console.log('a greeting that is no answer');
for await (const line of createInterface({ input: process.stdin })) {
  if (what === 'dead') process.exit(1);
  const { runs } = JSON.parse(line);
  const reply =
    what in unsupported
      ? { unsupported: unsupported[what] }
      : { milliseconds: Array.from({ length: runs }, () => Number(what)) };
  console.log(JSON.stringify(reply));
}
