/** The results of some tasks, in their order, of which up to `ahead` are begun before they are asked for. */
export async function* inOrder<T>(
  tasks: Iterable<() => T | Promise<T>>,
  ahead: number,
): AsyncGenerator<Awaited<T>, void, undefined> {
  const begun: Promise<T>[] = [];
  for (const task of tasks) {
    const result = Promise.resolve().then(task);
    // A task that fails early is reported when its turn comes.
    result.catch(() => {});
    begun.push(result);
    if (begun.length > ahead) yield await begun.shift()!;
  }
  for (const result of begun) yield await result;
}

/**
 * What a generator gives, asked for up to `ahead` results before they are.
 *
 * @param stop called first where the loop is left early, so that what is under way ends soon
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
