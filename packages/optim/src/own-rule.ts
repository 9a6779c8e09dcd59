/** Which of the two an optimizer has nearest to it, itself or by its class; the kernel where both are there. */
export function ownRule(optimizer: object, base: object): 'fusedRule' | 'rule' {
  for (let own = optimizer; own !== base; own = Object.getPrototypeOf(own)) {
    if (Object.hasOwn(own, 'fusedRule')) return 'fusedRule';
    if (Object.hasOwn(own, 'rule')) return 'rule';
  }
  return 'rule';
}
