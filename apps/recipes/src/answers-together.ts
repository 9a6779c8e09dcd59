/** Why a line cannot be answered */
export class Unanswerable {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Answers lines, those that can be answered all together. An empty line gets no answer, and one that cannot be answered
 * gets the reason.
 *
 * @param read what a line asks; undefined when it asks nothing
 * @param answer one line for each question, in order
 */
export async function answersTogether<Question extends object>(
  lines: readonly string[],
  read: (line: string) => Question | Unanswerable | undefined,
  answer: (questions: readonly Question[]) => Promise<readonly string[]>,
): Promise<string[][]> {
  const asked = lines.map((line) => (line.trim() === '' ? undefined : read(line.trim())));
  const isQuestion = (each: unknown): each is Question =>
    typeof each === 'object' && !(each instanceof Unanswerable);
  const questions = asked.filter(isQuestion);
  const answers = questions.length === 0 ? [] : await answer(questions);
  const byQuestion = new Map(questions.map((question, i) => [question, answers[i]!]));
  return asked.map((each) => {
    if (each === undefined) return [];
    return [`  ${isQuestion(each) ? byQuestion.get(each)! : (each as Unanswerable).reason}`];
  });
}
