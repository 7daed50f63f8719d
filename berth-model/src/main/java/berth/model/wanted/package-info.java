/**
 * What a site's files ask for, in normal form: every short form resolved, sorted, each object with its place in a file.
 *
 * <p>In: the readers of text make these. Out: the planner and the engine use them. Knows nothing of: YAML, what exists.
 */
package berth.model.wanted;
