// Every thread has its own instance of the module, and so its own copy of this global.

let thread: i32 = 0;

/** Sets the number of the thread to which the instance belongs; 0 is the calling thread. */
export function setThread(number: i32): void {
  thread = number;
}

/** This thread's part of a scratch buffer with `bytes` bytes for each thread. */
// @ts-ignore: decorator
@inline
export function threadScratch(scratch: usize, bytes: i32): usize {
  return scratch + <usize>thread * bytes;
}
