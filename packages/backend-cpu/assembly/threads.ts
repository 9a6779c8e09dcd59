// How threads share a job. A job is a kind, a description in memory and a number of chunks. The caller publishes it as a
// ticket of 64 bits, generation·2⁴⁰ | chunks·2²⁰ | next chunk; every thread, the caller too, claims a chunk by comparing and
// swapping the whole ticket, so that a thread that wakes late can neither take a chunk of a job that is over nor miscount
// one of a job that has just begun. Kind and description can only change once all chunks are done, so they may be read
// after the claim.

import { runChunk } from './jobs';

// Offsets in the control block.
const TICKET: usize = 0;
const KIND: usize = 8;
const DESCRIPTION: usize = 12;
const DONE: usize = 16;
const CHUNKS: usize = 20;
const WAKE: usize = 24;
const SLEEPERS: usize = 28;
const STOP: usize = 32;
/** Thread i sets its word to the generation it works for plus one, and to 0 between chunks. */
const WORKING: usize = 64;

/** Bytes of the control block. */
export function controlSize(threads: i32): usize {
  return WORKING + (<usize>threads << 2);
}

/** Loads of the ticket before a thread goes to sleep: some tens of microseconds. */
const SPINS: i32 = 20000;

// @ts-ignore: decorator
@inline
function claim(control: usize): i32 {
  while (true) {
    const ticket = atomic.load<i64>(control, TICKET);
    const next = <i32>(ticket & 0xfffff);
    if (next >= <i32>((ticket >> 20) & 0xfffff)) return -1;
    if (atomic.cmpxchg<i64>(control, ticket, ticket + 1, TICKET) == ticket) return next;
  }
}

/** Works on chunks until none is left. */
function work(control: usize, thread: i32): void {
  let chunk = claim(control);
  if (chunk < 0) return;
  atomic.store<i32>(control + (<usize>thread << 2), 1, WORKING);
  while (chunk >= 0) {
    runChunk(load<i32>(control, KIND), load<u32>(control, DESCRIPTION), chunk, thread);
    const done = atomic.add<i32>(control, 1, DONE) + 1;
    if (done == load<i32>(control, CHUNKS)) atomic.notify(control + DONE, 1);
    chunk = claim(control);
  }
  atomic.store<i32>(control + (<usize>thread << 2), 0, WORKING);
}

/** Publishes a job, works on it, and returns whether all of it is done after a short wait for the others. */
export function runJob(control: usize, kind: i32, description: usize, chunks: i32): bool {
  store<i32>(control, kind, KIND);
  store<u32>(control, <u32>description, DESCRIPTION);
  store<i32>(control, chunks, CHUNKS);
  atomic.store<i32>(control, 0, DONE);
  const generation = ((atomic.load<i64>(control, TICKET) >> 40) + 1) & 0x7fffff;
  atomic.store<i64>(control, (generation << 40) | (<i64>chunks << 20), TICKET);
  atomic.add<i32>(control, 1, WAKE);
  if (atomic.load<i32>(control, SLEEPERS) > 0) atomic.notify(control + WAKE, -1);
  work(control, 0);
  for (let spin = 0; spin < SPINS; spin++) {
    if (atomic.load<i32>(control, DONE) == chunks) return true;
  }
  return false;
}

/** Chunks of the current job that are done. */
export function doneChunks(control: usize): i32 {
  return atomic.load<i32>(control, DONE);
}

/** Sleeps until a chunk more than `seen` is done or the time is over; only where the calling thread may block. */
export function waitForChunks(control: usize, seen: i32, nanoseconds: i64): void {
  atomic.wait<i32>(control + DONE, seen, nanoseconds);
}

/** What a worker does with its life. */
export function workerLoop(control: usize, thread: i32): void {
  while (true) {
    const wake = atomic.load<i32>(control, WAKE);
    work(control, thread);
    let spin = 0;
    while (spin < SPINS && atomic.load<i32>(control, WAKE) == wake) spin++;
    if (spin == SPINS) {
      atomic.add<i32>(control, 1, SLEEPERS);
      atomic.wait<i32>(control + WAKE, wake, -1);
      atomic.sub<i32>(control, 1, SLEEPERS);
    }
    if (atomic.load<i32>(control, STOP) != 0) return;
  }
}

/** Makes every worker return from its loop. */
export function stopWorkers(control: usize): void {
  atomic.store<i32>(control, 1, STOP);
  atomic.add<i32>(control, 1, WAKE);
  atomic.notify(control + WAKE, -1);
}
