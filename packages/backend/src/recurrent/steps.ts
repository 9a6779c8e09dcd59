/** The steps of a sequence in the order in which a direction takes them. */
export function stepOrder(steps: number, reverse: boolean): number[] {
  const order = Array.from({ length: steps }, (_, t) => t);
  return reverse ? order.reverse() : order;
}
