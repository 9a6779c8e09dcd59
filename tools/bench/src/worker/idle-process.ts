// Does nothing until its input ends, then prints the longest time that a timer of its own had to wait, in milliseconds.
import { watchLoop } from './watch-loop.ts';

const watch = watchLoop();
process.stdin.resume().on('end', () => {
  console.log(watch.stop().waited);
});
