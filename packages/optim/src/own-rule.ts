/**
 * The method that is defined nearest to an optimizer, on itself or in its class chain; `fusedRule` where both are
 * equally near.
 */
export function ownRule(optimizer: object, base: object): 'fusedRule' | 'rule' {
  for (let own = optimizer; own !== base; own = Object.getPrototypeOf(own)) {
    if (Object.hasOwn(own, 'fusedRule')) return 'fusedRule';
    if (Object.hasOwn(own, 'rule')) return 'rule';
  }
  return 'rule';
}
