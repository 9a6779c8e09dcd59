// Does nothing until its input ends, then prints the longest delay of its own timer in milliseconds.
import { watchLoop } from './watch-loop.ts';

const watch = watchLoop();
process.stdin.resume().on('end', () => {
  console.log(watch.stop().waited);
});
