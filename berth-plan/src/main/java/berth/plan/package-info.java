/**
 * Wanted minus actual: what would change, what each change costs, and by which rule. Pure: no clock, no store, no
 * driver, so that every case is a short test.
 *
 * <p>In: a site's normal form and the world as it is. Out: a {@link berth.plan.Plan} whose changes carry whole objects,
 * so that applying makes no choices. Knows nothing of: YAML, REST, how a change is carried out.
 */
package berth.plan;
