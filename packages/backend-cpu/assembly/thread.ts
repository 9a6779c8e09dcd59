// Every thread has an instance of the module, and with it its own copy of this global.

let thread: i32 = 0;

/** Tells the instance which thread it belongs to; 0 is the calling one. */
export function setThread(number: i32): void {
  thread = number;
}

/** This thread's part of a scratch buffer that has `bytes` bytes for each. */
// @ts-ignore: decorator
@inline
export function threadScratch(scratch: usize, bytes: i32): usize {
  return scratch + <usize>thread * bytes;
}
