/** Yields the results of tasks in order. Up to `ahead` further tasks start before their results are requested. */
export async function* inOrder<T>(
  tasks: Iterable<() => T | Promise<T>>,
  ahead: number,
): AsyncGenerator<Awaited<T>, void, undefined> {
  const begun: Promise<T>[] = [];
  for (const task of tasks) {
    const result = Promise.resolve().then(task);
    // A task that fails early reports its error when its turn comes.
    result.catch(() => {});
    begun.push(result);
    if (begun.length > ahead) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}

/**
 * Yields the results of a generator, and requests up to `ahead` results in advance.
 *
 * @param stop called first when the loop is left early, so that pending reads end soon
 */
export async function* readAhead<T>(
  results: AsyncGenerator<T, void, undefined>,
  ahead: number,
  stop: () => void,
): AsyncGenerator<T, void, undefined> {
  const asked: Promise<IteratorResult<T, void>>[] = [];
  try {
    for (;;) {
      while (asked.length <= ahead) {
        const next = results.next();
        next.catch(() => {});
        asked.push(next);
      }
      const { done, value } = await asked.shift()!;
      if (done) return;
      yield value as T;
    }
  } finally {
    stop();
    await results.return();
  }
}
